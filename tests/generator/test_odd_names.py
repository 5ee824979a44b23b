"""Names of a document that can't be names of Python, or are the same there."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document.problems import GenerationFailed
from generator.facade import resources
from tests.generator.small_documents import TEXT, Json, answer, named, read


def test_properties_of_one_python_name_are_numbered_with_a_warning(tmp_path: Path) -> None:
    fields = {"type": "object", "properties": dict.fromkeys(("a.b", "a/b", "a b", "type", "@type"), TEXT)}
    api, warnings = read(
        {"/x": {"get": {"responses": answer({"$ref": "#/components/schemas/Odd"})}}}, {"Odd": fields}, tmp_path
    )
    (model,) = api.models
    assert len({field.name for field in model.fields}) == 5
    assert {field.wire: field.name for field in model.fields}["type"] == "type"
    (warning,) = [text for text in warnings if "'@type'" in text]
    assert warning.endswith(
        "so this one is called type_2; to name it, add this action: "
        """{target: "$.components.schemas.Odd", update: {x-alli-sdk: {"names": {"@type": "type_2"}}}}"""
    )


def test_parameters_of_one_python_name_are_all_there(tmp_path: Path) -> None:
    names = ["filter[name]", "filter.name", "filter-name", "Filter_Name", "filtername"]
    api, _ = read({"/x": {"get": {"parameters": [named(name, "query") for name in names]}}}, folder=tmp_path)
    (operation,) = api.operations
    assert [each.wire for each in operation.parameters] == names
    assert len({each.name for each in operation.parameters}) == 5


def test_operation_ids_of_one_python_name_are_told_apart_with_a_warning(tmp_path: Path) -> None:
    paths = {f"/{name}": {"get": {"operationId": name}} for name in ("getAll", "get_all", "GetAll")}
    api, warnings = read(paths, folder=tmp_path)
    assert len({each.module for each in api.operations}) == 3
    assert sum("no unique operationId" in text for text in warnings) == 2


def test_a_class_whose_name_no_file_could_have_gets_a_shorter_one(tmp_path: Path) -> None:
    deep: Json = TEXT
    for _ in range(9):
        deep = {"type": "object", "properties": {"aRatherLongNameOfAProperty": deep}}
    api, _ = read({f"/{'x' * 300}": {"get": {"operationId": "a" * 300, "responses": answer(deep)}}}, folder=tmp_path)
    assert len({model.ref.module for model in api.models}) == 9
    assert max(len(name) for name in (api.operations[0].module, *(model.ref.module for model in api.models))) < 200


@pytest.mark.parametrize("name", ["a.b", "a:b", "a!r", "1st", "name=projects/*", "이름", "class"])
def test_a_path_parameter_may_have_any_name(tmp_path: Path, name: str) -> None:
    api, _ = read({f"/v1/{{{name}}}": {"get": {"parameters": [named(name, "path")]}}}, folder=tmp_path)
    (parameter,) = api.operations[0].parameters
    assert parameter.wire == name
    assert api.operations[0].url == f"/v1/{{{parameter.name}}}"


@pytest.mark.parametrize(
    ("rename", "names"),
    [
        ({"a": "b"}, None),
        ({"a": "b", "b": "a"}, ["b", "a"]),
        ({"a": "b", "b": "c"}, ["b", "c"]),
        ({"a": "c"}, ["c", "b"]),
    ],
)
def test_an_argument_renamed_to_the_name_of_another_does_not_rename_that_one(
    tmp_path: Path, rename: dict[str, str], names: list[str] | None
) -> None:
    block = {"resource": "things", "method": "list", "rename": rename}
    query = [named("a", "query"), named("b", "query")]
    api, _ = read({"/x": {"get": {"operationId": "x", "parameters": query, "x-alli-sdk": block}}}, folder=tmp_path)
    if names is None:
        with pytest.raises(GenerationFailed, match="rename: 'b' is what another argument is called in the document"):
            resources.build(api)
        return
    ((method, *_),) = [each.methods for each in resources.build(api).resources]
    assert [argument.name for argument in method.arguments.keywords] == names
