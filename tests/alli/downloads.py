"""What tests of files that the service sends share: a call that gives one, and answers that hold one, whole or cut."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any

from alli._calls.operations import Operation

from tests.alli.client_kind import ClientKind
from tests.answers import after_request
from tests.servers import Connection

__all__ = ["MEGABYTE", "PDF", "cut_after", "file_of", "head"]

PDF = {"Content-Type": "application/pdf"}
MEGABYTE = 1024 * 1024


async def file_of(kind: ClientKind, client: Any, *, html: bool = False) -> Any:
    """What a method gives whose answer is a file."""
    operation = Operation("documents.download", id="", idempotent=True, answer="bytes", html=html)
    return await kind.get(client.apps._transport.file(operation, {"method": "get", "url": "/webapi/file"}))


def head(length: int, headers: Mapping[str, str] | None = None) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Length: {length}",
        *(f"{name}: {value}" for name, value in (headers or PDF).items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def cut_after(sent: bytes, announced: int) -> Callable[[Connection], None]:
    def answer(connection: Connection) -> None:
        connection.socket.sendall(head(announced) + sent)
        connection.socket.shutdown(socket.SHUT_RDWR)
        connection.closed = True

    return after_request(answer)
