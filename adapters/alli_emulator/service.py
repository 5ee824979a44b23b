"""The emulator as an ASGI application: what every request goes through before and after its route."""

from __future__ import annotations

import asyncio
import hmac
import logging
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from alli_emulator.context import Context
from alli_emulator.exchange import ClientGone, Exchange, RequestRecord
from alli_emulator.faults import AnswerCut, Cut, Fault, FaultySend
from alli_emulator.refusals import Refusal, internal_error, invalid_key, not_found
from alli_emulator.routes import all_routes

__all__ = ["Service"]

_log = logging.getLogger("alli_emulator")


class Service:
    """Logs, authenticates, applies faults, and ends every answer when the client leaves or the server stops.

    Use `stop()` from the server's own loop.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._router = Router(all_routes(context), redirect_slashes=False, default=self._unknown_path)
        self._stopping = asyncio.Event()
        self._lock = threading.Lock()
        self._records: list[RequestRecord] = []

    @property
    def records(self) -> list[RequestRecord]:
        """All requests so far, in the order in which they were complete."""
        with self._lock:
            return list(self._records)

    def stop(self) -> None:
        """Ends all answers that are under way."""
        self._stopping.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope)
        scope["alli.exchange"] = exchange
        record = exchange.record
        try:
            await self._or_stop(exchange.read(receive))
            with self._lock:
                self._records.append(record)
            await self._serve(exchange, receive, send)
        except ClientGone:
            record.client_left = True
        except AnswerCut as cut:
            await _cut(scope, cut.how)
        finally:
            await exchange.close()
            record.done.set()

    async def _serve(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        record = exchange.record
        complete = False

        async def noted(message: Message) -> None:
            nonlocal complete
            if message["type"] == "http.response.start":
                record.status = message["status"]
            elif not message.get("more_body", False):
                complete = True
            await send(message)

        async def until_gone() -> None:
            await receive()
            if not complete:
                raise ClientGone

        answer = asyncio.ensure_future(self._or_stop(self._answer(exchange, noted)))
        watch = asyncio.ensure_future(until_gone())
        try:
            await asyncio.wait((answer, watch), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and not complete:
                raise ClientGone
            await answer
        finally:
            for task in (answer, watch):
                task.cancel()
            await asyncio.gather(answer, watch, return_exceptions=True)

    async def _or_stop(self, work: Coroutine[Any, Any, None]) -> None:
        """Does `work`, unless the server stops first, which cuts the answer."""
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise AnswerCut("close")
            await task
        finally:
            for one in (task, stop):
                one.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _answer(self, exchange: Exchange, send: Send) -> None:
        try:
            key = exchange.headers.get("api-key", "")
            if not hmac.compare_digest(key.encode("latin-1"), self._context.api_key.encode()):
                raise invalid_key(self._context.dialect)
            fault = self._context.faults.take(exchange.method, exchange.record.path)
            if fault is not None:
                send = FaultySend(fault, send)
                if await _overruled(fault, exchange, send):
                    return
            await self._router(exchange.scope, _nothing_more, send)
        except Refusal as refusal:
            await _response(refusal)(exchange.scope, _nothing_more, send)
        except (AnswerCut, asyncio.CancelledError):
            raise
        except Exception as error:
            _log.exception("%s %s failed", exchange.method, exchange.record.path)
            if exchange.record.status is not None:
                raise AnswerCut("close") from error
            await _response(internal_error(type(error).__name__))(exchange.scope, _nothing_more, send)

    async def _unknown_path(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        raise not_found()


async def _nothing_more() -> Message:
    """A route's `receive`: the body has been read, and it is `_serve` that watches the connection."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


async def _overruled(fault: Fault, exchange: Exchange, send: Send) -> bool:
    """Whether the fault has taken the place of the route's answer."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.drop:
        raise AnswerCut("reset" if fault.cut == "reset" else "close")
    if fault.status is None:
        return False
    body, content_type = fault.scripted_body()
    names = {name.lower() for name in fault.headers}
    headers = dict(fault.headers) if "content-type" in names else {"content-type": content_type, **fault.headers}
    await Response(body, fault.status, headers)(exchange.scope, _nothing_more, send)
    return True


def _response(refusal: Refusal) -> Response:
    if isinstance(refusal.body, str):
        return HTMLResponse(refusal.body, refusal.status)
    return JSONResponse(refusal.body, refusal.status)


async def _cut(scope: Scope, how: Cut) -> None:
    """Closes the connection under an answer; `server.py` puts the transport where this finds it."""
    if how == "end":
        return
    transport: asyncio.Transport = scope["state"]["transport"]
    if how == "reset":
        # Linger on, for zero seconds: the kernel then sends RST instead of FIN.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    # The protocol hears of its closed transport one turn of the loop later, and would else answer 500 to it.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
