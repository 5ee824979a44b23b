"""Leaving a stream: closed early, from elsewhere, by cancelling, or forgotten."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alli import Alli, AlliError, StreamInterruptedError
from alli._http import concurrency
from alli._stream import open_stream

from tests.alli.client_kind import ClientKind
from tests.alli.streams import HEADERS, failure, first, good, keeps_alive, record, starting, until_it_is_read
from tests.alli.transcript_corpus import as_lists
from tests.answers import Answer, after_request, silent
from tests.servers import Connection, ScriptedServer
from tests.waiting import eventually

EVERY_ENGINE = True


def noting_in(gone: threading.Event) -> Answer:
    """Sets `gone` once the client has closed the connection."""

    def wait(connection: Connection) -> None:
        if connection.wait_until_peer_closes():
            gone.set()

    return wait


async def test_leaving_the_block_early_closes_the_connection(client_kind: ClientKind) -> None:
    gone = threading.Event()
    with ScriptedServer(starting(record("안녕"), then=noting_in(gone))) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            await first(client_kind, stream)
        assert gone.wait(5)
        await client_kind.close(stream)
        assert "closed" in repr(stream)


async def test_a_closed_stream_says_so_and_keeps_what_came(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
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


@pytest.mark.parametrize("then", [silent, keeps_alive])
async def test_close_from_another_thread_wakes_a_blocked_reader(then: Answer) -> None:
    kind = ClientKind("sync")
    with ScriptedServer(starting(record("안녕"), then=then)) as server:
        client = kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        assert [next(stream).type, next(stream).type] == ["conversation.started", "text.delta"]
        reading = asyncio.ensure_future(asyncio.to_thread(stream.result))
        await until_it_is_read(stream)
        stream.close()
        with pytest.raises(StreamInterruptedError) as raised:
            await asyncio.wait_for(reading, 10)
        assert raised.value.partial is not None
        assert raised.value.partial.text == "안녕"
        client.close()


@pytest.mark.parametrize("then", [silent, keeps_alive])
async def test_close_from_another_task_wakes_a_blocked_reader(then: Answer) -> None:
    kind = ClientKind("async")
    with ScriptedServer(starting(record("안녕"), then=then)) as server:
        client = kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        await anext(stream), await anext(stream)
        reading = asyncio.create_task(stream.result())
        await until_it_is_read(stream)
        await stream.aclose()
        with pytest.raises(StreamInterruptedError):
            await asyncio.wait_for(reading, 10)
        await kind.close_all()


async def test_a_cancelled_reader_closes_the_connection_and_stays_cancelled() -> None:
    kind = ClientKind("async")
    gone = threading.Event()
    with ScriptedServer(starting(record("안녕"), then=noting_in(gone))) as server:
        client = kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        await anext(stream), await anext(stream)
        reading = asyncio.create_task(stream.result())
        await until_it_is_read(stream)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await asyncio.to_thread(gone.wait, 5)
        await kind.close_all()


async def test_a_forgotten_stream_warns(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
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


async def test_a_second_reader_of_a_stream_is_refused_and_the_first_reads_on(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200, HEADERS)
            connection.chunk(record("안"))
            go_on.wait(10)
            connection.chunk(record("안녕"))
            connection.end()

    go_on = threading.Event()
    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            reading = asyncio.create_task(
                client_kind.get(stream.result()) if client_kind.is_async else asyncio.to_thread(stream.result)
            )
            await until_it_is_read(stream)
            with pytest.raises(AlliError, match="is being read by another thread or task"):
                await client_kind.get(stream.result())
            go_on.set()
            assert (await reading).text == "안녕"


async def test_a_stream_that_is_closed_just_before_it_waits_sends_nothing_and_does_not_wait(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "AsyncWaiting" if client_kind.is_async else "Waiting"
    waits = getattr(open_stream, name)

    def closed_meanwhile(*args: Any) -> Any:
        """Closes the stream from another thread after the reader has begun and before it waits."""
        closing = threading.Thread(target=lambda: asyncio.run(client_kind.close(stream)))
        closing.start()
        closing.join(10)
        return waits(*args)

    monkeypatch.setattr(open_stream, name, closed_meanwhile)
    with ScriptedServer(after_request(silent)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        with pytest.raises(StreamInterruptedError):
            await client_kind.get(stream.result())
    assert server.requests == []


def test_a_stream_that_is_closed_before_the_thread_that_opens_it_has_its_turn_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late: list[Callable[[], object]] = []
    monkeypatch.setattr(concurrency, "in_thread", late.append)
    with ScriptedServer(good) as server, Alli(api_key="k", base_url=server.url) as client:
        stream = client.apps.stream("app", message="hi")
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(stream.result)
            assert eventually(lambda: bool(late))
            stream.close()
            with pytest.raises(StreamInterruptedError):
                reading.result(10)
        for work in late:
            work()
    assert server.requests == []
