"""The stream object over real sockets: its events, its end, its failures and its connection."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from alli import (
    AlliError,
    AppError,
    AuthenticationError,
    DeadlineExceededError,
    PaymentError,
    RateLimitError,
    RunResult,
    StreamDecodeError,
    StreamIdleError,
    StreamInterruptedError,
    StreamTruncatedError,
)

from tests.alli.client_kind import ClientKind
from tests.alli.transcript_corpus import TRANSCRIPTS, as_lists
from tests.servers import Connection, ScriptedServer

HEADERS = {"Content-Type": "application/stream+json", "X-Served-By": "test"}
Answer = Callable[[Connection], None]


def record(text: str, **fields: object) -> bytes:
    message = {"id": "m1", "type": "llm", "message": text}
    result = {"conversation": {"id": "CONV"}, "responses": [message], "state": "running", **fields}
    return json.dumps({"result": result}, ensure_ascii=False).encode() + b"\n"


def starting(*pieces: bytes, then: Answer) -> Answer:
    """An answer that begins with these pieces and goes on with `then`."""

    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200, HEADERS)
            for piece in pieces:
                connection.chunk(piece)
            then(connection)

    return answer


def stalls(connection: Connection) -> None:
    connection.server.release.wait(20)


def keeps_alive(connection: Connection) -> None:
    while not connection.server.release.wait(0.02):
        connection.chunk(b"\n")


good = starting(record("안녕"), record("안녕하세요"), then=Connection.end)


async def first(kind: ClientKind, stream: Any) -> Any:
    """The next event."""
    return await anext(stream) if kind.is_async else next(stream)


async def collect(kind: ClientKind, stream: Any, events: list[Any]) -> None:
    async for event in kind.each(stream):
        events.append(event)


async def failure(kind: ClientKind, stream: Any) -> tuple[list[Any], AlliError]:
    """The events before the error that ends a stream, and the error."""
    events: list[Any] = []
    with pytest.raises(AlliError) as raised:
        await collect(kind, stream, events)
    return events, raised.value


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


async def test_a_stream_without_a_record_is_complete_and_empty(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        events = await client_kind.list(client.apps.stream("app", message="hi"))
    assert [event.type for event in events] == ["completed"]
    assert events[0].result.messages == []


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


@pytest.mark.parametrize("end", [Connection.reset, Connection.close], ids=["reset", "closed"])
async def test_a_cut_connection_raises_and_keeps_what_came(client_kind: ClientKind, end: Answer) -> None:
    received = threading.Event()

    def cut(connection: Connection) -> None:
        received.wait(10)
        end(connection)

    with ScriptedServer(starting(record("안녕"), record("unfinished")[:20], then=cut)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        events: list[Any] = []
        async for event in client_kind.each(stream):
            events.append(event)
            if event.type == "text.delta":
                received.set()
                break
        rest, error = await failure(client_kind, stream)
    assert as_lists(events + rest) == [["started", "CONV"], ["delta", 0, "안녕"]]
    assert type(error) is StreamInterruptedError
    assert error.partial is not None
    assert (error.partial.text, error.partial.conversation_id) == ("안녕", "CONV")
    assert (error.conversation_id, error.method, error.path) == ("CONV", "POST", "/webapi/apps/app/run")
    assert error.__cause__ is not None
    assert error.request_id == error.partial.request_id == server.requests[0].headers["x-request-id"]
    assert not stream.complete


async def test_a_whole_record_at_the_cut_is_kept_though_its_newline_is_lost(client_kind: ClientKind) -> None:
    long = "가" * 20_000  # longer than what is looked at before its newline comes
    with ScriptedServer(starting(record("가"), record(long)[:-1], then=Connection.close)) as server:
        client = client_kind.make(base_url=server.url)
        _, error = await failure(client_kind, client.apps.stream("app", message="hi"))
    assert isinstance(error, StreamInterruptedError)
    assert error.partial is not None
    assert error.partial.text == long


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        pytest.param(b"<html>oops</html>\n", StreamDecodeError, id="no JSON"),
        pytest.param(b'{"result": {"resp', StreamTruncatedError, id="cut inside a record"),
        pytest.param(b'{"errors": "internal error. upstream timeout"}\n', AppError, id="error record"),
        pytest.param(
            b'{"error": {"value": 7004, "name": "PAYMENT"}}\n', PaymentError, id="error record with a known code"
        ),
    ],
)
async def test_a_bad_tail_raises_its_own_error_after_the_events_before_it(
    client_kind: ClientKind, tail: bytes, kind: type[AlliError]
) -> None:
    with ScriptedServer(starting(record("안녕") + tail, then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        events, error = await failure(client_kind, stream)
        with pytest.raises(type(error)) as again:
            await client_kind.get(stream.result())
    assert as_lists(events) == [["started", "CONV"], ["delta", 0, "안녕"]]
    assert type(error) is kind
    assert again.value is error
    assert vars(error)["partial"].text == "안녕"
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is kind
    assert vars(copied)["partial"] == vars(error)["partial"]
    assert "안녕" not in str(error)
    assert str(error).startswith("apps.stream: POST /webapi/apps/app/run: ")


async def test_an_error_record_says_what_the_service_said(client_kind: ClientKind) -> None:
    tail = b'{"error": {"value": 1, "name": "LIMIT"}, "message": "too much"}\n'
    with ScriptedServer(starting(record("a"), tail, then=stalls)) as server:
        client = client_kind.make(base_url=server.url)
        _, error = await failure(client_kind, client.apps.stream("app", message="hi"))
        assert isinstance(error, AppError)
        assert (error.code, error.name, error.message) == (1, "LIMIT", "too much")
        assert error.result is not None
        assert error.result.text == "a"
        assert error.body == json.loads(tail)


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (429, RateLimitError)])
async def test_a_refused_stream_raises_a_status_error_and_gives_the_connection_back(
    client_kind: ClientKind, status: int, kind: type[AlliError]
) -> None:
    def refuse(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(status, b'{"error": "no"}')

    with ScriptedServer(refuse) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        for _ in range(3):
            stream = client.apps.stream("app", message="hi")
            with pytest.raises(kind):
                await client_kind.get(stream.result())
            with pytest.raises(kind):
                await client_kind.get(stream.result())
        assert (len(server.requests), len(server.connections)) == (3, 1)


async def test_keep_alive_lines_do_not_count_as_records(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=keeps_alive)) as server:
        client = client_kind.make(base_url=server.url, idle_timeout=0.2)
        began = time.monotonic()
        events, error = await failure(client_kind, client.apps.stream("app", message="hi"))
        assert 0.2 <= time.monotonic() - began < 2
    assert len(events) == 2
    assert type(error) is StreamIdleError
    assert error.partial is not None
    assert error.partial.text == "안녕"


async def test_time_the_reader_spends_elsewhere_is_not_idle_time(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url, idle_timeout=0.1)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            await first(client_kind, stream)
            if client_kind.is_async:
                await asyncio.sleep(0.25)
            else:
                threading.Event().wait(0.25)
            assert (await client_kind.get(stream.result())).text == "안녕하세요"


async def test_a_silent_socket_is_an_idle_stream_too(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=stalls)) as server:
        client = client_kind.make(base_url=server.url, timeout=0.2)
        _, error = await failure(client_kind, client.apps.stream("app", message="hi"))
    assert type(error) is StreamIdleError
    assert error.partial is not None
    assert error.partial.text == "안녕"


async def test_the_deadline_ends_a_stream_that_keeps_coming(client_kind: ClientKind) -> None:
    def talks(connection: Connection) -> None:
        number = 0
        while not connection.server.release.wait(0.02):
            number += 1
            connection.chunk(record("a" * number))

    with ScriptedServer(starting(then=talks)) as server:
        client = client_kind.make(base_url=server.url, deadline=0.3)
        began = time.monotonic()
        events, error = await failure(client_kind, client.apps.stream("app", message="hi"))
        assert time.monotonic() - began < 1.3
    assert type(error) is DeadlineExceededError
    joined = "".join(event.text for event in events if event.type == "text.delta")
    assert vars(error)["partial"].text == joined
    assert joined


async def test_leaving_the_block_early_closes_the_connection(client_kind: ClientKind) -> None:
    gone = threading.Event()

    def watches(connection: Connection) -> None:
        if connection.wait_until_peer_closes():
            gone.set()

    with ScriptedServer(starting(record("안녕"), then=watches)) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            await first(client_kind, stream)
        assert gone.wait(5)
        await client_kind.close(stream)
        assert "closed" in repr(stream)


async def test_a_closed_stream_says_so_and_keeps_what_came(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=stalls)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        await first(client_kind, stream)
        await client_kind.close(stream)
        events, error = await failure(client_kind, stream)
    assert as_lists(events) == [["delta", 0, "안녕"]]
    assert type(error) is StreamInterruptedError
    assert "closed" in str(error)
    assert error.partial is not None
    assert error.partial.text == "안녕"


async def test_closing_before_the_start_sends_nothing(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        await client_kind.close(stream)
        _, error = await failure(client_kind, stream)
        assert isinstance(error, StreamInterruptedError)
        assert server.requests == []


def test_close_from_another_thread_wakes_a_blocked_reader() -> None:
    kind = ClientKind("sync")
    with ScriptedServer(starting(record("안녕"), then=keeps_alive)) as server:
        client = kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        assert next(stream).type == "conversation.started"
        closer = threading.Timer(0.1, stream.close)
        closer.start()
        began = time.monotonic()
        with pytest.raises(StreamInterruptedError) as raised:
            stream.result()
        assert time.monotonic() - began < 1
        closer.join()
        assert raised.value.partial is not None
        assert raised.value.partial.text == "안녕"
        client.close()


async def test_close_from_another_task_wakes_a_blocked_reader() -> None:
    kind = ClientKind("async")
    with ScriptedServer(starting(record("안녕"), then=keeps_alive)) as server:
        client = kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        reading = asyncio.create_task(stream.result())
        while stream.conversation_id is None:
            await asyncio.sleep(0.005)
        began = time.monotonic()
        await stream.aclose()
        with pytest.raises(StreamInterruptedError):
            await reading
        assert time.monotonic() - began < 1
        await kind.close_all()


async def test_a_cancelled_reader_closes_the_connection_and_stays_cancelled() -> None:
    kind = ClientKind("async")
    gone = threading.Event()

    def watches(connection: Connection) -> None:
        if connection.wait_until_peer_closes():
            gone.set()

    with ScriptedServer(starting(record("안녕"), then=watches)) as server:
        client = kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        reading = asyncio.create_task(stream.result())
        while stream.conversation_id is None:
            await asyncio.sleep(0.005)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await asyncio.to_thread(gone.wait, 5)
        await kind.close_all()


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


async def test_a_forgotten_stream_warns(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=stalls)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        await first(client_kind, stream)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del stream
            gc.collect()
        [warning] = [item for item in caught if "RunStream" in str(item.message)]
        assert warning.category is ResourceWarning
        assert "was never closed" in str(warning.message)


async def test_a_stream_read_to_its_end_or_never_begun_needs_no_close(client_kind: ClientKind) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        await client_kind.get(stream.result())
        unused = client.apps.stream("app", message="hi")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del stream, unused
            gc.collect()
        assert [item for item in caught if "RunStream" in str(item.message)] == []


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


async def test_closing_wakes_a_reader_that_still_waits_for_the_head_of_the_answer(client_kind: ClientKind) -> None:
    asked = threading.Event()

    def answer(connection: Connection) -> None:
        if connection.read_request():
            asked.set()
            connection.server.release.wait(30)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")

        def read() -> BaseException | None:
            try:
                list(stream)
            except AlliError as error:
                return error
            return None

        async def aread() -> BaseException | None:
            try:
                async for _ in stream:
                    pass
            except AlliError as error:
                return error
            return None

        reader = asyncio.ensure_future(aread() if client_kind.is_async else asyncio.to_thread(read))
        assert await asyncio.to_thread(asked.wait, 10)
        await client_kind.get(stream.aclose() if client_kind.is_async else asyncio.to_thread(stream.close))
        error = await asyncio.wait_for(reader, 5)
    assert isinstance(error, StreamInterruptedError)
    assert error.outcome_unknown
    assert len(server.requests) == 1
