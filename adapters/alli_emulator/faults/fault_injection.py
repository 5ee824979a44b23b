"""Faults at work: on the bytes of an answer, and on the connection under it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from http.client import responses

from starlette.types import Message, Scope, Send

from alli_emulator.faults.fault import Cut, Fault
from alli_emulator.wire.record_stream import MEDIA_TYPE
from alli_emulator.wire.wire_json import dumps

__all__ = ["AnswerCut", "FaultySend", "cut_connection", "send_part_of_head"]

_REPLACED = "final_replaced_message"


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
        # Mutable: what has passed so far.
        self._held = b""
        self._sent = 0
        self._records = 0
        self._is_stream = False
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: list[tuple[bytes, bytes]] = message["headers"]
            self._is_stream = (b"content-type", MEDIA_TYPE.encode()) in headers
            if self._changes_length:
                headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
            await self._send({**message, "headers": headers})
            return
        more = message.get("more_body", False)
        data = message.get("body", b"")
        if self._is_stream and self._fault.final_replaced_message is not None:
            data = self._with_replacement(data, more=more)
        limit = self._fault.error_after
        if limit is not None and (self._records >= limit or not more):
            data, more = dumps(self._fault.error_record) + b"\n", False
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

    def _with_replacement(self, data: bytes, *, more: bool) -> bytes:
        """Streams send one record at a time, and an empty rest at the end."""
        wanted = self._fault.final_replaced_message
        if data and json.loads(data).get("type") == _REPLACED:
            self._replaced = True
            return b"" if wanted is False else data
        if isinstance(wanted, str) and not more and not self._replaced:
            return data + dumps({"type": _REPLACED, "response_index": 0, "content": wanted}) + b"\n"
        return data

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
            # A pause of nothing lets the loop write each piece by itself, so that they don't arrive as one.
            await asyncio.sleep(fault.write_pause if self._sent else 0)
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._sent += len(piece)
        await asyncio.sleep(0)
        if limit is None or self._sent < limit:
            return
        if limit == fault.stall_after:
            await asyncio.Event().wait()
        if fault.cut == "end":
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        raise AnswerCut(fault.cut)


def send_part_of_head(scope: Scope, fault: Fault) -> None:
    """Writes the first `cut_head_after` bytes of an answer's head, past the server, which only writes whole ones."""
    status = fault.status or 200
    lines = [f"HTTP/1.1 {status} {responses.get(status, '')}", f"content-type: {MEDIA_TYPE}"]
    lines += ["transfer-encoding: chunked", *(f"{name.lower()}: {value}" for name, value in fault.headers.items())]
    head = "".join(f"{line}\r\n" for line in [*lines, ""])
    _transport(scope).write(head.encode("latin-1")[: fault.cut_head_after])


async def cut_connection(scope: Scope, how: Cut) -> None:
    """Closes or resets the connection under an answer; nothing where the answer has ended in good form."""
    if how == "end":
        return
    transport = _transport(scope)
    if how == "reset":
        # Linger on, for zero seconds: the kernel then sends RST instead of FIN.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    # The protocol hears of its closed transport one turn of the loop later, and would else answer 500 to it.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _transport(scope: Scope) -> asyncio.Transport:
    """`server_thread.py` puts it where this finds it."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport
