"""Documents that are valid and written in another way than ours: FastAPI's, Spring's, Django's, bundlers', OpenAPI 3.0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator import pipeline
from generator.document import files
from generator.document.files import Document
from generator.document.problems import GenerationFailed
from generator.facade import resources
from generator.intake import merging
from generator.model.api import Api
from generator.raw import reading
from tests.answers import answering
from tests.generator.mutations import loaded, original
from tests.servers import ScriptedServer, SentRequest

TEXT = {"type": "string"}
FILE = {"type": "string", "format": "binary"}

Json = dict[str, Any]


def named(name: str, place: str, schema: Any = TEXT, **more: Any) -> Json:
    return {"name": name, "in": place, "schema": schema, "required": place == "path", **more}


def answer(schema: Any) -> Json:
    return {"200": {"description": "Done", "content": {"application/json": {"schema": schema}}}}


def body(schema: Any, media: str = "application/json") -> Json:
    return {"required": True, "content": {media: {"schema": schema}}}


def read(paths: Json, schemas: Json | None = None, folder: Path = Path(), **root: Any) -> tuple[Api, list[str]]:
    """The model of a small document without an overlay, and the warnings, each without its place."""
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Odd", "version": "1"},
        "paths": {url: _with_answers(item) for url, item in paths.items()},
        **root,
        "components": {"schemas": schemas or {}, **root.get("components", {})},
    }
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "o", "version": "1"},
        "actions": [{"target": "$.info", "update": {"title": "Odd"}}],
    }
    (folder / "spec.json").write_text(json.dumps(spec), "utf-8")
    (folder / "overlay.json").write_text(json.dumps(overlay), "utf-8")
    found = reading.read(folder / "spec.json", folder / "overlay.json")
    return found.api, [problem.message for problem in (*found.warnings, *found.parsed.warnings)]


def _with_answers(item: Json) -> Json:
    return {
        key: {"responses": {"200": {"description": "Done"}}, **value} if key in ("get", "post") else value
        for key, value in item.items()
    }


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


def test_properties_of_one_python_name_are_numbered_with_a_warning(tmp_path: Path) -> None:
    fields = {"type": "object", "properties": dict.fromkeys(("a.b", "a/b", "a b", "type", "@type"), TEXT)}
    api, warnings = read(
        {"/x": {"get": {"responses": answer({"$ref": "#/components/schemas/Odd"})}}}, {"Odd": fields}, tmp_path
    )
    (model,) = api.models
    assert len({field.name for field in model.fields}) == 5
    assert {field.wire: field.name for field in model.fields}["type"] == "type"
    (told,) = [text for text in warnings if "'@type'" in text]
    assert told.endswith(
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


@pytest.mark.parametrize("name", ["id", "a:b"])
def test_a_path_parameter_that_is_not_described_is_told(tmp_path: Path, name: str) -> None:
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
        ({"type": "string", "pattern": r"^\p{L}+$"}, "the pattern is none that Python knows"),
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


def test_a_header_that_openapi_takes_no_parameters_for_is_none(tmp_path: Path) -> None:
    headers = [named(name, "header") for name in ("Accept", "Authorization", "content-type", "X-More")]
    api, _ = read({"/x": {"get": {"parameters": headers}}}, folder=tmp_path)
    assert [each.wire for each in api.operations[0].parameters] == ["X-More"]


def test_a_required_property_that_is_not_described_is_fine(tmp_path: Path) -> None:
    schema = {"allOf": [{"type": "object", "properties": {"a": TEXT}}, {"required": ["a", "b"]}]}
    api, _ = read({"/x": {"post": {"requestBody": body(schema)}}}, folder=tmp_path)
    assert [field.wire for field in api.models[0].fields] == ["a"]


def test_what_the_parser_can_not_read_is_told_with_its_line_and_an_action_that_leaves_it_out(tmp_path: Path) -> None:
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


def test_half_a_character_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(GenerationFailed, match=r"spec\.json:2: holds half of a character"):
        loads(tmp_path, '{"a":\n"\\ud83c"}')


def loads(folder: Path, text: str) -> Document:
    (folder / "spec.json").write_text(text, "utf-8")
    return files.load(folder / "spec.json")


IDENTITY = [named(name, "header", required=True) for name in ("API-KEY", "OWN-USER-ID")]
LIST = {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}
UPLOAD = {"type": "object", "properties": {"file": FILE, "more": {**FILE, "type": ["string", "null"]}, "note": TEXT}}
SAME = {"type": "object", "properties": dict.fromkeys(("ID", "Id", "class", "id"), TEXT)}
MAYBE = {"type": ["object", "null"], "properties": {"a": TEXT}}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """One with an operation for each kind, checked by the generator itself."""
    folder = tmp_path_factory.mktemp("odd")
    inputs = original()
    inputs.add("GET /webapi/v2/known", {"parameters": [*IDENTITY, named("sid", "cookie"), named("X-Note", "header")]})
    inputs.add(
        "GET /webapi/v2/kinds", {"parameters": [named("kinds", "query", LIST), named("X-Kinds", "header", LIST)]}
    )
    inputs.add("POST /webapi/v2/uploads", {"requestBody": body(UPLOAD, "multipart/form-data")})
    inputs.add("POST /webapi/v2/sames", {"requestBody": body(SAME)})
    inputs.add("POST /webapi/v2/maybes", {"requestBody": body(MAYBE)})
    inputs.add("POST /webapi/v2/texts", {"requestBody": body({"type": "object", "properties": {"data": FILE}})})
    either = {"type": "object", "properties": {"part": {"oneOf": [FILE, TEXT]}}}
    inputs.add("POST /webapi/v2/parts", {"requestBody": body(either, "multipart/form-data")})
    (folder / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    pipeline.generate(folder / "spec.json", pipeline.OVERLAY, folder / "out")
    with loaded(folder / "out", "alli_odd") as module:
        yield module


def sent(package: ModuleType, resource: str, method: str, **arguments: Any) -> SentRequest:
    with (
        ScriptedServer(answering(200, b"{}")) as server,
        package.Alli(api_key="k", base_url=server.url, user_id="u") as client,
    ):
        getattr(getattr(client, resource), method)(**arguments)
        return server.requests[0]


def test_a_required_header_that_the_client_sets_is_no_argument(package: ModuleType) -> None:
    headers = sent(package, "known", "list").headers
    assert (headers["api-key"], headers["own-user-id"]) == ("k", "u")


def test_a_list_of_listed_values_goes_into_a_query_and_a_header(package: ModuleType) -> None:
    request = sent(package, "kinds", "list", kinds=["a", "b"], x_kinds=["b"])
    assert request.target == "/webapi/v2/kinds?kinds=a&kinds=b"
    assert request.headers["x-kinds"] == "b"


def test_a_file_that_need_not_be_given_need_not_be_given(package: ModuleType) -> None:
    assert b"filename" not in sent(package, "uploads", "create", note="n").body
    assert sent(package, "uploads", "create", more=("a.txt", b"1")).body.count(b"filename") == 1


def test_a_file_in_json_is_text(package: ModuleType) -> None:
    assert sent(package, "texts", "create", data="aGk=").body == b'{"data":"aGk="}'


@pytest.mark.parametrize(("part", "is_file"), [(("a.txt", b"x"), True), ("x", False), (None, False)])
def test_a_part_that_is_a_file_or_text_goes_out_as_what_is_given(package: ModuleType, part: Any, is_file: bool) -> None:
    content = sent(package, "parts", "create", part=part).body
    assert (b'filename="a.txt"' in content) is is_file
    assert content.count(b"\r\n\r\nx\r\n") == (part is not None)


def test_the_argument_that_is_called_as_on_the_wire_is_that_one(package: ModuleType) -> None:
    assert json.loads(sent(package, "sames", "create", id="1", class_="c").body) == {"id": "1", "class": "c"}


def test_a_body_that_may_be_null_is_one_argument(package: ModuleType) -> None:
    assert sent(package, "maybes", "create", body={"a": "1"}).body == b'{"a":"1"}'


@pytest.mark.parametrize(
    ("argument", "value", "told"),
    [
        ("sid", "a;admin=1", "'sid' can't hold ';', which ends a cookie"),
        ("sid", "a\r\nX: y", "'sid' can be printable ASCII only"),
        ("x_note", "é", "'X-Note' can be printable ASCII only"),
        ("x_note", "a\r\nX: y", "'X-Note' can be printable ASCII only"),
    ],
)
def test_a_header_or_cookie_can_not_become_two(package: ModuleType, argument: str, value: str, told: str) -> None:
    with package.Alli(api_key="k", base_url="http://127.0.0.1:9", user_id="u") as client:
        with pytest.raises(package.InvalidArgumentError, match=told) as caught:
            client.known.list(**{argument: value})
        assert value not in str(caught.value)


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
