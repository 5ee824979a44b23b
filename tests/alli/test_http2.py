"""With an HTTP/2 client of the user's many calls share one connection: what ends one of them leaves the others alone."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import alli
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived, StreamEnded

from tests.alli.client_kind import ClientKind
from tests.alli.streams import record, until_it_is_read

RECORDS = 8
PAUSE = 0.1


class _Served:
    """One connection: each request is answered on its own thread, one whose path says `silent` after its first record no more."""

    def __init__(self, sock: socket.socket, answering: threading.Event) -> None:
        self._socket = sock
        self._answering = answering
        self._lock = threading.Lock()
        self._h2 = H2Connection(H2Configuration(client_side=False))
        self._paths: dict[int, str] = {}

    def serve(self) -> None:
        with suppress(OSError):
            self._do(lambda: self._h2.initiate_connection())
            while data := self._socket.recv(65536):
                with self._lock:
                    events = self._h2.receive_data(data)
                    self._socket.sendall(self._h2.data_to_send())
                for event in events:
                    if isinstance(event, RequestReceived):
                        self._paths[event.stream_id] = dict(event.headers)[b":path"].decode()
                    if isinstance(event, StreamEnded):
                        threading.Thread(target=self._answer, args=(event.stream_id,), daemon=True).start()

    def _do(self, action: Any) -> None:
        with self._lock:
            action()
            self._socket.sendall(self._h2.data_to_send())

    def _answer(self, stream: int) -> None:
        path = self._paths[stream]
        with suppress(OSError, Exception):
            if "never" in path:
                return
            self._do(
                lambda: self._h2.send_headers(stream, [(":status", "200"), ("content-type", "application/stream+json")])
            )
            for number in range(1 if "silent" in path else RECORDS):
                self._do(lambda number=number: self._h2.send_data(stream, record("x" * (number + 1))))
                self._answering.set()
                time.sleep(PAUSE)
            if "silent" not in path:
                self._do(lambda: self._h2.send_data(stream, b"", end_stream=True))


@contextmanager
def http2_server() -> Iterator[tuple[str, list[socket.socket], threading.Event]]:
    """Its address, its connections, and what is set once it gives an answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    sockets: list[socket.socket] = []
    answering = threading.Event()

    def accept() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                sockets.append(sock)
                threading.Thread(target=_Served(sock, answering).serve, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", sockets, answering
    finally:
        for one in (listener, *sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def http2_client(kind: ClientKind, url: str, **options: Any) -> Any:
    http = kind.http_client(http1=False, http2=True, timeout=20)
    return kind.make(base_url=url, http_client=http, max_retries=0, **options)


async def beside(kind: ClientKind, answering: threading.Event, neighbour: Any, ended: Any) -> tuple[Any, Any]:
    """What two calls give or raise that run at the same time, the second while the first is answered."""

    def sync(call: Any) -> Any:
        try:
            return call()
        except alli.AlliError as error:
            return error

    async def run(call: Any) -> Any:
        if not kind.is_async:
            return await asyncio.to_thread(sync, call)
        try:
            return await call()
        except alli.AlliError as error:
            return error

    first = asyncio.create_task(run(neighbour))
    assert await asyncio.to_thread(answering.wait, 10)
    second = await run(ended)
    return await first, second


@pytest.mark.parametrize("path", ["silent", "never", "whole"])
async def test_a_deadline_ends_its_own_call_only(client_kind: ClientKind, path: str) -> None:
    with http2_server() as (url, sockets, answering):
        client = http2_client(client_kind, url)
        hurried = client.with_options(deadline=2.5 * PAUSE)
        whole, ended = await beside(
            client_kind,
            answering,
            lambda: client.apps.run_conversation("neighbour", "hi"),
            lambda: hurried.apps.run_conversation(path, "hi"),
        )
        assert isinstance(ended, alli.DeadlineExceededError)
        assert whole.text == "x" * RECORDS
        assert len(sockets) == 1
        assert (await client_kind.get(client.apps.run_conversation("again", "hi"))).text == "x" * RECORDS
        assert len(sockets) == 1


async def test_the_idle_watch_ends_its_own_stream_only(client_kind: ClientKind) -> None:
    with http2_server() as (url, sockets, answering):
        client = http2_client(client_kind, url)
        impatient = client.with_options(idle_timeout=3 * PAUSE)
        whole, ended = await beside(
            client_kind,
            answering,
            lambda: client.apps.run_conversation("neighbour", "hi"),
            lambda: impatient.apps.run_conversation("silent", "hi"),
        )
        assert isinstance(ended, alli.StreamIdleError)
        assert whole.text == "x" * RECORDS
        assert len(sockets) == 1


async def test_closing_a_stream_from_elsewhere_ends_its_reader_and_no_neighbour(client_kind: ClientKind) -> None:
    with http2_server() as (url, sockets, answering):
        client = http2_client(client_kind, url)
        stream = client.apps.stream_conversation("silent", "hi")

        async def close() -> None:
            await until_it_is_read(stream)
            await client_kind.close(stream)

        closing = asyncio.create_task(close())
        whole, ended = await beside(
            client_kind, answering, lambda: client.apps.run_conversation("neighbour", "hi"), stream.result
        )
        await closing
        assert isinstance(ended, alli.StreamInterruptedError)
        assert whole.text == "x" * RECORDS
        assert len(sockets) == 1


async def test_a_stream_that_is_dropped_unread_leaves_its_neighbours(client_kind: ClientKind) -> None:
    with http2_server() as (url, _, answering):
        client = http2_client(client_kind, url)

        async def drop() -> None:
            stream = client.apps.stream_conversation("silent", "hi")
            await client_kind.get(anext(stream) if client_kind.is_async else next(stream))
            with pytest.warns(ResourceWarning, match="never closed"):
                del stream

        def drop_sync() -> None:
            asyncio.run(drop())

        whole, _ = await beside(
            client_kind,
            answering,
            lambda: client.apps.run_conversation("neighbour", "hi"),
            drop if client_kind.is_async else drop_sync,
        )
        assert whole.text == "x" * RECORDS
