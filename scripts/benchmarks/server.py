"""A server that does next to no work, in a separate process, so that the CPU time measured is the client's.

Started as `python -m scripts.benchmarks.server`; it prints its port and ends when its standard input closes. Bodies are
made once and kept, but for those whose timing or length is the point; GET /cpu gives the seconds of CPU time it has used,
so that its share can be shown.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import ssl
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.benchmarks.answers import APP_ID, Asked, body, record, records

__all__ = ["ANSWERS"]

STAMP_PAUSE = 0.004
"""Seconds between the head of a stream and its one record, which tells when it was sent."""
PACE = 0.001
"""Seconds between the records of a paced stream: each is a separate packet, and the reader waits for it."""

_APP = {
    "id": APP_ID,
    "name": "Contract review",
    "type": "single_action",
    "category": "GENERAL",
    "published": True,
    "description": "Reads a contract and lists what is unusual about it",
    "agentPermission": {"accessAgents": [], "accessPermissionGroups": [], "viewAccessToAgent": True},
    "userPermission": {"ownUserIds": [], "customerGroups": [], "viewAccessToUser": False},
}
_RUN = {
    "result": {
        "id": _APP["id"],
        "name": "Contract review",
        "type": "single_action",
        "responses": [{"id": "m1", "message": "Clause 4 is unusual. " * 20, "completed": True, "clues": []}],
        "variables": {"CONTRACT": "contract.pdf"},
        "conversation": {"id": "Q29udmVyc2F0aW9uOjE=", "state": "closed"},
    }
}
ANSWERS: dict[bytes, bytes] = {
    b"GET /webapi/v2/apps/": json.dumps(_APP).encode(),
    b"GET /webapi/v2/apps?": json.dumps({"apps": [_APP] * 50, "cursor": None}).encode(),
    b"POST /webapi/apps/": json.dumps(_RUN).encode(),
}
"""Body by the beginning of the request line, for paths without a kind."""

_PORTS: list[int] = []
"""Where it listens: in clear, and encrypted."""
_CERTIFICATE = Path(__file__).parents[2] / "tests/alli/tls/server.pem"
_STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"


class _Protocol(asyncio.Protocol):
    """Answers each request on a connection as soon as its body is there. The bodies themselves are dropped."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError("a transport that can't be written to")
        self._transport = transport
        self._buffer = b""
        self._line = b""
        self._left = 0  # bytes of the body that are still to come
        self._steps: Iterator[bytes | float] = iter(())  # what is still to be done for an answer
        self._is_full = False  # the client is to read first

    def data_received(self, data: bytes) -> None:
        while data:
            if self._left:
                taken = min(self._left, len(data))
                self._left -= taken
                data = data[taken:]
            else:
                self._buffer += data
                end = self._buffer.find(b"\r\n\r\n")
                if end < 0:
                    return
                head = self._buffer[:end]
                data = self._buffer[end + 4 :]
                self._buffer = b""
                self._line = head.partition(b"\r\n")[0]
                _, found, rest = head.lower().partition(b"\r\ncontent-length:")
                self._left = int(rest.partition(b"\r\n")[0]) if found else 0
            if not self._left:
                self._answer()

    def _answer(self) -> None:
        target = self._line.split(b" ")[1]
        if target == b"/cpu":
            self._transport.write(_whole(b"%f" % time.process_time()))
            return
        if target == b"/tls":
            self._transport.write(_whole(str(_PORTS[-1]).encode()))
            return
        steps = _STEPS.get(target.split(b"/", 2)[1])
        if steps is None:
            self._transport.write(_answer_to(self._line))
            return
        asked = Asked(target.decode())
        self._transport.write(_stream_head(asked))
        self._steps = steps(asked)
        self._go_on()

    def _go_on(self) -> None:
        for step in self._steps:
            if isinstance(step, float):
                asyncio.get_running_loop().call_later(step, self._go_on)
                return
            self._transport.write(step)
            if self._is_full:
                return

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self._steps = iter(())


def _whole(content: bytes, more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
    return head % (more, len(content)) + content


def _stream_head(asked: Asked) -> bytes:
    return _STREAM_HEAD % (b"application/json" if asked.framing == "alli" else b"text/event-stream")


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


@cache
def _answer_to(line: bytes) -> bytes:
    for start, content in ANSWERS.items():
        if line.startswith(start):
            return _whole(content)
    asked = Asked(line.split(b" ")[1].decode())
    if asked.kind == "gzip":
        return _whole(gzip.compress(body(asked)), b"Content-Encoding: gzip\r\n")
    if not asked.is_stream:
        return _whole(body(asked))
    return _stream_head(asked) + b"".join(map(_chunk, records(asked))) + _END


def _stamped(asked: Asked) -> Iterator[bytes | float]:
    """One record, which tells when it was sent."""
    *opening, _, closing = [b"", *records(asked), b""] if asked.framing == "alli" else [b"", *records(asked)]
    yield from map(_chunk, filter(None, opening))
    yield STAMP_PAUSE
    yield _chunk(record(asked.framing, asked.kind, str(time.monotonic_ns())))
    yield (_chunk(closing) if closing else b"") + _END


def _paced(asked: Asked) -> Iterator[bytes | float]:
    """Record after record, each in a separate packet."""
    for one in records(asked):
        yield PACE
        yield _chunk(one)
    yield _END


def _long(asked: Asked) -> Iterator[bytes | float]:
    """Many records in a packet, as fast as they are read: of a stream too long to be kept."""
    for block in records(asked):
        yield _chunk(block)
    yield _END


_STEPS = {b"stamp": _stamped, b"paced": _paced, b"long": _long, b"still": _long}
"""What makes a stream that is not sent at once: pieces to be written, and seconds to wait between them. By kind."""


async def _main() -> None:
    gc.disable()  # nothing here is in a circle, and a collection would fall into somebody's measurement
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Protocol, "127.0.0.1", 0, backlog=2048)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_CERTIFICATE)
    encrypted = await loop.create_server(_Protocol, "127.0.0.1", 0, ssl=tls)
    _PORTS.extend(one.sockets[0].getsockname()[1] for one in (server, encrypted))
    print(_PORTS[0], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    encrypted.close()


if __name__ == "__main__":
    asyncio.run(_main())
