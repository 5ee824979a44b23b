"""Property names that would break a Python class, and names that the overlay chooses."""

import re
from typing import Any

import pytest

from generator.document.problems import GenerationFailed
from generator.model.overlay_references import schema_references

AWKWARD = [
    "to_dict", "from_dict", "from_json", "to_multipart", "additional_properties", "additional_keys",
    "class", "type", "list", "self", "cls", "model", "fields", "src_dict", "_private", "a-b", "1st", "UNSET", "Any", "가격",
]  # fmt: skip


def schema(names: list[str], **extension: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, **extension}


def test_awkward_property_names_do_not_break_the_class(generate: Any) -> None:
    models = generate(schemas={"Thing": schema(AWKWARD)})("models")
    source = {name: f"value of {name}" for name in AWKWARD} | {"unknown": 1}
    model = models.Thing.from_dict(source)
    assert model.to_dict() == source
    assert model.additional_properties == {"unknown": 1}
    assert model.to_dict_ == "value of to_dict"
    assert models.Thing(additional_properties_="x").to_dict() == {"additional_properties": "x"}


def test_a_property_called_additional_is_read_as_its_own(generate: Any) -> None:
    one, two = schema(["a"]), schema(["b"])
    thing = {
        "type": "object",
        "properties": {"additional": {"$ref": "#/components/schemas/One"}},
        "additionalProperties": {"$ref": "#/components/schemas/Two"},
    }
    models = generate(schemas={"One": one, "Two": two, "Thing": thing})("models")
    model = models.Thing.from_dict({"additional": {"a": "1"}, "other": {"b": "2"}})
    assert model.additional == models.One(a="1")
    assert model["other"] == models.Two(b="2")


def test_the_overlay_can_name_attributes(generate: Any) -> None:
    extension = {"names": {"value": "variable", "name": "label", "inputType": "input_type"}}
    models = generate(schemas={"Input": schema(["name", "value", "inputType"], **{"x-alli-sdk": extension})})("models")
    model = models.Input(label="L", variable="v", input_type="text")
    assert model.to_dict() == {"name": "L", "value": "v", "inputType": "text"}
    assert models.Input.from_dict(model.to_dict()) == model


def test_a_name_stays_in_the_schema_that_gave_it(generate: Any) -> None:
    base = schema(["value"], **{"x-alli-sdk": {"names": {"value": "variable"}}})
    child = {"allOf": [{"$ref": "#/components/schemas/Base"}, schema(["other"])]}
    models = generate(schemas={"Base": base, "Child": child})("models")
    assert models.Base(variable="v").to_dict() == {"value": "v"}
    assert models.Child(value="v", other="o").to_dict() == {"value": "v", "other": "o"}


@pytest.mark.parametrize(
    ("extension", "message"),
    [
        ({"names": {"name": "class"}}, "schema Input: 'class' can't be a Python attribute; 'class_' could"),
        ({"names": {"name": "label", "value": "label"}}, "schema Input: two properties are called label in Python"),
    ],
)
def test_a_name_that_can_not_be_is_an_error(generate: Any, extension: Any, message: str) -> None:
    with pytest.raises(GenerationFailed, match=re.escape(message)):
        generate(schemas={"Input": schema(["name", "value"], **{"x-alli-sdk": extension})})


@pytest.mark.parametrize(
    ("extension", "message"),
    [
        ({"names": {"nmae": "label"}}, "names: there is no property 'nmae'; the nearest is 'name'"),
        ({"hide": ["vlaue"]}, "hide: there is no property 'vlaue'; the nearest is 'value'"),
    ],
)
def test_a_block_of_a_schema_speaks_only_of_its_properties(extension: Any, message: str) -> None:
    schemas = {"Input": schema(["name", "value"], **{"x-alli-sdk": extension})}
    problems = list(schema_references({"components": {"schemas": schemas}}))
    assert [problem.message for problem in problems] == [f"schema Input: x-alli-sdk {message}"]
