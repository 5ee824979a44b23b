"""The emulator as an ASGI application: what every request goes through before and after its route."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from typing import cast

from starlette.responses import HTMLResponse, Response
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from alli_emulator.faults.fault import DEFAULT_ERROR, Fault
from alli_emulator.faults.fault_injection import AnswerCut, FaultySend, cut_connection, send_part_of_head
from alli_emulator.http.control import PREFIX, control_routes
from alli_emulator.http.dispatch import Dispatcher
from alli_emulator.requests.exchange import BodyTooLarge, ClientGone, Exchange
from alli_emulator.requests.request_log import line_of
from alli_emulator.requests.subject import subject_of
from alli_emulator.routes.context import Context
from alli_emulator.runs.app_errors import AppCrash
from alli_emulator.wire.refusals import Refusal, internal_error, invalid_key, not_found, too_large
from alli_emulator.wire.wire_json import WireResponse

__all__ = ["Service"]

_log = logging.getLogger("alli_emulator")


class Service:
    """Logs, authenticates, applies faults, and ends every answer when the client leaves or the server stops.

    Use `stop()` from the server's own loop.
    """

    def __init__(self, context: Context, dispatcher: Dispatcher) -> None:
        self._context = context
        self._dispatcher = dispatcher
        self._control = Router(control_routes(context), redirect_slashes=False, default=_unknown_path)
        # Mutable: the answers under way, and whether they are being ended.
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def stop(self) -> None:
        """Ends all answers that are under way, by closing their connections."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        """Nothing is held beyond the answers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        exchange = Exchange(scope, self._context.contract.operations.find(scope["method"], scope["path"]))
        scope["alli.exchange"] = exchange
        record = exchange.record
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        try:
            try:
                await exchange.read(receive)
            except BodyTooLarge:
                refusal = too_large()
                record.status = refusal.status
                self._context.log.add(record)
                await _response(refusal)(scope, receive, send)
                return
            if not exchange.path.startswith(PREFIX):
                record.app = subject_of(exchange, self._context.store).app
                self._context.log.add(record)
            await self._serve(exchange, receive, send)
        except ClientGone:
            record.client_left = True
        except AnswerCut as cut:
            record.cut = True
            await cut_connection(scope, cut.how)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            if not exchange.is_answered:
                record.cut = True
                await cut_connection(scope, "close")
        finally:
            self._tasks.discard(task)
            if _log.isEnabledFor(logging.INFO):
                seconds = time.monotonic() - began
                _log.info("%s", line_of(record, seconds))
            await exchange.close()
            record.done.set()

    async def _serve(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        record = exchange.record

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
            elif not message.get("more_body", False):
                exchange.is_answered = True
            await send(message)

        async def until_gone() -> None:
            await receive()
            if not exchange.is_answered:
                raise ClientGone

        answer = asyncio.ensure_future(self._answer(exchange, noted))
        watch = asyncio.ensure_future(until_gone())
        try:
            await asyncio.wait((answer, watch), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and not exchange.is_answered:
                raise ClientGone
            await answer
        finally:
            for task in (answer, watch):
                task.cancel()
            await asyncio.gather(answer, watch, return_exceptions=True)

    async def _answer(self, exchange: Exchange, send: Send) -> None:
        try:
            key = exchange.headers.get("api-key", "")
            if not hmac.compare_digest(key.encode("latin-1"), self._context.api_key.encode()):
                raise invalid_key(self._context.dialect)
            if exchange.path.startswith(PREFIX):
                await self._control(exchange.scope, _nothing_more, send)
                return
            taken = self._context.faults.take(lambda: subject_of(exchange, self._context.store))
            if taken is not None:
                fault, subject = taken
                send = FaultySend(fault, send)
                if fault.expire_conversation and subject.conversation is not None:
                    subject.conversation.ended = True
                if await _overruled(fault, exchange, send):
                    return
            latency = self._context.latency
            if latency is not None and latency.fails(next(self._context.requests)) and taken is None:
                raise Refusal(latency.fault_status, DEFAULT_ERROR)
            response = await self._dispatcher.answer(exchange)
            await response(exchange.scope, _nothing_more, send)
        except Refusal as refusal:
            await _response(refusal)(exchange.scope, _nothing_more, send)
        except (AnswerCut, asyncio.CancelledError):
            raise
        except Exception as error:
            _log.exception("%s %s failed", exchange.method, exchange.record.path)
            if not isinstance(error, AppCrash):
                self._context.app_errors.add(f"the answer for {exchange.method} {exchange.path}", error)
            if exchange.record.status is not None:
                raise AnswerCut("close") from error
            kind = error.kind if isinstance(error, AppCrash) else type(error).__name__
            await _response(internal_error(kind))(exchange.scope, _nothing_more, send)


async def _unknown_path(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise not_found()


async def _nothing_more() -> Message:
    """A route's `receive`: the body has been read, and it is `_serve` that watches the connection."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


async def _overruled(fault: Fault, exchange: Exchange, send: Send) -> bool:
    """Whether the fault has taken the place of the route's answer."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.cut_head_after is not None:
        send_part_of_head(exchange.scope, fault)
    if fault.drop or fault.cut_head_after is not None:
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
        return HTMLResponse(refusal.body, refusal.status, refusal.headers)
    return WireResponse(refusal.body, refusal.status, refusal.headers)
