"""Calls and streams that were given up leave nothing behind: no thread, no socket, no event loop."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.drips import DRIPS, dripping
from tests.alli.streams import HEADERS, record
from tests.answers import after_request, give_app, silent
from tests.leftovers import lists_sockets, open_sockets
from tests.servers import Connection, ScriptedServer
from tests.waiting import eventually


def calling() -> set[threading.Thread]:
    """The threads that calls with a deadline run in, busy or idle."""
    return {thread for thread in threading.enumerate() if thread.name == "alli-call"}


linux = pytest.mark.skipif(not lists_sockets(), reason="counts sockets as Linux lists them")


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
        before = len(open_sockets())
        for _ in range(20):
            one()
        gc.collect()
        assert sum(loop() is not None for loop in loops) <= 1
        asyncio.run(client.aclose())
        gc.collect()
        assert [loop() for loop in loops] == [None] * 21
        assert [one() for one in clients] == [None] * 21
        assert eventually(lambda: len(open_sockets()) <= before + 2)  # the server closes its ends a moment later
