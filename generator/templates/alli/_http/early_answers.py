"""Answers that come before a request has ended: a service that refuses an upload (401, 413, 429) need not read all of it first.

The HTTP library looks for an answer only when all is sent. By then the service may have closed the connection, and an event loop drops what
it had not read of it; or the service neither reads nor closes, and the call waits for a timeout with the answer at hand. So once much has
been written, what writes here also reads. The library takes a `WriteError` for the sign to look for an answer.

Connections made by a client of the user's own are left as they are.
"""

from __future__ import annotations

import math
import os
import selectors
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .http_library import (
    AnyIOBackend,
    AnyIOStream,
    AsyncHTTPTransport,
    HTTPTransport,
    LowReadTimeout,
    LowWriteError,
    LowWriteTimeout,
    SyncBackend,
    SyncStream,
)

if TYPE_CHECKING:
    import asyncio

__all__ = ["AsyncUploadTransport", "UploadTransport"]

_PIECE = 65536
"""Bytes. A request that is shorter is taken by the buffers below, so that to watch for an answer would be for nothing."""
_BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE
_WOULD_BLOCK = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_MOMENT = 0.05
_LONG = 3600.0
"""Seconds."""


class UploadTransport(HTTPTransport):
    """As the library's, with connections that notice early answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pool._network_backend = _Backend()  # noqa: SLF001 - the library has no argument for it


class AsyncUploadTransport(AsyncHTTPTransport):
    """As `UploadTransport`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pool._network_backend = _AsyncBackend()  # noqa: SLF001 - as above


class _Backend(SyncBackend):
    def connect_tcp(self, *args: Any, **options: Any) -> Any:
        return _Stream(super().connect_tcp(*args, **options).get_extra_info("socket"))


class _Stream(SyncStream):
    """A connection; used by one thread at a time."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._connection = connection
        self._written = 0  # since something was read
        self._early: bytes | None = None  # what was read while there was more to write

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._written = 0
        early, self._early = self._early, None
        return super().read(max_bytes, timeout) if early is None else early

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._written += len(buffer)
        if self._written <= _PIECE:
            super().write(buffer, timeout)
            return
        ends_at = math.inf if timeout is None else time.monotonic() + timeout
        self._connection.settimeout(0)
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, _BOTH)
            while buffer:
                buffer = buffer[self._step(selector, buffer, ends_at) :]

    def _step(self, selector: selectors.BaseSelector, buffer: bytes, ends_at: float) -> int:
        """Waits until it can read or write, and does; gives how many bytes it has written."""
        left = ends_at - time.monotonic()
        if left <= 0:
            raise LowWriteTimeout("timed out")
        events = selector.get_key(self._connection).events
        # Without an eye on what arrives for a moment only.
        ready = selector.select(min(left, _LONG if events == _BOTH else _MOMENT))
        selector.modify(self._connection, _BOTH)
        try:
            if ready and ready[0][1] & selectors.EVENT_READ:
                self._early = self._connection.recv(_PIECE)
                raise LowWriteError("an answer came before the request had ended")
            return self._connection.send(buffer) if ready else 0
        except _WOULD_BLOCK:
            # What has come is a part of a record of the encryption, or one without bytes of an answer: it is readable, and can't be read.
            selector.modify(self._connection, selectors.EVENT_WRITE)
            return 0
        except OSError as error:
            raise LowWriteError(str(error)) from error

    def start_tls(self, *args: Any, **options: Any) -> Any:
        stream = super().start_tls(*args, **options)
        # With encryption inside encryption, as through a proxy that is reached by TLS, the socket is not all there is.
        return _Stream(stream.get_extra_info("socket")) if type(stream) is SyncStream else stream


class _AsyncBackend(AnyIOBackend):
    async def connect_tcp(self, *args: Any, **options: Any) -> Any:
        stream = _inside(await super().connect_tcp(*args, **options))
        _keep_what_came(stream)
        return _AsyncStream(stream)


class _AsyncStream(AnyIOStream):
    """A connection; used by one task at a time."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._written = 0  # since something was read
        self._early: asyncio.Task[bytes] | None = None  # reads while there is more to write

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the library's
        self._written = 0
        if self._early is None:
            return await super().read(max_bytes, timeout)
        import asyncio

        await asyncio.wait({self._early}, timeout=timeout)
        if not self._early.done():
            raise LowReadTimeout("timed out")
        early, self._early = self._early, None
        return early.result()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the library's
        self._written += len(buffer)
        if self._written <= _PIECE:
            await super().write(buffer, timeout)
            return
        import asyncio

        if self._early is None:
            self._early = asyncio.create_task(super().read(_PIECE))
            self._early.add_done_callback(_look_at)
        writing = asyncio.create_task(super().write(buffer, timeout))
        writing.add_done_callback(_look_at)
        try:
            await asyncio.wait({writing, self._early}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not writing.done():
                writing.cancel()
        if self._early.done():
            raise LowWriteError("an answer came before the request had ended")
        writing.result()

    async def aclose(self) -> None:
        if self._early is not None:
            self._early.cancel()
        await super().aclose()

    async def start_tls(self, *args: Any, **options: Any) -> Any:
        return _AsyncStream(_inside(await super().start_tls(*args, **options)))


def _keep_what_came(stream: Any) -> None:
    """Reads what came before a connection was lost, where a write is the first to notice: the event loop would drop it."""
    protocol, transport = getattr(stream, "_protocol", None), getattr(stream, "_transport", None)
    if protocol is None or transport is None:
        return
    lost = protocol.connection_lost

    def connection_lost(error: Exception | None) -> None:
        del protocol.connection_lost  # each holds the other
        if error is not None:
            # A closed connection has nothing more to give. The socket of an event loop is a likeness.
            with suppress(OSError, ValueError), _twin_of(transport.get_extra_info("socket")) as twin:
                twin.setblocking(False)
                while data := twin.recv(_PIECE):
                    protocol.data_received(data)
        lost(error)

    protocol.connection_lost = connection_lost


def _twin_of(connection: Any) -> socket.socket:
    return socket.socket(fileno=os.dup(connection.fileno()))


def _inside(stream: Any) -> Any:
    return stream._stream  # noqa: SLF001 - as above


def _look_at(task: asyncio.Task[Any]) -> None:
    # An error of a task that nobody asks for is printed when it is collected.
    if not task.cancelled():
        task.exception()
