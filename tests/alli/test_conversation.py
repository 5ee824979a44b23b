"""Conversations: the id is kept from turn to turn, and there is one turn at a time."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from alli import AlliError, AsyncAlli, ConversationBusyError, InternalServerError, StreamInterruptedError

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer, SentRequest


def fields(request: SentRequest) -> dict[str, list[bytes]]:
    """The parts of a form by name."""
    form = message_from_bytes(b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n" + request.body)
    parts: dict[str, list[bytes]] = {}
    for part in form.get_payload():
        assert not isinstance(part, str)
        name = part.get_param("name", header="content-disposition")
        parts.setdefault(str(name), []).append(part.get_payload(decode=True))  # type: ignore[arg-type]
    return parts


def answer_turn(connection: Connection) -> None:
    if connection.read_request() is None:
        return
    number = len(connection.server.requests)
    result = {"conversation": {"id": "CONV-1"}, "responses": [{"message": f"answer {number}"}]}
    connection.start()
    connection.chunk(json.dumps({"result": result}).encode() + b"\n")
    connection.end()


def hold(connection: Connection) -> None:
    if connection.read_request() is None:
        return
    connection.start()
    connection.chunk(b'{"result": {"conversation": {"id": "CONV-1"}, "responses": []}}\n')
    connection.server.release.wait(20)
    connection.end()


async def test_the_id_is_kept_from_the_first_turn_on(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_turn) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app")
        assert conversation.id is None
        first = await client_kind.get(conversation.send("one"))
        second = await client_kind.get(conversation.send("two"))
        async with client_kind.entered(conversation.stream("three")) as stream:
            texts = await client_kind.list(stream.text_stream)
    assert (first.text, second.text, texts) == ("answer 1", "answer 2", ["answer 3"])
    assert conversation.id == "CONV-1"
    sent = [fields(request) for request in server.requests]
    assert [form.get("conversationId") for form in sent] == [None, [b"CONV-1"], [b"CONV-1"]]
    assert [form["message"] for form in sent] == [[b"one"], [b"two"], [b"three"]]
    assert {request.path for request in server.requests} == {"/webapi/v2/apps/app/run_conversation"}


async def test_the_id_is_known_from_the_first_record_on(client_kind: ClientKind) -> None:
    with ScriptedServer(hold) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app")
        async with client_kind.entered(conversation.stream("one")) as stream:
            async for event in client_kind.each(stream):
                assert event.type == "conversation.started"
                break
            assert conversation.id == "CONV-1"
        # It was left in the middle, and goes on.
        server.answer = answer_turn
        await client_kind.get(conversation.send("two"))
        assert fields(server.requests[-1])["conversationId"] == [b"CONV-1"]


async def test_an_existing_conversation_is_picked_up(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_turn) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app", "CONV-0")
        assert conversation.id == "CONV-0"
        await client_kind.get(conversation.send("one"))
        assert fields(server.requests[0])["conversationId"] == [b"CONV-0"]
        # The service has the last word on the id.
        assert conversation.id == "CONV-1"


async def test_choices_forms_and_files_go_along(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_turn) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app")
        await client_kind.get(
            conversation.send(
                choices=[0, 2],
                form={"이름": "사용자"},
                files=[("a.txt", b"AAA"), ("b.txt", b"BBB")],
                media_files=[("c.png", b"CCC", "image/png")],
            )
        )
    form = fields(server.requests[0])
    assert "message" not in form
    assert json.loads(form["choices"][0]) == [0, 2]
    assert json.loads(form["sendFormInput"][0]) == {"이름": "사용자"}
    assert form["files"] == [b"AAA", b"BBB"]
    assert form["media_files"] == [b"CCC"]


async def test_a_turn_is_refused_while_another_runs(client_kind: ClientKind) -> None:
    with ScriptedServer(hold) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app")
        async with client_kind.entered(conversation.stream("one")):
            with pytest.raises(ConversationBusyError, match="read it to its end or close it"):
                await client_kind.get(conversation.send("two"))
            with pytest.raises(ConversationBusyError):
                conversation.stream("two")
        assert len(server.requests) == 1


async def test_a_turn_may_begin_once_the_one_before_is_closed(client_kind: ClientKind) -> None:
    with ScriptedServer(hold) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app")
        abandoned = conversation.stream("one")
        async for _ in client_kind.each(abandoned):
            break
        await client_kind.close(conversation)
        with pytest.raises(StreamInterruptedError):
            await client_kind.get(abandoned.result())
        server.answer = answer_turn
        assert (await client_kind.get(conversation.send("two"))).text == "answer 2"


async def test_a_conversation_goes_on_after_a_turn_that_failed(client_kind: ClientKind) -> None:
    answers: Iterator[Any] = iter([b'{"errors": "tool failed"}', None])

    def answer(connection: Connection) -> None:
        body = next(answers)
        if body is None:
            answer_turn(connection)
        elif connection.read_request():
            connection.respond(500, body)

    with ScriptedServer(answer) as server:
        conversation = client_kind.make(base_url=server.url).apps.conversation("app", "CONV-0")
        with pytest.raises(InternalServerError):
            await client_kind.get(conversation.send("one"))
        assert conversation.id == "CONV-0"
        assert (await client_kind.get(conversation.send("two"))).text == "answer 2"


async def test_of_two_turns_begun_at_once_one_task_gets_a_clear_error() -> None:
    kind = ClientKind("async")
    with ScriptedServer(answer_turn) as server:
        conversation = kind.make(base_url=server.url).apps.conversation("app")
        turns: list[Any] = [conversation.send("one"), conversation.send("two")]
        both: list[Any] = await asyncio.gather(*turns, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in both) == ["ConversationBusyError", "RunResult"]
        assert len(server.requests) == 1
        await kind.close_all()


def test_of_many_turns_begun_at_once_one_thread_gets_through() -> None:
    with ScriptedServer(hold) as server:
        kind = ClientKind("sync")
        client = kind.make(base_url=server.url)
        conversation = client.apps.conversation("app")
        together = threading.Barrier(8)
        outcomes: list[str] = []

        def turn() -> None:
            together.wait(10)
            try:
                conversation.send("hi")
                outcomes.append("answered")
            except AlliError as error:
                outcomes.append(type(error).__name__)
                if len(outcomes) == 7:
                    server.release.set()

        threads = [threading.Thread(target=turn) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        client.close()
    assert sorted(outcomes) == ["ConversationBusyError"] * 7 + ["answered"]
    assert len(server.requests) == 1


async def test_the_repr_tells_the_id(client_kind: ClientKind) -> None:
    conversation = client_kind.make(base_url="http://127.0.0.1:9").apps.conversation("app", "CONV-0")
    assert repr(conversation).endswith("Conversation('CONV-0')")


async def test_a_turn_that_is_cancelled_before_its_answer_leaves_the_conversation_usable() -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer(connection: Connection) -> None:
        if connection.read_request() is None:
            return
        if len(connection.server.requests) == 1:
            loop.call_soon_threadsafe(asked.set)
            connection.wait_until_peer_closes()
            return
        connection.respond(200, b'{"result": {"conversation": {"id": "CONV"}, "responses": [{"message": "hi"}]}}')

    with ScriptedServer(answer) as server:
        async with AsyncAlli(api_key="k", base_url=server.url) as client:
            conversation = client.apps.conversation("app")
            turn = asyncio.create_task(conversation.send("hi"))
            await asked.wait()
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert (await conversation.send("again")).text == "hi"
    assert len(server.requests) == 2
