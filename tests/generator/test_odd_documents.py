"""Documents that are valid and written in another way than ours: FastAPI's, Spring's, Django's, bundlers', OpenAPI 3.0."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.document import files
from generator.document.files import Document
from generator.document.problems import GenerationFailed
from generator.facade import resources
from generator.intake import merging
from tests.generator.small_documents import TEXT, Json, answer, body, named, read


def test_a_path_item_that_is_a_reference_has_its_operations(tmp_path: Path) -> None:
    api, _ = read(
        {"/shared": {"$ref": "#/components/pathItems/Shared"}},
        folder=tmp_path,
        components={"pathItems": {"Shared": {"get": {"operationId": "get_it", "responses": answer(TEXT)}}}},
    )
    assert [(each.method, each.url) for each in api.operations] == [("get", "/shared")]


def test_a_reference_into_the_paths_is_what_it_leads_to(tmp_path: Path) -> None:
    """Bundlers write the second use of a thing as a reference to the first."""
    item = "#/paths/~1a~1%7Bid%7D/get"
    api, _ = read(
        {
            "/a/{id}": {
                "get": {
                    "operationId": "a",
                    "parameters": [named("id", "path")],
                    "responses": answer(
                        {"type": "object", "properties": {"next": {"$ref": f"{item}/responses/200/content/application~1json/schema"}}}
                    ),
                }
            },
            "/b/{id}": {
                "get": {
                    "operationId": "b",
                    "parameters": [{"$ref": f"{item}/parameters/0"}],
                    "responses": {"200": {"$ref": f"{item}/responses/200"}},
                }
            },
        },
        folder=tmp_path,
    )  # fmt: skip
    assert [each.placed("path")[0].wire for each in api.operations] == ["id", "id"]
    assert "AIdGetResponses200" in {model.ref.name for model in api.models}


@pytest.mark.parametrize("name", ["id", "a:b"])
def test_a_path_parameter_that_is_not_described_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(GenerationFailed, match=r"spec\.json:1: .*[Pp]ath (parameter '\w+' for|templating)"):
        read({f"/v1/{{{name}}}": {"get": {}}}, folder=tmp_path)


def test_openapi_3_0_is_read(tmp_path: Path) -> None:
    fields = {
        "id": {"type": "string", "nullable": True},
        "count": {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": False},
        "app": {"$ref": "#/components/schemas/App", "nullable": True},
        "one": {"oneOf": [TEXT, {"type": "integer"}], "nullable": True},
        "kind": {"type": "string", "enum": ["a", "b"], "nullable": True},
        "nullable": {"type": "boolean"},
    }
    schemas = {
        "Thing": {"type": "object", "required": [*fields], "properties": fields},
        "App": {"type": "object", "properties": {"name": TEXT}},
    }
    api, _ = read(
        {"/x": {"get": {"responses": answer({"$ref": "#/components/schemas/Thing"})}}},
        schemas,
        tmp_path,
        openapi="3.0.3",
    )
    asked = {field.wire: field for field in api.by_name["Thing"].fields}
    assert {wire for wire, field in asked.items() if "null" in str(field.type)} == {"id", "app", "one", "kind"}
    assert asked["count"].constraints == {"exclusiveMinimum": 0}


@pytest.mark.parametrize("version", ["2.0", "3.2.0", "4"])
def test_another_version_of_openapi_is_refused_with_what_to_do(tmp_path: Path, version: str) -> None:
    with pytest.raises(
        GenerationFailed, match=r"expected `openapi: 3\.1\.x`; Swagger 2\.0 has to be converted to it first"
    ):
        read({}, folder=tmp_path, openapi=version)


@pytest.mark.parametrize(
    ("schema", "warning"),
    [
        ({"type": "integer", "default": "x"}, "the default doesn't fit its own schema"),
        ({"type": "string", "enum": ["a"], "default": "b"}, "the default doesn't fit its own schema"),
        ({"type": "string", "format": "date", "default": "today"}, "the default doesn't fit its own schema"),
        ({"type": "array", "items": TEXT, "default": "x"}, "the default doesn't fit its own schema"),
        ({"type": "string", "pattern": r"^\p{L}+$"}, "the pattern is not one that Python can read"),
        (
            {"type": "string", "deprecated": True, "x-sunset": "soon"},
            "x-sunset must be a day such as 2027-01-31, which this is not",
        ),
        ({"type": "string", "default": "a", "pattern": "^a", "deprecated": True, "x-sunset": "2027-01-31"}, ""),
    ],
)
def test_a_default_a_pattern_or_a_day_that_can_not_be_used_is_left_out_with_a_warning(
    tmp_path: Path, schema: Json, warning: str
) -> None:
    object_of = {"type": "object", "properties": {"default": schema, "pattern": TEXT}}
    api, warnings = read(
        {"/x": {"post": {"parameters": [named("q", "query", schema)], "requestBody": body(object_of)}}}, folder=tmp_path
    )
    told = [text for text in warnings if "left out" in text]
    assert told == [f"warning: {warning}, and is left out"] * 2 * bool(warning)
    assert [field.wire for field in api.models[0].fields] == ["default", "pattern"]


def test_a_header_that_openapi_allows_no_parameter_for_is_left_out(tmp_path: Path) -> None:
    headers = [named(name, "header") for name in ("Accept", "Authorization", "content-type", "X-More")]
    api, _ = read({"/x": {"get": {"parameters": headers}}}, folder=tmp_path)
    assert [each.wire for each in api.operations[0].parameters] == ["X-More"]


def test_a_required_property_that_is_not_described_is_fine(tmp_path: Path) -> None:
    schema = {"allOf": [{"type": "object", "properties": {"a": TEXT}}, {"required": ["a", "b"]}]}
    api, _ = read({"/x": {"post": {"requestBody": body(schema)}}}, folder=tmp_path)
    assert [field.wire for field in api.models[0].fields] == ["a"]


def test_what_the_parser_can_not_read_is_reported_with_its_line_and_an_action_that_leaves_it_out(
    tmp_path: Path,
) -> None:
    clash = {"allOf": [{"type": "object", "properties": {"a": {"type": kind}}} for kind in ("string", "integer")]}
    with pytest.raises(GenerationFailed) as caught:
        read({"/it's": {"post": {"requestBody": body(clash)}}}, folder=tmp_path)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.line == 1
    assert problem.message.endswith(
        ', or leave it out with this one: {target: "$.paths[\\"/it\'s\\"].post", remove: true}'
    )


@pytest.mark.parametrize("text", ['"\\ud83c\\udf89"', '{"\\ud83c\\udf89": 1}'])
def test_a_character_that_json_writes_as_two_escapes_is_one(tmp_path: Path, text: str) -> None:
    document = loads(tmp_path, f'{{"a": {text}}}')
    assert "🎉" in str(document.data["a"])


def test_half_a_character_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(GenerationFailed, match=r"spec\.json:2: holds half of a character"):
        loads(tmp_path, '{"a":\n"\\ud83c"}')


def loads(folder: Path, text: str) -> Document:
    (folder / "spec.json").write_text(text, "utf-8")
    return files.load(folder / "spec.json")


def test_a_document_of_openapi_3_0_is_imported_as_it_is_written(tmp_path: Path) -> None:
    head = {"info": {"title": "Odd", "version": "1"}}
    kept = {"get": {"operationId": "kept", "responses": answer(TEXT)}}
    (tmp_path / "spec.json").write_text(json.dumps({"openapi": "3.1.0", **head, "paths": {"/kept": kept}}), "utf-8")
    thing = {"type": "object", "properties": {"id": {"type": "string", "nullable": True}}}
    new = {"get": {"operationId": "new", "responses": answer({"$ref": "#/components/schemas/A%2DThing"})}}
    source = {"openapi": "3.0.3", **head, "paths": {"/new": new}, "components": {"schemas": {"A-Thing": thing}}}
    (tmp_path / "new.json").write_text(json.dumps(source), "utf-8")
    done = merging.merge([tmp_path / "new.json"], tmp_path / "spec.json")
    written = files.load(tmp_path / "spec.json").data
    assert (written["openapi"], [*written["paths"]]) == ("3.1.0", ["/kept", "/new"])
    assert written["components"]["schemas"]["A-Thing"] == thing
    assert not [text for text in done.warnings if "nothing refers to" in text]


def test_a_path_parameter_that_may_be_null_is_one_that_must_be_given(tmp_path: Path) -> None:
    schema = {"type": ["string", "null"]}
    api, _ = read(
        {"/x/{id}": {"get": {"operationId": "x", "parameters": [named("id", "path", schema)]}}}, folder=tmp_path
    )
    (resource,) = resources.build(api).resources
    assert [each.declared() for each in resource.methods[0].arguments.positional] == ["id: str"]
