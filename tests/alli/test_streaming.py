"""The stream object over real sockets: its events, its end and its connection."""

from __future__ import annotations

import json
import threading

from alli import RunResult

from tests.alli.client_kind import ClientKind
from tests.alli.streams import HEADERS, good, record
from tests.alli.transcript_corpus import TRANSCRIPTS, as_lists
from tests.servers import Connection, ScriptedServer


async def test_a_stream_gives_events_headers_and_a_result(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            assert stream.headers["x-served-by"] == "test"
            assert not stream.complete
            events = await client_kind.list(stream)
        result = await client_kind.get(stream.result())
    assert as_lists(events) == [["started", "CONV"], ["delta", 0, "안녕"], ["delta", 0, "하세요"], ["completed"]]
    assert [event.type for event in events] == ["conversation.started", "text.delta", "text.delta", "completed"]
    assert events[-1].result is result
    assert (result.text, result.state, result.attempts) == ("안녕하세요", "running", 1)
    assert result.request_id == stream.request_id == server.requests[0].headers["x-request-id"]
    assert json.loads(server.requests[0].body)["mode"] == "stream"
    assert stream.complete
    assert stream.conversation_id == "CONV"


async def test_nothing_is_sent_before_a_stream_is_entered_or_read(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        assert (stream.headers, stream.request_id, stream.conversation_id) == ({}, None, None)
        assert server.requests == []
        assert (await client_kind.get(stream.result())).text == "안녕하세요"
        assert len(server.requests) == 1


async def test_the_text_alone_can_be_read(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            assert await client_kind.list(stream.text_stream) == ["안녕", "하세요"]
            assert await client_kind.list(stream) == []


async def test_a_result_can_be_asked_for_in_the_middle_and_again(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            async for event in client_kind.each(stream):
                assert event.type == "conversation.started"
                break
            first = await client_kind.get(stream.result())
            assert await client_kind.get(stream.result()) is first
        assert first.text == "안녕하세요"


async def test_run_conversation_reads_its_stream_to_the_end(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        result = await client_kind.get(client.apps.run_conversation("app", "hi"))
    assert isinstance(result, RunResult)
    assert (result.text, result.conversation_id) == ("안녕하세요", "CONV")


async def test_a_body_that_ends_with_the_connection_is_complete(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.start(200, HEADERS, chunked=False)
        connection.send(TRANSCRIPTS["t2_agent"].data)
        connection.close()

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        events = await client_kind.list(client.apps.stream("app", message="hi"))
    transcript = TRANSCRIPTS["t2_agent"]
    assert as_lists(events) == transcript.events
    assert events[-1].result.text == transcript.texts[0]


async def test_five_streams_read_to_their_end_use_one_connection(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        for turn in range(5):
            async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
                if turn % 2:
                    await client_kind.list(stream.text_stream)
                else:
                    await client_kind.get(stream.result())
        assert (len(server.requests), len(server.connections)) == (5, 1)


async def test_the_connection_is_free_again_when_completed_is_given(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            async for event in client_kind.each(stream):
                if event.type == "completed":
                    await client_kind.get(client.apps.stream("app", message="hi").result())
        assert len(server.connections) == 1


async def test_the_repr_tells_the_state_and_no_text(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        states = [repr(stream)]
        async with client_kind.entered(stream):
            states.append(repr(stream))
            await client_kind.get(stream.result())
        states.append(repr(stream))
    name = "AsyncRunStream" if client_kind.is_async else "RunStream"
    assert states == [f"<{name} of apps.stream, {state}>" for state in ("new", "open", "complete")]


async def test_compressed_streams_are_read_as_they_come(client_kind: ClientKind) -> None:
    import zlib

    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.start(200, {**HEADERS, "Content-Encoding": "gzip"})
        packer = zlib.compressobj(wbits=31)
        connection.chunk(packer.compress(record("안녕")) + packer.flush(zlib.Z_SYNC_FLUSH))
        first_seen.wait(10)
        connection.chunk(packer.compress(record("안녕하세요")) + packer.flush())
        connection.end()

    first_seen = threading.Event()
    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        texts: list[str] = []
        async for text in client_kind.each(client.apps.stream("app", message="hi").text_stream):
            texts.append(text)
            first_seen.set()
    assert texts == ["안녕", "하세요"]
