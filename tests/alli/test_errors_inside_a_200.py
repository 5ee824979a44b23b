"""A 200 response that reports an error is an error, with all that came beside it."""

from __future__ import annotations

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.failing_calls import failing, reply


async def test_an_error_inside_a_good_run_is_an_app_error_with_all_that_came(client_kind: ClientKind) -> None:
    body = {"error": "The model is busy", "result": {"id": "a1", "responses": [{"message": "half an answer"}]}}
    error = await failing(client_kind, "apps.run", "a1", {"q": "x"}, answer=reply(200, body))
    assert type(error) is alli.AppError
    assert error.message == "The model is busy"
    assert error.result.text == "half an answer"
    assert error.result.request_id == error.request_id
    assert error.body == body
    assert error.status_code == 200
    assert "half an answer" not in str(error)


async def test_an_error_inside_a_skill_s_answer_keeps_the_answer(client_kind: ClientKind) -> None:
    body = {"result": "a whole answer", "errors": ["first", "second"]}
    error = await failing(client_kind, "skills.run", "s1", "hello", answer=reply(200, body))
    assert type(error) is alli.AppError
    assert error.message == "first; second"
    assert error.result.text == "a whole answer"


@pytest.mark.parametrize("method", ["start", "send", "end"])
async def test_an_errors_object_of_a_conversation_is_an_app_error(client_kind: ClientKind, method: str) -> None:
    args = {"start": (), "send": ("c1", "hi"), "end": ("c1",)}[method]
    body = {"errors": {"code": 12, "message": "no such conversation"}, "result": None}
    error = await failing(client_kind, f"conversations.{method}", *args, answer=reply(200, body))
    assert type(error) is alli.AppError
    assert (error.message, error.code, error.result) == ("no such conversation", 12, None)


@pytest.mark.parametrize("nothing", [None, "", [], {}], ids=repr)
@pytest.mark.parametrize("key", ["error", "errors"])
async def test_an_empty_error_inside_a_200_is_a_good_answer(client_kind: ClientKind, key: str, nothing: object) -> None:
    body = {"result": {"id": "a1", "responses": [{"message": "yes"}]}, key: nothing}
    client = client_kind.mocked(lambda request: reply(200, body))
    assert (await client_kind.get(client.apps.run("a1"))).text == "yes"


async def test_one_failed_answer_in_a_good_run_is_told_on_its_message(client_kind: ClientKind) -> None:
    body = {"result": {"id": "a1", "responses": [{"message": "good"}, {"message": "", "error": "this one failed"}]}}
    client = client_kind.mocked(lambda request: reply(200, body))
    result = await client_kind.get(client.apps.run("a1"))
    assert [message.error for message in result.messages] == [None, "this one failed"]
    assert result.text == "good"


async def test_a_wrong_key_told_inside_a_200_is_an_authentication_error(client_kind: ClientKind) -> None:
    body = {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"}
    error = await failing(client_kind, "apps.run", "a1", answer=reply(200, body))
    assert type(error) is alli.AuthenticationError
    assert "sdkKey" in str(error)
    assert error.status_code == 200
