"""What came over HTTP can be had: of the last calls by `capture_responses`, of results, pages and errors by `.response`."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from typing import Any

import alli
import fastapi
import pytest
from alli import RetryPolicy
from fastapi.testclient import TestClient

from tests.alli.client_kind import ClientKind
from tests.alli.streams import good
from tests.answers import after_request, answering, give_app
from tests.servers import Connection, ScriptedServer

RUN = b'{"result": {"id": "a1", "responses": [{"message": "a secret answer"}]}}'


async def test_a_block_collects_the_response_of_each_call(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.get("before"))
        with alli.capture_responses() as responses:
            await client_kind.get(client.apps.get("a1"))
            await client_kind.get(client.apps.get("a2"))
        await client_kind.get(client.apps.get("after"))
    assert [response.json()["id"] for response in responses] == ["a1", "a2"]
    assert [response.request_id for response in responses] == [r.headers["x-request-id"] for r in server.requests[1:3]]


async def test_of_a_call_that_was_sent_again_the_last_response_is_collected(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(500 if len(server.requests) < 3 else 200, b'{"id": "a1"}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(base=0.001))
        with alli.capture_responses() as responses:
            await client_kind.get(client.apps.get("a1"))
    assert [(response.status_code, response.attempts) for response in responses] == [(200, 3)]


@pytest.mark.parametrize("status", [400, 200])
async def test_the_response_of_a_call_that_failed_is_collected_and_stands_on_the_error(
    client_kind: ClientKind, status: int
) -> None:
    with ScriptedServer(answering(status, b'{"error": "x"}', {"X-Left": "9"})) as server:
        client = client_kind.make(base_url=server.url)
        with alli.capture_responses() as responses, pytest.raises(alli.AlliError) as caught:
            await client_kind.get(client.apps.run("a1"))
    (response,) = responses
    assert caught.value.response == response
    assert (response.status_code, response.headers["x-left"], response.json()) == (status, "9", {"error": "x"})


async def test_a_call_without_an_answer_has_no_response(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(Connection.reset)) as server:
        client = client_kind.make(base_url=server.url)
        with alli.capture_responses() as responses, pytest.raises(alli.APIConnectionError) as caught:
            await client_kind.get(client.apps.run("a1"))
    assert (responses, caught.value.response) == ([], None)


async def test_results_have_their_response(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, RUN, {"X-Left": "9"})) as server:
        client = client_kind.make(base_url=server.url)
        result = await client_kind.get(client.apps.run("a1"))
        skill = await client_kind.get(client.skills.run("s1", "x"))
    assert (result.response.content, result.response.headers["X-Left"]) == (RUN, "9")
    assert result.response.request_id == result.request_id
    assert skill.response.status_code == 200
    assert "secret" not in repr(result.response) + repr(result)
    assert pickle.loads(pickle.dumps(result)).response == result.response


async def test_the_response_of_a_stream_is_collected_when_its_head_is_there_and_has_no_body(
    client_kind: ClientKind,
) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        with alli.capture_responses() as responses:
            async with client_kind.entered(client.apps.stream("a1")) as stream:
                assert [response.headers["x-served-by"] for response in responses] == ["test"]
                result = await client_kind.get(stream.result())
    assert result.response == stream.response == responses[0]
    with pytest.raises(alli.AlliError, match="no body"):
        result.response.json()


async def test_blocks_can_be_nested(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        with alli.capture_responses() as outer:
            await client_kind.get(client.apps.get("a1"))
            with alli.capture_responses() as inner:
                await client_kind.get(client.apps.get("a2"))
    assert [response.json()["id"] for response in outer] == ["a1", "a2"]
    assert [response.json()["id"] for response in inner] == ["a2"]


async def test_calls_of_other_tasks_are_not_collected_but_those_that_the_block_begins() -> None:
    async def call(name: str) -> None:
        await client.apps.get(name)

    async def elsewhere() -> None:
        await begun.wait()
        await call("elsewhere")

    begun = asyncio.Event()
    with ScriptedServer(give_app) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            other = asyncio.create_task(elsewhere())
            with alli.capture_responses() as responses:
                begun.set()
                await asyncio.gather(call("mine"), call("mine too"))
                await other
    assert {response.json()["id"] for response in responses} == {"mine", "mine%20too"}


def test_calls_of_other_threads_are_not_collected() -> None:
    with (
        ScriptedServer(give_app) as server,
        alli.Alli(api_key="k", base_url=server.url) as client,
        alli.capture_responses() as responses,
    ):
        thread = threading.Thread(target=client.apps.get, args=("elsewhere",))
        thread.start()
        thread.join()
        client.with_options(deadline=5).apps.get("mine")
    assert [response.json()["id"] for response in responses] == ["mine"]


def test_headers_are_found_in_any_case_and_shown_without_their_values() -> None:
    headers = alli.Response(200, {"Set-Cookie": "secret"}, b"").headers
    assert headers == {"set-cookie": "secret"}
    assert (headers["SET-COOKIE"], headers.get("Set-cookie"), "Set-Cookie" in headers) == ("secret", "secret", True)
    assert headers.get("x") is None
    assert "secret" not in repr(headers)
    assert json.dumps(headers) == '{"set-cookie": "secret"}'
    assert pickle.loads(pickle.dumps(headers))["Set-Cookie"] == "secret"


@pytest.mark.parametrize(
    "error",
    [
        alli.AlliError("x"),
        alli.ConfigurationError("x"),
        alli.InvalidArgumentError("x"),
        alli.ConversationBusyError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_can_be_asked_what_became_of_the_call(error: alli.AlliError) -> None:
    assert (error.request_sent, error.outcome_unknown, error.attempts) == (False, False, 0)
    assert (error.request_id, error.conversation_id, error.partial, error.response) == (None, None, None, None)


async def test_an_error_as_json_tells_the_call_and_nothing_of_what_the_service_sent(client_kind: ClientKind) -> None:
    body = b'{"error": {"code": 9, "message": "no"}, "result": {"responses": [{"message": "a secret answer"}]}}'
    with ScriptedServer(answering(400, body)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.BadRequestError) as caught:
            await client_kind.get(client.apps.run("a1", message="a secret question"))
    told: dict[str, Any] = json.loads(caught.value.to_json())
    assert told == caught.value.to_dict()
    assert told["type"] == "BadRequestError"
    assert told["message"] == str(caught.value)
    assert (told["status_code"], told["code"], told["attempts"], told["request_sent"]) == (400, 9, 1, True)
    assert told["request_id"] == server.requests[0].headers["x-request-id"]
    assert "secret" not in caught.value.to_json()


async def test_each_page_has_its_response_and_is_json(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if request := connection.read_request():
            last = "cursor" in request.target
            body = {"apps": [{"id": "a2" if last else "a1"}], "cursor": None if last else "next"}
            connection.respond(200, json.dumps(body).encode(), {"X-Page": "2" if last else "1"})

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        first = await client_kind.get(client.apps.list())
        second = await client_kind.get(first.get_next_page())
        assert [page.response.headers["x-page"] for page in (first, second)] == ["1", "2"]
        assert first.response.json()["cursor"] == "next"
        assert (
            first.to_dict() == dict(first) == json.loads(first.to_json()) == {"items": [{"id": "a1"}], "cursor": "next"}
        )
        for annotation in (None, type(first), Any):
            app = fastapi.FastAPI()

            def give() -> Any:
                return first

            give.__annotations__["return"] = annotation
            if annotation is None:
                del give.__annotations__["return"]
            app.get("/")(give)
            with TestClient(app) as browser:
                assert browser.get("/").json() == {"items": [{"id": "a1"}], "cursor": "next"}
    assert len(server.requests) == 2
