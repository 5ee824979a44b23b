"""Answers that never end, a few bytes at a time: no read times out, and nothing is whole."""

from __future__ import annotations

from tests.servers import Connection

__all__ = ["DRIPS", "STREAMED", "dripping"]

DRIP = 0.02
"""Seconds between two pieces."""

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAMED = CHUNKED.replace(b"application/json", b"application/stream+json")
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "head": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "status line": (b"HTTP/1.1 2", b"0"),
    "1xx after 1xx": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "body": (CHUNKED, b"1\r\n \r\n"),
    "error body": (CHUNKED.replace(b"200 OK", b"500 Error"), b"1\r\n \r\n"),
    "chunk extension": (CHUNKED + b"1;a=", b"a"),
    "body of a length": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
}
"""What an answer begins with, and what it then goes on with for ever."""


def dripping(connection: Connection, head: bytes, piece: bytes) -> None:
    """`head`, and then `piece` again and again until the block of the server is left."""
    connection.send(head)
    while not connection.server.release.wait(DRIP):
        try:
            connection.socket.sendall(piece)
        except OSError:
            return
