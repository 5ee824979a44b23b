"""Models, results, events and errors are JSON: by `to_dict`, by `to_json`, and where pydantic or FastAPI take them."""

from __future__ import annotations

import json
from typing import Any

import alli
import fastapi
import pydantic
import pytest
from alli import App, RunResult
from fastapi.testclient import TestClient

RESULT = RunResult.from_payload(
    {
        "result": {
            "id": "a1",
            "conversation": {"id": "c1", "state": "idle"},
            "responses": [
                {"id": "m1", "message": "Hello", "citations": [{"title": "T", "pageNo": 2}], "completed": True}
            ],
        }
    }
)
RESULT.response = alli.Response(200, {"X-A": "b"}, b"{}")
MESSAGE = {
    "id": "m1",
    "type": None,
    "text": "Hello",
    "completed": True,
    "error": None,
    "metadata": None,
    "citations": [
        {"source": None, "title": "T", "url": None, "page": 2, "clue_id": None, "document_id": None, "text": None}
    ],
    "choices": [],
    "form": None,
}
AS_JSON = {
    "text": "Hello",
    "messages": [MESSAGE],
    "conversation_id": "c1",
    "state": "idle",
    "variables": {},
    "app_id": "a1",
    "name": None,
    "type": None,
    "category": None,
    "request_id": None,
    "attempts": 1,
}
APP_JSON = {"id": "a1", "name": "One", "userPermission": {"ownUserIds": ["emp-7"]}, "new": [1]}
APP = App.from_dict(APP_JSON)
VALUES: list[tuple[Any, Any]] = [
    (RESULT, AS_JSON),
    (RESULT.messages[0], MESSAGE),
    (APP, APP_JSON),
    (alli.ConversationStarted("c1"), {"type": "conversation.started", "conversation_id": "c1"}),
    (alli.TextDelta("Hi", 1), {"type": "text.delta", "index": 1, "text": "Hi"}),
    (alli.TextReplaced("Hi", 1), {"type": "text.replaced", "index": 1, "text": "Hi"}),
    (alli.Completed(RESULT), {"type": "completed", "result": AS_JSON}),
    (alli.SkillResult("Hi"), {"text": "Hi", "errors": [], "request_id": None, "attempts": 1}),
    (
        alli.MapItem(0, "k", {"text": "a"}, "unknown", RESULT, alli.RateLimitError("busy", status_code=429)),
        {
            "index": 0,
            "key": "k",
            "status": "unknown",
            "result": AS_JSON,
            "error": alli.RateLimitError("busy", status_code=429).to_dict(),
        },
    ),
    (alli.ConversationResult("c1"), {"conversation_id": "c1", "request_id": None, "attempts": 1}),
]
each_value = pytest.mark.parametrize(("value", "expected"), VALUES, ids=[type(value).__name__ for value, _ in VALUES])


@each_value
def test_a_value_is_json(value: Any, expected: Any) -> None:
    assert value.to_dict() == dict(value) == expected
    assert json.loads(value.to_json()) == expected


@each_value
def test_pydantic_takes_it_and_writes_it(value: Any, expected: Any) -> None:
    model = pydantic.create_model("Holder", held=(type(value), ...))
    holder: Any = model(held=value)
    assert holder.held is value
    assert holder.model_dump() == {"held": expected}
    assert json.loads(holder.model_dump_json()) == {"held": expected}
    assert model.model_json_schema()["properties"]["held"]["type"] == "object"
    with pytest.raises(pydantic.ValidationError):
        model(held=7)


def test_pydantic_reads_a_model_from_json() -> None:
    assert pydantic.TypeAdapter(App).validate_json(json.dumps(APP_JSON)) == APP


@each_value
@pytest.mark.parametrize("is_annotated", [True, False])
def test_fastapi_gives_it_as_json_annotated_or_not(value: Any, expected: Any, is_annotated: bool) -> None:
    server = fastapi.FastAPI()

    def give() -> Any:
        return value

    def give_list() -> Any:
        return {"items": [value]}

    if is_annotated:
        give.__annotations__["return"] = type(value)
        give_list.__annotations__["return"] = dict[str, list[type(value)]]  # type: ignore[misc]  # a type of the test
    server.get("/one")(give)
    server.get("/many")(give_list)
    with TestClient(server) as client:
        assert client.get("/one").json() == expected
        assert client.get("/many").json() == {"items": [expected]}
        assert client.get("/openapi.json").status_code == 200


def test_a_model_is_looked_into_by_the_names_of_its_json() -> None:
    assert (APP["name"], APP["new"], APP["userPermission"]) == ("One", [1], {"ownUserIds": ["emp-7"]})
    assert ("name" in APP, "new" in APP, "description" in APP, "user_permission" in APP) == (True, True, False, False)
    assert list(APP) == list(APP_JSON.items()) or dict(list(APP)) == APP_JSON
    with pytest.raises(KeyError):
        _ = APP["description"]


def test_a_field_that_was_left_out_reads_as_none_and_is_not_among_the_given() -> None:
    assert (APP.description, APP.category, APP.published) == (None, None, None)
    assert f"{APP.description}" == "None"
    assert APP.given == {"id", "name", "user_permission"}
    assert APP.extra == {"new": [1]}
    assert App.from_dict({**APP_JSON, "description": None}).given == {"id", "name", "user_permission", "description"}


def test_a_notebook_shows_the_text_and_repr_does_not() -> None:
    assert RESULT._repr_markdown_() == "Hello"
    assert "Hello" not in repr(RESULT)
    assert repr(RESULT).startswith("RunResult(1 message, 5 characters")
