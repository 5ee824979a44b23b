"""A server with next to no work of its own, in a process of its own, so that the CPU time measured is the client's.

Started as `python -m scripts.benchmarks.server`; it prints its port and ends when its standard input closes. Bodies are
made once and kept; GET /cpu gives the seconds of CPU time it has used, so that its share can be shown.
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import cache

from scripts.benchmarks.answers import APP_ID, Asked, body, record, records

__all__ = ["ANSWERS", "serve", "speed"]

STAMP_PAUSE = 0.004
"""Seconds between the head of a stream and its one record, which tells when it was sent."""

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

_CPU = b"GET /cpu HTTP/1.1\r\n\r\n"
_STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"


class _Protocol(asyncio.Protocol):
    """Answers each request on a connection as soon as its body is there. The bodies themselves are dropped."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError("a transport that can't be written to")
        self._transport = transport
        self._buffer = b""
        self._line = b""
        self._left = 0  # bytes of the body that are still to come

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
        answer, is_stamped = _answer_to(self._line)
        self._transport.write(answer)
        if is_stamped:
            asyncio.get_running_loop().call_later(STAMP_PAUSE, self._stamp, Asked(target.decode()))

    def _stamp(self, asked: Asked) -> None:
        told = record(asked.framing, asked.kind, str(time.monotonic_ns()))
        self._transport.write(_chunk(told))
        closing = [] if asked.framing == "alli" else list(records(asked))[-1:]
        self._transport.write(b"".join(map(_chunk, closing)) + b"0\r\n\r\n")


def _whole(content: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
    return head + content


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


@cache
def _answer_to(line: bytes) -> tuple[bytes, bool]:
    """The answer's bytes, and whether a record with the time is still to follow."""
    for start, content in ANSWERS.items():
        if line.startswith(start):
            return _whole(content), False
    asked = Asked(line.split(b" ")[1].decode())
    if not asked.is_stream:
        return _whole(body(asked)), False
    head = _STREAM_HEAD % (b"application/json" if asked.framing == "alli" else b"text/event-stream")
    if asked.kind == "stamp":
        opening = next(records(asked)) if asked.framing == "anthropic" else b""
        return head + (_chunk(opening) if opening else b""), True
    return head + b"".join(map(_chunk, records(asked))) + b"0\r\n\r\n", False


@contextmanager
def serve() -> Generator[str]:
    """The base URL of a server that runs until the block is left."""
    command = [sys.executable, "-m", "scripts.benchmarks.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


def speed(url: str, calls: int = 3000) -> dict[str, float]:
    """What the server can do: calls per second, and its CPU time per call, with a caller that does nothing but ask."""
    request = b"POST /call/1/1000/webapi/apps/x/run HTTP/1.1\r\ncontent-length: 0\r\n\r\n"
    host, port = url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)))) as connection:

        def asked(request: bytes) -> bytes:
            connection.sendall(request)
            return connection.recv(65536)

        for _ in range(100):
            asked(request)
        before = float(asked(_CPU).rpartition(b"\n")[2])
        began = time.perf_counter()
        for _ in range(calls):
            asked(request)
        seconds = time.perf_counter() - began
        spent = float(asked(_CPU).rpartition(b"\n")[2]) - before
    return {"calls_per_second": round(calls / seconds), "cpu_us": round(spent / calls * 1e6, 1)}


async def _main() -> None:
    gc.disable()  # nothing here is in a circle, and a collection would fall into somebody's measurement
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Protocol, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_main())
