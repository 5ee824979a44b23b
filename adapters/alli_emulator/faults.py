"""Errors on demand: what the next answers shall be, or how their bytes shall be spoilt.

    alli.fault(path_contains="/run", status=503, headers={"Retry-After": "1"}, times=2)
    alli.fault(path_contains="/run_conversation", cut_after=120)
    alli.fault(error_after=2, error_record={"errors": "internal error. upstream timeout"})

Faults are tried in the order they were set; each is used up after `times` requests. A wrong key is told before any
fault, since the service looks at the key first.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from starlette.types import Message, Send

__all__ = ["AnswerCut", "Cut", "Fault", "FaultBook", "FaultySend", "Framing"]

Cut: TypeAlias = Literal["close", "reset", "end"]
"""How an answer stops early: the connection closes, is reset, or the body ends in good HTTP form, only too soon."""

Framing: TypeAlias = Literal["lines", "concatenated", "pretty"]
"""Records of a stream one per line, with nothing between them, or spread over several lines each."""

DEFAULT_ERROR = {"type": "APIError", "code": 7000, "message": "Something went wrong."}
"""Body of a scripted error status that names no other: the service's documented standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What to do to the requests it matches.

    Attributes:
        method: of the request, any where None.
        path_contains: part of the request's path, as sent.
        times: for how many requests; None for all that come.
        status: answer this and don't run the app; None lets the app answer.
        headers: added to the scripted answer.
        body: of the scripted answer: bytes and text as they are, else as JSON; None gives the documented standard
            error for a status from 400 on, else nothing.
        drop: close the connection without any answer.
        delay: seconds before the answer begins.
        write_bytes: the body is written in pieces of so many bytes, cutting characters where they fall.
        cut_after: the answer stops after so many bytes of its body, as `cut` says.
        stall_after: after so many bytes of its body the answer goes on no more; the connection stays open.
        framing: of a streamed answer.
        last_newline: False leaves out the newline of the last record.
        error_after: after so many records of a stream comes `error_record`, and the stream ends.
        error_record: see there.
    """

    method: str | None = None
    path_contains: str = ""
    times: int | None = 1
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object = field(default=None, repr=False)
    drop: bool = False
    delay: float = 0.0
    write_bytes: int | None = None
    cut_after: int | None = None
    cut: Cut = "close"
    stall_after: int | None = None
    framing: Framing = "lines"
    last_newline: bool = True
    error_after: int | None = None
    error_record: object = field(default_factory=lambda: {"errors": "internal error. upstream timeout"}, repr=False)

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one this fault is for."""
        return self.method in (None, method) and self.path_contains in path

    def scripted_body(self) -> tuple[bytes, str]:
        """The scripted answer's body and its content type."""
        body = DEFAULT_ERROR if self.body is None and (self.status or 0) >= 400 else self.body
        if body is None:
            return b"", "application/json"
        if isinstance(body, bytes):
            return body, "application/octet-stream"
        if isinstance(body, str):
            return body.encode(), "text/html"
        return json.dumps(body, ensure_ascii=False).encode(), "application/json"


class FaultBook:
    """The faults that are set, and how often each may still be used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        """Sets a fault, after those already set."""
        with self._lock:
            self._left.append((fault, fault.times))

    def clear(self) -> None:
        """Forgets all faults."""
        with self._lock:
            self._left.clear()

    def pending(self) -> list[Fault]:
        """The faults that have not been used up."""
        with self._lock:
            return [fault for fault, _ in self._left]

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault for this request, counted as used once more."""
        with self._lock:
            for index, (fault, left) in enumerate(self._left):
                if fault.matches(method, path):
                    if left is not None:
                        self._left[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                    return fault
        return None


class AnswerCut(Exception):
    """The answer ends here, by order of a fault; `how` says what becomes of the connection."""

    def __init__(self, how: Cut) -> None:
        super().__init__(how)
        self.how: Cut = how


class FaultySend:
    """An ASGI `send` that spoils what passes through as its fault says.

    Raises:
        AnswerCut: the answer must stop where it is.
    """

    def __init__(self, fault: Fault, send: Send) -> None:
        self._fault = fault
        self._send = send
        self._held = b""
        self._sent = 0
        self._records = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._changes_length:
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
                message = {**message, "headers": headers}
            await self._send(message)
            return
        more = message.get("more_body", False)
        data = message.get("body", b"")
        limit = self._fault.error_after
        if limit is not None and (self._records >= limit or not more):
            data, more = json.dumps(self._fault.error_record).encode() + b"\n", False
        self._records += data.count(b"\n")
        await self._write(self._framed(data, more=more))
        if not more:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        if limit is not None and not more:
            raise AnswerCut("end")

    @property
    def _changes_length(self) -> bool:
        fault = self._fault
        ends_early = fault.cut_after is not None and fault.cut == "end"
        return ends_early or fault.framing != "lines" or not fault.last_newline or fault.error_after is not None

    def _framed(self, data: bytes, *, more: bool) -> bytes:
        if self._fault.framing == "concatenated":
            data = data.replace(b"\n", b"")
        elif self._fault.framing == "pretty":
            records = [json.loads(line) for line in data.splitlines()]
            data = b"".join(json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n" for record in records)
        if self._fault.last_newline:
            return data
        data, self._held = self._held + data, b""
        if data.endswith(b"\n"):
            data, self._held = data[:-1], b"\n" if more else b""
        return data

    async def _write(self, data: bytes) -> None:
        fault = self._fault
        limit = min((n for n in (fault.cut_after, fault.stall_after) if n is not None), default=None)
        allowed = data if limit is None else data[: max(0, limit - self._sent)]
        size = fault.write_bytes or max(1, len(allowed))
        for start in range(0, len(allowed), size):
            piece = allowed[start : start + size]
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._sent += len(piece)
            # Lets the loop write each piece by itself, so that they don't arrive as one.
            await asyncio.sleep(0)
        if limit is None or self._sent < limit:
            return
        if limit == fault.stall_after:
            await asyncio.Event().wait()
        if fault.cut == "end":
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        raise AnswerCut(fault.cut)
