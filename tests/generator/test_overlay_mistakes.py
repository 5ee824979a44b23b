"""A mistake in the overlay is reported once, at its line; and what the overlay could say of a list in pages is suggested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.document.problems import GenerationFailed
from generator.facade.suggestions import suggestions
from generator.model.extension import read_operations
from generator.raw import reading
from tests.generator.conftest import WHOLE, Workspace

BLOCK = "      x-alli-sdk:\n        resource: projects\n        method: list\n"


@WHOLE
@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (BLOCK, BLOCK.replace("projects", "Apps"), 1, "resource 'Apps' would have the class of 'apps'; name one of them otherwise"),
        (BLOCK, BLOCK.replace("projects", "documents").replace("list", "wait"), 2, "documents.wait is already the method of GET /webapi/v2/ingestion_status/{kb_id}"),
        (BLOCK, BLOCK.replace("projects", "apps").replace("list", "background"), 2, "apps.background is already the method of POST /webapi/apps/{app_id}/run"),
        ("          style: cursor\n          param: after\n", "          param: after\n          style: curser\n", 1, "pagination.style must be 'cursor', 'page' or 'offset'"),
        ("{style: page, ", "{style: pages, ", 0, "pagination.style must be 'cursor', 'page' or 'offset'"),
    ],
    ids=["class", "wait", "handle", "cursor misspelt", "page misspelt"],
)  # fmt: skip
def test_a_mistake_is_reported_once_and_at_its_line(
    workspace: Workspace, old: str, new: str, line: int, message: str
) -> None:
    at = workspace.edit(workspace.overlay, old, new) + line
    done = workspace.run()
    assert done.status == 1
    (told, _) = done.errors
    assert told.startswith(f"overlay.yaml:{at}: ")
    assert told.endswith(message)


def listing(fields: dict[str, Any], *parameters: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1"},
        "paths": {
            "/things": {
                "get": {
                    "operationId": "list_things",
                    "tags": ["things"],
                    "x-alli-sdk": {"resource": "things", "method": "list"},
                    "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters],
                    "responses": {"200": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}}}},
                }
            }
        },
        "components": {"schemas": {"Things": schema}},
    }  # fmt: skip


ITEMS = {"items": {"type": "array", "items": {"type": "string"}}}


@pytest.mark.parametrize(
    ("fields", "parameters", "block"),
    [
        ({**ITEMS, "cursor": {"type": "string"}}, ("cursor",), "style: cursor, param: cursor, next: cursor, items: items"),
        (ITEMS, ("pageNo", "pageSize"), "style: page, param: pageNo, size: pageSize, items: items"),
        (ITEMS, ("offset", "limit"), "style: offset, param: offset, size: limit, items: items"),
        (ITEMS, ("offset",), "style: offset, param: offset, items: items"),
        (ITEMS, ("limit",), None),
        ({**ITEMS, "others": ITEMS["items"]}, ("offset",), None),
        ({"offset": {"type": "integer"}}, ("offset",), None),
    ],
)  # fmt: skip
def test_a_list_that_looks_paged_is_suggested_to_be_one_in_each_style(
    tmp_path: Path, fields: dict[str, Any], parameters: tuple[str, ...], block: str | None
) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(listing(fields, *parameters)), "utf-8")
    overlay: dict[str, Any] = {
        "overlay": "1.0.0",
        "info": {"title": "o", "version": "1"},
        "actions": [{"target": "$.info", "update": {}}],
    }
    (tmp_path / "overlay.json").write_text(json.dumps(overlay), "utf-8")
    found = [
        str(problem) for problem in suggestions(reading.read(tmp_path / "spec.json", tmp_path / "overlay.json").api)
    ]
    assert [f"{{pagination: {{{block}}}}}" in text for text in found] == ([True] if block else [])


@pytest.mark.parametrize(
    ("words", "message", "place"),
    [
        ({"ordr": ["a"]}, "unknown key 'ordr'; nearest: 'order'; known: ", ("ordr",)),
        ({"pagination": {"param": "p", "items": "i", "nex": "n"}}, "unknown key 'pagination.nex'; nearest: 'next'; known: in, items, ", ("pagination", "nex")),
        ({"result": {"mesages": ["a"]}}, "unknown key 'result.mesages'; nearest: 'messages'; known: ", ("result", "mesages")),
        ({"result": {"message": {"idd": ["a"]}}}, "unknown key 'result.message.idd'; nearest: 'id'; known: ", ("result", "message", "idd")),
        ({"wait": {"status": "s"}}, "'wait.done' is missing", ("wait",)),
        ({"wait": {"status": "s", "done": ["d"], "interval": 0}}, "wait.interval must be greater than 0", ("wait", "interval")),
        ({"order": ["a", 1]}, "order.1 must be text", ("order", 1)),
        ({"order": "a"}, "order must be a list of names", ("order",)),
        ({"rename": ["a"]}, "rename must be an object", ("rename",)),
        ({"progress": "yes"}, "progress must be true or false", ("progress",)),
        ({"stream": {"semantics": "both"}}, "stream must be {semantics: snapshot}, {semantics: delta} or {records: true}", ("stream",)),
        ({"body": "data"}, "body must be {argument: NAME}", ("body",)),
        ({"pagination": {"param": "p", "next": "n", "items": "i", "size": []}}, "pagination.size must be a number, or the name of a parameter", ("pagination", "size")),
        ({"method": None, "methods": {"str": None}}, "methods.str must be a Python name that isn't taken, which 'str' is not", ("methods", "str")),
        ({"method": None, "methods": {"get": {"returns": "Foo"}}}, "methods.get.returns must be 'RunResult', ", ("methods", "get", "returns")),
        ({"method": None, "methods": {"get": "x"}}, "methods.get must be an object", ("methods", "get")),
        ({"method": None}, "'method' is missing", ()),
    ],
)  # fmt: skip
def test_a_word_that_can_not_be_is_reported_where_it_stands(
    words: dict[str, Any], message: str, place: tuple[str | int, ...]
) -> None:
    block = {"resource": "things", "method": "list", **words}
    block = {key: value for key, value in block.items() if value is not None}
    with pytest.raises(GenerationFailed) as caught:
        read_operations({"paths": {"/a": {"get": {"operationId": "a", "x-alli-sdk": block}}}})
    (problem,) = caught.value.problems
    assert problem.message.startswith(f"GET /a: x-alli-sdk: {message}")
    assert problem.path == ("paths", "/a", "get", "x-alli-sdk", *place)
