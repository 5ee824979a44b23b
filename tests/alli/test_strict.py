"""`strict=True`: an answer that is not what the document says is an error; without it, it is taken as it comes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alli import APIStatusError, AppError
from alli_emulator import AppInput, AppRun, Citation, Emulator, Reply

from tests.alli.client_kind import ClientKind
from tests.answers import Answer, answering
from tests.servers import Connection, ScriptedServer

APP: dict[str, Any] = {
    "id": "a1",
    "name": "One",
    "type": "agent",
    "category": "IT",
    "published": True,
    "description": None,
}


def telling(body: object) -> Answer:
    return answering(200, json.dumps(body).encode() + b"\n")


async def test_a_documented_answer_is_taken(client_kind: ClientKind) -> None:
    with ScriptedServer(telling(APP)) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"published": "canary"}, r"\$\.published: must be boolean, not string", id="scalar"),
        pytest.param({"name": None}, r"\$\.name: must be string, not null", id="null"),
        pytest.param({"name": ...}, r"\$\.name: missing", id="missing"),
        pytest.param({"mood": "canary"}, r"\$\.mood: not in the document", id="unknown field"),
        pytest.param({"type": "canary"}, r"\$\.type: is not one of the known values", id="unknown value"),
        pytest.param({"description": 3}, r"\$\.description: must be string or null, not number", id="nullable"),
        pytest.param(
            {"agentPermission": {"accessAgents": [{"agentId": "x"}, "canary"]}},
            r"\$\.agentPermission\.accessAgents\[1\]: must be object, not string",
            id="inside",
        ),
    ],
)
async def test_what_differs_is_told_by_path_and_type_and_never_by_value(
    client_kind: ClientKind, changes: dict[str, Any], told: str
) -> None:
    body = {name: value for name, value in {**APP, **changes}.items() if value is not ...}
    with ScriptedServer(telling(body)) as server:
        client = client_kind.make(base_url=server.url)
        app = await client_kind.get(client.apps.get("a1"))
        assert app.to_dict() == body
        with pytest.raises(APIStatusError, match=told) as caught:
            await client_kind.get(client.with_options(strict=True).apps.get("a1"))
    error = caught.value
    assert str(error).startswith("apps.get: GET /webapi/v2/apps/a1: the answer is not what the document says: $")
    assert "canary" not in str(error)
    assert (error.status_code, error.body, error.attempts) == (200, body, 1)


async def test_all_differences_are_told_at_once_up_to_ten(client_kind: ClientKind) -> None:
    with ScriptedServer(telling({"apps": [{"id": "a"}, {"id": 3}, "x"], "cursor": None})) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        with pytest.raises(APIStatusError) as caught:
            await client_kind.get(client.apps.list())
    assert "$.apps[0].name: missing; $.apps[0].type: missing" in caught.value.message
    assert caught.value.message.count("$.") == 10
    # Four fields are missing in each of the two objects, one is of another type, and one item is not an object.
    assert "; and " not in caught.value.message


async def test_a_run_whose_answer_is_not_as_documented_has_an_unknown_outcome(client_kind: ClientKind) -> None:
    with ScriptedServer(telling({"result": {"responses": 3}})) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        with pytest.raises(APIStatusError, match="not what the document says") as caught:
            await client_kind.get(client.apps.run("a1"))
        assert caught.value.outcome_unknown is True
        with pytest.raises(APIStatusError, match="not what the document says") as caught:
            await client_kind.get(client.apps.get("a1"))
        assert caught.value.outcome_unknown is False


async def test_a_copy_can_be_strict_and_lenient_again(client_kind: ClientKind) -> None:
    with ScriptedServer(telling({"id": "a1"})) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        await client_kind.get(client.with_options(strict=False).apps.get("a1"))
        with pytest.raises(APIStatusError, match="not what the document says"):
            await client_kind.get(client.apps.get("a1"))


async def test_an_error_inside_a_200_stays_that_error(client_kind: ClientKind) -> None:
    with ScriptedServer(telling({"error": "too hot", "extra": 1})) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        with pytest.raises(AppError, match="too hot"):
            await client_kind.get(client.apps.run("a1"))


async def test_each_record_of_a_stream_is_held_against_the_document(client_kind: ClientKind) -> None:
    good = {"result": {"responses": [{"id": "m", "message": "Hel"}], "conversation": {"id": "c1"}}}
    bad = {"result": {"responses": [{"id": "m", "message": ["canary"]}]}}

    def stream(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200, {"Content-Type": "application/stream+json"})
            connection.chunk(json.dumps(good).encode() + b"\n")
            connection.chunk(json.dumps(bad).encode() + b"\n")
            connection.end()

    with ScriptedServer(stream) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        told = r"apps\.stream: .*\$\.result\.responses\[0\]\.message: must be string or null, not array"
        with pytest.raises(APIStatusError, match=told) as caught:
            async with client_kind.entered(client.apps.stream("a1")) as events:
                await client_kind.list(events)
        assert "canary" not in str(caught.value)
        lenient = await client_kind.get(client.with_options(strict=False).apps.run_conversation("a1"))
        assert "canary" in lenient.text


async def test_the_emulator_answers_as_documented_to_every_method(emulator: Emulator, client_kind: ClientKind) -> None:
    @emulator.app(name="Desk", type="campaign", inputs=[AppInput("text")])
    def desk(run: AppRun) -> Any:
        yield "Look "
        yield Reply("here", citations=[Citation(title="Guide", page=3)])

    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url, strict=True)
    apps = await client_kind.list(client.apps.list())
    assert len(apps) == len(emulator.apps)
    await client_kind.get(client.apps.get(desk.id))
    await client_kind.get(client.apps.update(desk.id, description="x"))
    await client_kind.get(client.apps.list_v1())
    await client_kind.get(client.apps.inputs(desk.id))
    assert "here" in (await client_kind.get(client.apps.run(desk.id, {"text": "x"}))).text
    assert "here" in (await client_kind.get(client.apps.run_conversation(desk.id, "hi"))).text
    async with client_kind.entered(client.apps.stream(desk.id)) as stream:
        assert "here" in (await client_kind.get(stream.result())).text
    await client_kind.get(client.skills.run(desk.id, "x"))
    begun = await client_kind.get(client.conversations.start())
    await client_kind.get(client.conversations.send(begun.conversation_id, "x"))
    await client_kind.get(client.conversations.end(begun.conversation_id))
    await client_kind.get(client.cognitive_config.update({"a": 1}))
    await client_kind.get(client.cognitive_config.get())
