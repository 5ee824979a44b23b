"""Two schemas whose classes would have one name are two classes, and a warning says what the second is called."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document.files import Document
from generator.document.problems import GenerationFailed, Place
from generator.raw.door import Parse, parse

TEXT = {"type": "string"}


def thing(*names: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, TEXT), **more}


def read(schemas: dict[str, Any], answer: Any = None) -> Parse:
    content = {"application/json": {"schema": answer or {}}}
    operation = {"operationId": "get_it", "responses": {"200": {"description": "Done", "content": content}}}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "A test", "version": "1"},
        "paths": {"/it": {"get": operation}},
        "components": {"schemas": schemas},
    }
    return parse(Document(data, {(): Place("test.yaml", 1)}, "test.yaml"))


@pytest.mark.parametrize(
    ("schemas", "classes"),
    [
        pytest.param(
            {"Item-Input": thing("a", title="Item"), "Item-Output": thing("b", title="Item")},
            {"Item": "a", "ItemOutput": "b"},
            id="FastAPI's pair",
        ),
        pytest.param(
            {
                "Finding": {"type": "object", "properties": {"attribution": thing("b")}},
                "FindingAttribution": thing("a"),
            },
            {"Finding": "attribution", "FindingAttribution": "a", "FindingAttribution2": "b"},
            id="inline beside a component",
        ),
        pytest.param({"Thing": thing("a"), "thing": thing("b")}, {"Thing": "a", "Thing2": "b"}, id="case"),
        pytest.param({"FooBar": thing("a"), "Foo_Bar": thing("b")}, {"FooBar": "a", "FooBar2": "b"}, id="underscore"),
        pytest.param(
            {"A": thing("a", title="Same"), "B": thing("b", title="Same"), "C": thing("c", title="Same")},
            {"Same": "a", "B": "b", "C": "c"},
            id="three of one title",
        ),
    ],
)
def test_each_has_a_class_with_its_own_fields(schemas: dict[str, Any], classes: dict[str, str]) -> None:
    parsed = read(schemas)
    assert {model.ref.name: model.fields[0].wire for model in parsed.api.models} == classes
    assert len({model.ref.module for model in parsed.api.models}) == len(classes)
    assert parsed.warnings
    assert all("another schema has the class" in warning.message for warning in parsed.warnings)


def test_an_inline_answer_beside_a_component_of_its_name_is_a_class_too() -> None:
    parsed = read({"GetItResponse200": thing("a")}, thing("b"))
    assert [model.fields[0].wire for model in parsed.api.models] == ["a", "b"]
    assert parsed.api.operations[0].answers[0].type == parsed.api.models[1].ref


def test_enums_of_the_same_values_are_one() -> None:
    kind = {"type": "string", "enum": ["a", "b"]}
    parsed = read({"One": {"type": "object", "properties": {"kind": kind}}, "OneKind": kind})
    assert [enum.name for enum in parsed.api.enums] == ["OneKind"]
    assert parsed.warnings == []


def test_names_that_differ_are_left_alone() -> None:
    parsed = read({"A": thing("a"), "B": {"type": "object", "properties": {"a": thing("b")}}})
    assert {model.ref.name for model in parsed.api.models} == {"A", "B", "BA"}
    assert parsed.warnings == []


SHADES = {"type": "string", "enum": ["dark", "light"]}


@pytest.mark.parametrize(
    ("union", "classes"),
    [
        ({"oneOf": [thing("tags", required=["tags"]), thing("folder", required=["folder"])]}, "PartTags PartFolder"),
        ({"oneOf": [thing("a", title="Left"), thing("b", "c", required=["b"])]}, "Left PartB"),
        (
            {
                "oneOf": [
                    {"type": "object", "properties": {"kind": {"const": "web page"}, "a": TEXT}},
                    {"type": "object", "properties": {"kind": {"const": "file"}, "a": TEXT}},
                ]
            },
            "PartWebPage PartWebPageKind PartFile PartFileKind",
        ),
        ({"anyOf": [thing("a", "b"), thing("a", "c")]}, "PartB PartC"),
        ({"anyOf": [thing("a"), TEXT]}, "Part"),
        ({"anyOf": [SHADES, {"type": "null"}]}, "Part"),
        ({"anyOf": [SHADES, thing("a")]}, "Part PartType1"),
        ({"anyOf": [thing("a"), thing("a")]}, "PartType0 PartType1"),
    ],
    ids=["required fields", "a title", "one value", "fields", "a lone object", "values", "values or object", "alike"],
)
def test_a_part_of_a_union_is_called_after_what_tells_it_from_the_others(union: dict[str, Any], classes: str) -> None:
    parsed = read({"Order": {"type": "object", "properties": {"part": union}}})
    named = {each.ref.name for each in parsed.api.models} | {each.name for each in parsed.api.enums}
    assert named - {"Order"} == {f"Order{name}" for name in classes.split()}
    assert not [warning for warning in parsed.warnings if "already" in str(warning)]
    assert {model.title for model in parsed.api.models} <= {"", "Left"}


def test_a_schema_called_like_a_class_of_the_package_gets_a_longer_name() -> None:
    parsed = read({"Conversation": thing("a"), "RunResult": thing("b")})
    assert {model.ref.name for model in parsed.api.models} == {"ConversationModel", "RunResultModel"}


@pytest.mark.parametrize("wanted", ["Other", "Conversation", "not_a_class"])
def test_a_class_of_the_overlay_that_is_taken_or_no_name_is_an_error(wanted: str) -> None:
    named = {**thing("a"), "x-alli-sdk": {"class": wanted}}
    with pytest.raises(GenerationFailed, match="schema Thing: x-alli-sdk class must be a class name that isn't taken"):
        read({"Thing": named, "Other": thing("b")})
