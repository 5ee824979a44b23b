"""Starts the server, and asks it how much CPU time it has used."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager

__all__ = ["ServerClock", "serve", "speed"]

_CPU = b"GET /cpu HTTP/1.1\r\n\r\n"
_TLS = b"GET /tls HTTP/1.1\r\n\r\n"


@contextmanager
def serve() -> Generator[str]:
    """The base URL of a server that runs until the block is left."""
    command = [sys.executable, "-m", "scripts.benchmarks.server"]
    # In a new session, because Ctrl-C is meant for the process that started it; it ends when its input does.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        port = process.stdout.readline()
        if not port:
            raise RuntimeError("the server did not start; what it said is above")
        yield f"http://127.0.0.1:{int(port)}"
        process.stdin.close()


class ServerClock:
    """The CPU time of a server, asked for over a separate connection."""

    def __init__(self, url: str) -> None:
        self._connection = _connected(url)

    def read(self) -> float:
        """Seconds since the server's start."""
        return float(_asked(self._connection, _CPU).rpartition(b"\n")[2])

    def encrypted_port(self) -> int:
        """Where the server speaks TLS."""
        return int(_asked(self._connection, _TLS).rpartition(b"\n")[2])

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def speed(url: str, calls: int = 3000) -> dict[str, float]:
    """What the server can do: calls per second, and its CPU time per call, with a caller that does nothing but ask."""
    request = b"POST /call/1/1000/webapi/apps/x/run HTTP/1.1\r\ncontent-length: 0\r\n\r\n"
    with closing(_connected(url)) as connection, closing(ServerClock(url)) as clock:
        for _ in range(100):
            _asked(connection, request)
        before, began = clock.read(), time.perf_counter()
        for _ in range(calls):
            _asked(connection, request)
        seconds, spent = time.perf_counter() - began, clock.read() - before
    return {"calls_per_second": round(calls / seconds), "cpu_us": round(spent / calls * 1e6, 1)}


def _connected(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)))


def _asked(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    return connection.recv(65536)
