"""No answer takes for ever or fills the memory, whether or not a deadline was set; and what was given up leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import gzip
import io
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import alli
import pytest
from alli._calls import transport

from tests.alli.client_kind import ClientKind
from tests.alli.streams import HEADERS, record
from tests.answers import after_request, give_app, silent
from tests.servers import Connection, ScriptedServer

DRIP = 0.02
READ = 0.2
"""The read timeout of these tests, which no drip reaches; a whole answer may take ten times as long."""


def dripping(connection: Connection, head: bytes, piece: bytes) -> None:
    connection.send(head)
    while not connection.server.release.wait(DRIP):
        try:
            connection.socket.sendall(piece)
        except OSError:
            return


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAMED = CHUNKED.replace(b"application/json", b"application/stream+json")
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "head": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "status line": (b"HTTP/1.1 2", b"0"),
    "1xx after 1xx": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "body": (CHUNKED, b"1\r\n \r\n"),
    "error body": (CHUNKED.replace(b"200 OK", b"500 Error"), b"1\r\n \r\n"),
    "chunk extension": (CHUNKED + b"1;a=", b"a"),
    "body of a length": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
}


Outcome = tuple[BaseException | None, float]
"""What a call raised, and after how many seconds."""


async def together(client_kind: ClientKind, calls: dict[str, Callable[[], Any]]) -> dict[str, Outcome]:
    """How each call ends. They all wait at the same time: one after the other, they would take a minute."""

    async def ended(call: Callable[[], Any]) -> Outcome:
        began = time.monotonic()
        try:
            await client_kind.get(call())
        except alli.AlliError as error:
            return error, time.monotonic() - began
        return None, time.monotonic() - began

    if client_kind.is_async:
        return dict(zip(calls, await asyncio.gather(*map(ended, calls.values())), strict=True))
    with ThreadPoolExecutor(len(calls)) as threads:
        outcomes = threads.map(lambda call: asyncio.run(ended(call)), calls.values())
        return dict(zip(calls, outcomes, strict=True))


@contextmanager
def dripping_servers(drips: dict[str, tuple[bytes, bytes]]) -> Iterator[dict[str, str]]:
    """The address of one server for each drip."""

    def answer(drip: str) -> Callable[[Connection], None]:
        return after_request(lambda connection: dripping(connection, *drips[drip]))

    with ExitStack() as servers:
        yield {drip: servers.enter_context(ScriptedServer(answer(drip))).url for drip in drips}


@pytest.mark.parametrize("engine", ["own", "injected"])
async def test_an_answer_that_drips_ends_without_a_deadline(client_kind: ClientKind, engine: str) -> None:
    def running(url: str) -> Callable[[], Any]:
        injected = {"http_client": client_kind.http_client()} if engine == "injected" else {}
        client = client_kind.make(base_url=url, timeout=READ, max_retries=0, **injected)
        return lambda: client.apps.run("a1", {"text": "x"})

    with dripping_servers(DRIPS) as urls:
        outcomes = await together(client_kind, {drip: running(url) for drip, url in urls.items()})
    assert outcomes.keys() == DRIPS.keys()
    for drip, (error, seconds) in outcomes.items():
        assert isinstance(error, (alli.APITimeoutError, alli.InternalServerError)), drip
        assert 10 * READ - 0.1 < seconds < 30 * READ, drip
        if drip != "error body":  # whose status is reported, whatever becomes of the rest
            assert error.outcome_unknown, drip
            assert "the answer was not whole after 2 s" in str(error), drip


STREAM_DRIPS = {name: DRIPS[name] for name in ("head", "1xx after 1xx", "error body")} | {
    "blanks": (STREAMED, b"1\r\n\n\r\n"),
    "half a record": (STREAMED, b"1\r\n \r\n"),
    "chunk extension": (STREAMED + b"1;a=", b"a"),
    "after a record": (STREAMED + b"%x\r\n%s\r\n1;a=" % (len(record("a")), record("a")), b"a"),
}


async def test_a_stream_that_drips_ends_without_a_deadline(client_kind: ClientKind) -> None:
    def streaming(url: str) -> Callable[[], Any]:
        client = client_kind.make(base_url=url, timeout=READ, idle_timeout=5 * READ, max_retries=0)
        return lambda: client.apps.stream_conversation("a1", "x").result()

    with dripping_servers(STREAM_DRIPS) as urls:
        outcomes = await together(client_kind, {drip: streaming(url) for drip, url in urls.items()})
    assert outcomes.keys() == STREAM_DRIPS.keys()
    for drip, (error, seconds) in outcomes.items():
        assert isinstance(error, (alli.APITimeoutError, alli.InternalServerError)), drip
        assert seconds < 20 * READ, drip


@pytest.mark.parametrize("size", ["endless", "compressed"])
@pytest.mark.parametrize("status", [200, 502])
async def test_a_body_has_a_largest_size(
    client_kind: ClientKind, size: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    error_limit = 200_000
    monkeypatch.setattr(transport, "MAX_BODY_BYTES", 2 * error_limit)
    monkeypatch.setattr(transport, "MAX_ERROR_BYTES", error_limit)
    bomb = gzip.compress(b"x" * 50_000_000)

    def answer(connection: Connection) -> None:
        if size == "compressed":
            connection.start(status, {"Content-Encoding": "gzip"})
            connection.chunk(bomb)
            connection.end()
        else:
            connection.start(status)
            while not connection.closed:
                try:
                    connection.socket.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                except OSError:
                    return

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.APIStatusError) as caught:
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
        assert server.all_ended()
    assert caught.value.status_code == status
    if status == 200:
        assert "larger than the 0 MiB that are read" in str(caught.value)
        assert caught.value.outcome_unknown
    else:
        assert isinstance(caught.value.body, str)
        assert len(caught.value.body) == error_limit


def test_the_limits_are_those_that_are_documented() -> None:
    assert (transport.MAX_BODY_BYTES, transport.MAX_FILE_BYTES, transport.MAX_ERROR_BYTES) == (2**26, 2**30, 2**20)


DESCRIPTORS = Path("/proc/self/fd")


def sockets_of_this_process() -> int:
    found = 0
    for descriptor in DESCRIPTORS.iterdir():
        try:
            found += str(descriptor.readlink()).startswith("socket:")
        except OSError:
            continue
    return found


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def gone(held: list[weakref.ref[Any]]) -> bool:
    """Whether these objects are freed without a collection of cycles, which the caller has switched off."""
    assert not gc.isenabled()
    return eventually(lambda: not any(one() is not None for one in held))  # a thread of a pool lets go a moment later


def calling() -> set[threading.Thread]:
    """The threads that calls with a deadline run in, busy or idle."""
    return {thread for thread in threading.enumerate() if thread.name == "alli-call"}


linux = pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="counts sockets as Linux lists them")


@linux
@pytest.mark.parametrize("engine", ["own", "proxied", "injected"])
@pytest.mark.parametrize("drip", ["head", "1xx after 1xx", "silence"])
def test_a_call_given_up_keeps_neither_thread_nor_socket(
    drip: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(connection: Connection) -> None:
        if drip == "silence":
            connection.wait_until_peer_closes(20)
            connection.close()
        else:
            dripping(connection, *DRIPS[drip])

    kind = ClientKind("sync")
    before = calling()  # a test before may have left one that connects, which nothing can wake
    with ScriptedServer(after_request(answer)) as server:
        url = server.url
        if engine == "proxied":
            monkeypatch.setenv("HTTP_PROXY", url)
            url = "http://alli.test"
        injected = {"http_client": kind.http_client()} if engine == "injected" else {}
        client = kind.make(base_url=url, allow_http=True, max_retries=0, deadline=0.05, **injected)
        for _ in range(12):
            with pytest.raises(alli.DeadlineExceededError):
                client.apps.run("a1", {"text": "x"})
        # Before the server, or the client, lets go of anything.
        assert eventually(lambda: all(connection.closed for connection in server.connections))
        assert eventually(lambda: len(calling() - before) <= 8 + 1)
        asyncio.run(kind.close_all())


def test_closing_a_client_wakes_the_calls_that_are_in_use() -> None:
    with ScriptedServer(after_request(silent)) as server:
        client = alli.Alli(api_key="k", base_url=server.url, max_retries=0)
        ended: list[tuple[type[BaseException], float]] = []

        def call() -> None:
            try:
                client.apps.run("a1", {"text": "x"})
            except alli.AlliError as error:
                ended.append((type(error), time.monotonic()))

        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert eventually(lambda: len(server.requests) == 4)
        began = time.monotonic()
        client.close()
        for thread in threads:
            thread.join(5)
        assert [kind for kind, _ in ended] == [alli.APIConnectionError] * 4
        assert max(at for _, at in ended) - began < 2


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_dropped_streams_leave_nothing(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        connection.start(200, HEADERS)
        connection.chunk(record("a"))
        connection.wait_until_peer_closes(10)

    async def drop(client: Any) -> None:
        async for _ in client_kind.each(client.apps.stream_conversation("a1", "x")):
            break

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url)
        http = await client_kind.get(
            client._http._client.aget() if client_kind.is_async else client._http._client.get()
        )
        for _ in range(30):
            await drop(client)
        gc.collect()
        for _ in range(100):
            if all(connection.closed for connection in server.connections) and not http._transport._connections._open:
                break
            await asyncio.sleep(0.05)
            gc.collect()
        assert all(connection.closed for connection in server.connections)
        assert http._transport._connections._open == set()


@linux
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_event_loops_closed_by_hand_leave_no_socket_loop_or_client() -> None:
    with ScriptedServer(give_app) as server:
        client = alli.AsyncAlli(api_key="k", base_url=server.url)
        loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []
        clients: list[weakref.ref[Any]] = []

        def one() -> None:
            loop = asyncio.new_event_loop()
            loop.run_until_complete(client.apps.get("a1"))
            loops.append(weakref.ref(loop))
            clients.append(weakref.ref(next(iter(client._http._client._clients.values()))))
            loop.close()

        one()
        gc.collect()
        before = sockets_of_this_process()
        for _ in range(20):
            one()
        gc.collect()
        assert sum(loop() is not None for loop in loops) <= 1
        asyncio.run(client.aclose())
        gc.collect()
        assert [loop() for loop in loops] == [None] * 21
        assert [one() for one in clients] == [None] * 21
        assert sockets_of_this_process() <= before + 2


class File(io.BytesIO):
    """A file that can be referred to weakly."""


@pytest.mark.parametrize("fails", [False, True])
async def test_no_cycle_keeps_what_was_uploaded(client_kind: ClientKind, fails: bool) -> None:
    def answer(connection: Connection) -> None:
        connection.respond(500 if fails else 200, b'{"result": {"responses": []}}')

    async def upload(client: Any) -> weakref.ref[File]:
        file = File(b"x" * 100_000)
        try:
            await client_kind.get(client.apps.run("a1", {"doc": file}))
        except alli.AlliError:
            assert fails
        return weakref.ref(file)

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        await upload(client)
        gc.collect()
        gc.disable()
        try:
            assert gone([await upload(client) for _ in range(3)])
        finally:
            gc.enable()


async def test_a_closed_client_is_gone_without_a_collection_of_cycles(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client: Any = (alli.AsyncAlli if client_kind.is_async else alli.Alli)(api_key="k", base_url=server.url)
        gc.collect()
        gc.disable()
        try:
            await client_kind.get(client.apps.get("a1"))
            pool: Any = client._http._client
            made = next(iter(pool._clients.values())) if client_kind.is_async else pool._client
            held = [weakref.ref(one) for one in (client, client.apps, pool, made, made._transport)]
            await client_kind.close(client)
            del client, pool, made
            assert gone(held)
        finally:
            gc.enable()


FAILING: dict[str, Callable[[Connection], None]] = {
    "refused": lambda connection: connection.respond(401, b"{}"),
    "not JSON": lambda connection: connection.respond(200, b"<html>"),
    "told in the stream": lambda connection: connection.respond(200, b'{"error": "no"}'),
    "reset": Connection.reset,
}


@pytest.mark.parametrize("failure", FAILING)
async def test_no_cycle_keeps_a_stream_that_failed_or_what_was_sent_for_it(
    client_kind: ClientKind, failure: str
) -> None:
    async def read(client: Any) -> list[weakref.ref[Any]]:
        file = File(b"x")
        held: list[weakref.ref[Any]] = [weakref.ref(file)]
        for stream in (client.apps.stream("a1", {"doc": file}), client.stream_request("POST", "/webapi/x")):
            held.append(weakref.ref(stream))
            for _ in range(2):
                with pytest.raises(alli.AlliError):
                    await client_kind.list(stream)
        del stream
        await asyncio.sleep(0)  # the loop holds the task that woke this one, with its error, until then
        return held

    with ScriptedServer(after_request(FAILING[failure])) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        await read(client)
        gc.collect()
        gc.disable()
        try:
            assert gone(await read(client))
        finally:
            gc.enable()


def test_the_thread_of_the_alarms_keeps_no_call_whose_alarm_was_stopped() -> None:
    from alli._calls.deadlines import Alarm

    file, rang = File(b"x"), threading.Event()
    held = weakref.ref(file)
    alarm = Alarm(60, file.close)
    Alarm(0.01, rang.set)
    assert rang.wait(5)  # the thread looks through all alarms, and waits again
    alarm.stop()
    gc.collect()
    gc.disable()
    try:
        del alarm, file
        assert gone([held])
    finally:
        gc.enable()


class Row(dict[str, str]):
    """A row that can be referred to weakly."""


async def test_no_cycle_keeps_the_rows_of_a_map_that_was_stopped(client_kind: ClientKind) -> None:
    async def stopped(client: Any) -> weakref.ref[Row]:
        row = Row(text="x")
        held = weakref.ref(row)
        rows = [row]
        del row
        with pytest.raises(alli.MapStopped):
            await client_kind.list(client.apps.map("a1", iter([rows.pop()]), stop_after=1))
        await asyncio.sleep(0)
        return held

    with ScriptedServer(after_request(Connection.reset)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        await stopped(client)
        gc.collect()
        gc.disable()
        try:
            assert gone([await stopped(client)])
        finally:
            gc.enable()
