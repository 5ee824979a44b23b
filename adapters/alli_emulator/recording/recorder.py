"""A proxy in front of the service that keeps each exchange as a file.

Answers pass through piece by piece, as they come. Programs that are recorded need not know the service's key: the proxy has
its own key for them.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from anyio import to_thread
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from alli_emulator.contract.operations import Operations
from alli_emulator.faults.fault_injection import cut_connection
from alli_emulator.recording.cassette import RecordedAnswer, RecordedExchange, write_exchange
from alli_emulator.recording.incoming import request_of
from alli_emulator.recording.redaction import Redaction
from alli_emulator.requests.exchange import BodyTooLarge, ClientGone, Exchange

__all__ = ["Recorder", "checked_upstream"]

_log = logging.getLogger("alli_emulator")

TIMEOUT = httpx.Timeout(30, read=600)
"""Seconds. A run may take ten minutes (spec/README.md, row 30)."""

_ABOUT_THE_CONNECTION = frozenset(
    [
        "connection",
        "content-length",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
_NOT_SENT_ON = _ABOUT_THE_CONNECTION | {"accept-encoding", "api-key", "expect", "host"}
_NOT_SENT_BACK = _ABOUT_THE_CONNECTION | {"content-encoding"}
_NOT_KEPT = _NOT_SENT_BACK | {"alt-svc", "date", "server", "set-cookie"}


def checked_upstream(address: str, name: str = "--upstream") -> str:
    """The address of a service, without a slash at its end; `name` is what errors call it.

    Raises:
        ValueError: it is not an http(s) address, or plain http to another machine: the key could be read on its way.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{name} must be an address like https://backend.alli.ai, not {address!r}")
    if parts.username or parts.query or parts.fragment:
        raise ValueError(f"{name} must hold no user, query or fragment")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError(f"{name} {address}: plain http is for this machine only; use https")
    return address.rstrip("/")


class Recorder:
    """The proxy as an ASGI application. Use `stop()` from the server's own loop.

    Args:
        upstream: see `checked_upstream`.
        folder: where the files go; those that are there stay.
        operations: the documented ones, whose names the files get.
        keys: the keys that programs may send; any where empty.
        upstream_key: what is sent on; None sends on the program's own.
        redaction: what is replaced in the files; it learns all keys that are sent.
        on_file: called with the path of each file.
    """

    def __init__(
        self,
        upstream: str,
        folder: Path,
        operations: Operations,
        *,
        keys: Iterable[str] = (),
        upstream_key: str | None = None,
        redaction: Redaction,
        on_file: Callable[[Path], None] = lambda _path: None,
    ) -> None:
        self._upstream = upstream
        self._folder = folder
        self._operations = operations
        self._keys = [*keys]
        self._upstream_key = upstream_key
        self._redaction = redaction
        self._on_file = on_file
        for key in [*self._keys, *([upstream_key] if upstream_key else [])]:
            redaction.add_key(key)
        # Mutable: the newest file's number, the client once there is a loop, and the answers under way.
        self._number = max((int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]-*.json")), default=0)
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def stop(self) -> None:
        """Ends all answers that are under way, by closing their connections."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        """Closes the connections to the service."""
        if self._client is not None:
            await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, self._operations.find(scope["method"], scope["path"]))
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            await exchange.read(receive)
            key = exchange.headers.get("api-key", "")
            if self._keys and not any(hmac.compare_digest(key.encode("latin-1"), one.encode()) for one in self._keys):
                told = {"detail": "the recorder does not know this API key; use the one that it printed"}
                await JSONResponse(told, 401)(scope, receive, send)
                return
            if key:
                self._redaction.add_key(key)
            self._number += 1
            await self._pass_on(exchange, self._number, receive, send)
        except ClientGone:
            pass
        except BodyTooLarge:
            told = {"detail": "the request's body is too large for the recorder"}
            await JSONResponse(told, 413, {"connection": "close"})(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            await cut_connection(scope, "close")
        finally:
            self._tasks.discard(task)
            await exchange.close()

    async def _pass_on(self, exchange: Exchange, number: int, receive: Receive, send: Send) -> None:
        request = request_of(exchange)
        began = time.monotonic()
        try:
            answer = await self._ask(exchange)
        except httpx.HTTPError as error:
            # Nothing to keep: the service has not answered.
            told = f"the recorder got no answer from {self._upstream}: {type(error).__name__}"
            await JSONResponse({"detail": told}, 502)(exchange.scope, receive, send)
            return
        chunks: list[tuple[float, bytes]] = []
        pause, cut = time.monotonic() - began, False
        left = asyncio.ensure_future(receive())
        try:
            await send(_head(answer))
            try:
                async for seconds, data in _timed(answer):
                    if left.done():
                        return
                    chunks.append((seconds, data))
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            except httpx.HTTPError:
                cut = True
        finally:
            left.cancel()
            await answer.aclose()
        headers = {name: value for name, value in answer.headers.items() if name not in _NOT_KEPT}
        told_operation = exchange.match.operation.id if exchange.match and exchange.match.operation else None
        recorded = RecordedExchange(
            request, RecordedAnswer(answer.status_code, headers, pause, chunks, cut), told_operation
        )
        # Written before the answer ends: a program that has read it to its end finds the file.
        path = await to_thread.run_sync(write_exchange, self._folder, number, self._redaction.exchange(recorded))
        self._on_file(path)
        if cut:
            await cut_connection(exchange.scope, "close")
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _ask(self, exchange: Exchange) -> httpx.Response:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        headers = [(name, value) for name, value in exchange.headers.items() if name not in _NOT_SENT_ON]
        key = self._upstream_key or exchange.headers.get("api-key")
        if key is not None:
            headers.append(("api-key", key))
        # A compressed answer could not be searched for keys, and its pieces would not be those that the service wrote.
        headers.append(("accept-encoding", "identity"))
        query = f"?{exchange.record.query}" if exchange.record.query else ""
        url = f"{self._upstream}{exchange.record.raw_path}{query}"
        has_body = "content-length" in exchange.headers or "transfer-encoding" in exchange.headers
        body = exchange.body() if has_body else None
        request = self._client.build_request(exchange.method, url, headers=headers, content=body)
        return await self._client.send(request, stream=True)


def _head(answer: httpx.Response) -> Message:
    headers = [
        (name.lower(), value)
        for name, value in answer.headers.raw
        if name.decode("latin-1").lower() not in _NOT_SENT_BACK
    ]
    return {"type": "http.response.start", "status": answer.status_code, "headers": headers}


async def _timed(answer: httpx.Response) -> AsyncGenerator[tuple[float, bytes], None]:
    """The pieces of a body as they come, each with the seconds that it took."""
    before = time.monotonic()
    async for data in answer.aiter_bytes():
        now = time.monotonic()
        yield now - before, data
        before = now
