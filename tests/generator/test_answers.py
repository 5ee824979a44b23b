"""Answers of every kind: the value has the type that the method says, or it is an error, sync and async.

One package is made of a spec with an operation for each kind of answer; then each is called against a server.
"""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator.__main__ import main
from tests.answers import answering
from tests.generator.conftest import unchecked
from tests.generator.mutations import Inputs, loaded, mypy, original
from tests.servers import ScriptedServer

Json = dict[str, Any]

TEXT = {"type": "string"}
THING = {"$ref": "#/components/schemas/Thing"}
FILE = {"type": "string", "format": "binary"}
SCHEMAS: Json = {
    "Thing": {"type": "object", "required": ["id", "title"], "properties": {"id": TEXT, "title": TEXT, "size": TEXT}},
    "Other": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}},
    "Wrapped": {"type": "object", "properties": {"result": THING}},
    "Piece": {"type": "object", "properties": {"answer": TEXT, "threadId": TEXT}},
}


def holder(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


# Name, content of the 200 (None: no content), the rest of the x-alli-sdk block.
KINDS: list[tuple[str, Json | None, Json]] = [
    ("running", {"application/json": {"schema": holder(isRunning={"type": "boolean"})}}, {"unwrap": "isRunning"}),
    ("number", {"application/json": {"schema": {"type": "integer"}}}, {}),
    ("ratio", {"application/json": {"schema": {"type": "number"}}}, {}),
    ("word", {"application/json": {"schema": TEXT}}, {}),
    ("level", {"application/json": {"schema": {"type": "string", "enum": ["low", "high"]}}}, {}),
    ("moment", {"application/json": {"schema": {"type": "string", "format": "date-time"}}}, {}),
    ("words", {"application/json": {"schema": {"type": "array", "items": TEXT}}}, {}),
    ("thing", {"application/json": {"schema": THING}}, {}),
    ("things", {"application/json": {"schema": {"type": "array", "items": THING}}}, {}),
    ("either", {"application/json": {"schema": {"oneOf": [THING, {"$ref": "#/components/schemas/Other"}]}}}, {}),
    ("maybe", {"application/json": {"schema": {"anyOf": [THING, {"type": "null"}]}}}, {}),
    ("table", {"application/json": {"schema": {"type": "object", "additionalProperties": True}}}, {}),
    ("bare", {"application/json": {}}, {}),
    ("wrapped", {"application/json": {"schema": {"$ref": "#/components/schemas/Wrapped"}}}, {}),
    ("chats", {"application/json": {"schema": holder(chats={"type": "array", "items": THING}, items={})}},
     {"unwrap": ["chats", "messages"]}),
    ("uploaded", {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Wrapped"}}}},
     {"unwrap": "[].result"}),
    ("first", {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Wrapped"}}}},
     {"unwrap": ["[0].result", "result"]}),
    ("removed", None, {}),
    ("file", {"application/octet-stream": {"schema": FILE}}, {}),
    ("plain", {"text/plain": {"schema": TEXT}}, {}),
    ("page", {"text/html": {"schema": TEXT}}, {}),
]  # fmt: skip

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<!DOCTYPE html><title>Sign in</title>"
ATTACHED = {"Content-Disposition": 'attachment; filename="a.html"'}

# Operation, body, headers, what the method gives: a model as its dict.
GOOD: list[tuple[str, Any, Json, Any]] = [
    ("running", {"isRunning": True}, JSON, True),
    ("running", {"result": {"isRunning": False}}, JSON, False),
    ("running", [{"isRunning": True}], JSON, True),
    ("running", True, JSON, True),
    ("number", 3, JSON, 3),
    ("number", 3.0, JSON, 3),
    ("number", {"result": 3}, JSON, 3),
    ("ratio", 0.5, JSON, 0.5),
    ("ratio", 2, JSON, 2.0),
    ("word", "", JSON, ""),
    ("word", {"result": "w", "errors": None}, JSON, "w"),
    ("level", "unheard of", JSON, "unheard of"),
    ("moment", "2026-11-28T10:00:00Z", JSON, datetime.datetime(2026, 11, 28, 10, tzinfo=datetime.UTC)),
    ("words", [], JSON, []),
    ("words", {"result": ["a"], "count": 1}, JSON, ["a"]),
    ("thing", {"id": "1", "title": "t", "new": 5}, JSON, {"id": "1", "title": "t", "new": 5}),
    ("thing", {"id": "1"}, JSON, {"id": "1"}),
    ("thing", {"result": {"id": "1", "title": "t"}}, JSON, {"id": "1", "title": "t"}),
    ("thing", [{"result": {"id": "1", "title": "t"}}], JSON, {"id": "1", "title": "t"}),
    ("thing", {"id": "1", "title": "t", "result": {"id": "2"}}, JSON, {"id": "1", "title": "t", "result": {"id": "2"}}),
    ("things", [{"id": "1"}], JSON, [{"id": "1"}]),
    ("things", {"result": [{"id": "1"}]}, JSON, [{"id": "1"}]),
    ("either", {"kind": "k"}, JSON, {"kind": "k"}),
    ("either", {"result": {"kind": "k"}}, JSON, {"kind": "k"}),
    ("maybe", None, JSON, None),
    ("maybe", {"id": "1"}, JSON, {"id": "1"}),
    ("table", {"result": 5}, JSON, {"result": 5}),
    ("bare", {"result": 5}, JSON, {"result": 5}),
    ("bare", None, JSON, None),
    ("wrapped", {"result": {"id": "1"}}, JSON, {"result": {"id": "1"}}),
    ("chats", {"chats": [{"id": "1"}]}, JSON, [{"id": "1"}]),
    ("chats", {"messages": [{"id": "1"}]}, JSON, [{"id": "1"}]),
    ("chats", {"result": {"chats": [{"id": "1"}]}}, JSON, [{"id": "1"}]),
    ("chats", [{"id": "1"}], JSON, [{"id": "1"}]),
    ("uploaded", [{"result": {"id": "1"}}, {"result": {"id": "2"}}], JSON, [{"id": "1"}, {"id": "2"}]),
    ("uploaded", [{"id": "1", "title": "t"}], JSON, [{"id": "1", "title": "t"}]),
    ("first", [{"result": {"id": "1"}}], JSON, {"id": "1"}),
    ("first", {"result": {"id": "1"}}, JSON, {"id": "1"}),
    ("removed", b"", {}, None),
    ("removed", {"id": "1"}, JSON, None),
    ("removed", PAGE, HTML, None),
    ("removed", b"\xff\xfe", {}, None),
    ("file", b"%PDF\xff", {"Content-Type": "application/pdf"}, b"%PDF\xff"),
    ("file", b"", {}, b""),
    ("file", {"name": "no error"}, JSON, b'{"name": "no error"}'),
    ("file", PAGE, {**HTML, **ATTACHED}, PAGE),
    ("file", {"error": "of a file"}, {**JSON, **ATTACHED}, b'{"error": "of a file"}'),
    ("plain", b"caf\xc3\xa9", {"Content-Type": "text/plain"}, "café"),
    ("page", PAGE, HTML, PAGE.decode()),
]  # fmt: skip

ANOTHER_TYPE = "which this operation does not give"
NONE_OF = "has none of the fields it must have (id, title)"
# Operation, body, headers, part of the error's text; of an AppError, what the service said.
WRONG: list[tuple[str, Any, Json, str]] = [
    ("running", {}, JSON, ANOTHER_TYPE),
    ("running", {"isRunning": None}, JSON, ANOTHER_TYPE),
    ("running", {"isRunning": "yes"}, JSON, ANOTHER_TYPE),
    ("running", {"isRunning": 1}, JSON, ANOTHER_TYPE),
    ("running", {"result": {}}, JSON, ANOTHER_TYPE),
    ("number", True, JSON, ANOTHER_TYPE),
    ("number", 3.5, JSON, ANOTHER_TYPE),
    ("number", "3", JSON, ANOTHER_TYPE),
    ("ratio", "0.5", JSON, ANOTHER_TYPE),
    ("ratio", False, JSON, ANOTHER_TYPE),
    ("word", 5, JSON, ANOTHER_TYPE),
    ("word", None, JSON, ANOTHER_TYPE),
    ("level", ["low"], JSON, ANOTHER_TYPE),
    ("moment", "yesterday", JSON, ANOTHER_TYPE),
    ("words", {"words": ["a"]}, JSON, ANOTHER_TYPE),
    ("words", None, JSON, ANOTHER_TYPE),
    ("thing", {}, JSON, NONE_OF),
    ("thing", {"size": "5"}, JSON, NONE_OF),
    ("thing", {"result": {"size": "5"}}, JSON, NONE_OF),
    ("thing", None, JSON, ANOTHER_TYPE),
    ("thing", b"", {}, "not JSON"),
    ("things", b"", {}, "not JSON"),
    ("either", "text", JSON, ANOTHER_TYPE),
    ("table", [1], JSON, ANOTHER_TYPE),
    ("first", [], JSON, ANOTHER_TYPE),
    ("file", PAGE, HTML, "an HTML page"),
    ("file", b"  <html><body>", {}, "an HTML page"),
    ("plain", PAGE, HTML, "an HTML page"),
]  # fmt: skip

ERRORS: list[tuple[Any, str]] = [
    ({"error": "boom"}, "boom"),
    ({"errors": ["boom", "bang"]}, "boom; bang"),
    ([{"error": {"name": "BOOM", "value": 5}}], "BOOM"),
    ({"type": "APIError", "code": 7000, "message": "boom"}, "boom"),
]


def change(inputs: Inputs) -> None:
    inputs.spec["components"]["schemas"].update(SCHEMAS)
    for name, content, block in KINDS:
        answer = {"description": "Done", **({"content": content} if content is not None else {})}
        inputs.add(f"POST /webapi/v2/{name}", {"responses": {"200": answer}})
        sdk = {"resource": "kinds", "method": name, **block}
        inputs.annotate(f"POST /webapi/v2/{name}", {"operationId": name, "tags": ["kinds"], "x-alli-sdk": sdk})
    both = {"application/json": {"schema": SCHEMAS["Piece"]}, "application/stream+json": {"schema": SCHEMAS["Piece"]}}
    inputs.add("POST /webapi/v2/ask", {"responses": {"200": {"description": "Done", "content": both}}})
    sdk = {
        "resource": "kinds",
        "methods": {"ask": {"returns": "RunResult"}, "ask_stream": {"returns": "RunStream"}},
        "stream": {"semantics": "delta"},
        "result": {"at": [], "messages": [], "text": ["answer"], "conversation_id": ["threadId", "thread"]},
    }
    inputs.annotate("POST /webapi/v2/ask", {"operationId": "ask", "tags": ["kinds"], "x-alli-sdk": sdk})
    # A spelling of today's operations that nobody knew: one word of the overlay.
    inputs.overlay["actions"].append(
        {"target": "$.x-alli-sdk.results.RunResult", "update": {"state": ["conversationState"]}}
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("answers")
    inputs = original()
    change(inputs)
    (folder / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    (folder / "overlay.json").write_text(json.dumps(inputs.overlay), "utf-8")
    arguments = ["--spec", str(folder / "spec.json"), "--overlay", str(folder / "overlay.json")]
    with unchecked():
        assert main([*arguments, "--output", str(folder / "out")]) == 0
    with loaded(folder / "out", "alli_answers") as module:
        yield module


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call(package: ModuleType, kind: str, path: str, status: int, body: Any, headers: Json, *arguments: Any) -> Any:
    """What a method gives; of a stream, its result."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    resource, method = path.split(".")

    async def asynchronous(url: str) -> Any:
        async with package.AsyncAlli(api_key="k", base_url=url, max_retries=0) as client:
            given = getattr(getattr(client, resource), method)(*arguments)
            if hasattr(given, "__await__"):
                return await given
            async with given as stream:
                return await stream.result()

    with ScriptedServer(answering(status, content, headers)) as server:
        if kind == "async":
            return asyncio.run(asynchronous(server.url))
        with package.Alli(api_key="k", base_url=server.url, max_retries=0) as client:
            given = getattr(getattr(client, resource), method)(*arguments)
            if not hasattr(given, "text_stream"):
                return given
            with given as stream:
                return stream.result()


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


@pytest.mark.parametrize(("name", "body", "headers", "expected"), GOOD, ids=lambda v: v if isinstance(v, str) else "")
def test_an_answer_has_the_type_that_the_method_says(
    package: ModuleType, kind: str, name: str, body: Any, headers: Json, expected: Any
) -> None:
    given = plain(call(package, kind, f"kinds.{name}", 200, body, headers))
    assert (given, type(given)) == (expected, type(expected))


@pytest.mark.parametrize(("name", "body", "headers", "told"), WRONG, ids=lambda v: v if isinstance(v, str) else "")
def test_an_answer_of_another_type_is_an_error_with_an_unknown_outcome(
    package: ModuleType, kind: str, name: str, body: Any, headers: Json, told: str
) -> None:
    with pytest.raises(package.APIStatusError) as caught:
        call(package, kind, f"kinds.{name}", 200, body, headers)
    assert told in str(caught.value)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(("body", "message"), ERRORS, ids=lambda v: v if isinstance(v, str) else "")
@pytest.mark.parametrize("name", [name for name, _, _ in KINDS])
def test_an_error_in_a_200_is_raised_whatever_the_method_gives(
    package: ModuleType, name: str, body: Any, message: str
) -> None:
    with pytest.raises((package.AppError, package.APIStatusError)) as caught:
        call(package, "sync", f"kinds.{name}", 200, body, {})
    assert caught.value.message == message


@pytest.mark.parametrize("status", [204, 205])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("running", None), ("word", None), ("words", []), ("thing", {}), ("things", []), ("maybe", None), ("table", {}),
        ("bare", None), ("removed", None), ("file", b""), ("plain", ""), ("chats", []),
    ],
)  # fmt: skip
def test_no_content_where_a_200_was_documented_is_none_or_empty(
    package: ModuleType, kind: str, name: str, expected: Any, status: int
) -> None:
    assert plain(call(package, kind, f"kinds.{name}", status, b"", {})) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("apps.update", {}), ("cognitive_config.update", {}), ("conversations.end", None)],
)
def test_no_content_is_fine_for_the_operations_of_today(
    package: ModuleType, kind: str, path: str, expected: Any
) -> None:
    arguments = ({"a": 1},) if path == "cognitive_config.update" else ("id",)
    given = call(package, kind, path, 204, b"", {}, *arguments)
    assert (given.conversation_id if path == "conversations.end" else plain(given)) == expected


@pytest.mark.parametrize("method", ["run", "stream"])
def test_a_spelling_that_the_overlay_adds_is_read_whole_and_streamed(
    package: ModuleType, kind: str, method: str
) -> None:
    body = {"result": {"conversationState": "WAITING", "responses": [{"message": "Hello"}]}}
    result = call(package, kind, f"apps.{method}", 200, body, JSON, "app")
    assert (result.text, result.state) == ("Hello", "WAITING")
    body = {"result": {"conversation": {"state": "end"}, "responses": [{"message": "Hello"}]}}
    assert call(package, kind, f"apps.{method}", 200, body, JSON, "app").state == "end"


@pytest.mark.parametrize("method", ["ask", "ask_stream"])
def test_an_operation_with_a_format_of_its_own_is_read_by_it_whole_and_streamed(
    package: ModuleType, kind: str, method: str
) -> None:
    result = call(package, kind, f"kinds.{method}", 200, {"answer": "Hello", "thread": "t-1"}, JSON)
    assert (result.text, result.conversation_id) == ("Hello", "t-1")


@pytest.mark.timeout(300)
def test_the_package_is_clean_under_strict_type_checking(package: ModuleType) -> None:
    assert mypy(Path(str(package.__file__)).parents[1]) == ""
