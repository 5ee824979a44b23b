"""A server with next to no work of its own, in a process of its own, so that the CPU time measured is the client's.

Started as `python -m scripts.benchmarks.server`; it prints its port and ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["ANSWERS", "serve"]

_APP = {
    "id": "TExNQXBwOjY2YTBhM2JiZDRkNTE5ZjM3M2NkNTVhNw==",
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
"""Body by the beginning of the request line."""


class _Protocol(asyncio.Protocol):
    """Answers each request on a connection as soon as its body is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            _, found, rest = head.partition(b"content-length:")
            length = int(rest.split(b"\r\n")[0]) if found else 0
            if len(self._buffer) < end + 4 + length:
                return
            self._answer()
            self._buffer = self._buffer[end + 4 + length :]

    def _answer(self) -> None:
        body = next(body for start, body in ANSWERS.items() if self._buffer.startswith(start))
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.write(head + body)


@contextmanager
def serve() -> Generator[str]:
    """The base URL of a server that runs until the block is left."""
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


async def _main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_main())
