"""The forms a file may be given in, and a service that takes them, for the tests of files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.servers import Connection

__all__ = ["ANSWER", "FORMS", "OnlyRead", "RECORD", "answer_ok", "close_open"]

ANSWER = b'{"result": {"responses": [{"message": "ok"}]}}'
RECORD = b'{"result": {"responses": [{"message": "ok", "completed": true}], "conversation": {"id": "c1"}}}\n'


def answer_ok(connection: Connection) -> None:
    request = connection.read_request()
    if request:
        connection.respond(200, RECORD if "run_conversation" in request.path else ANSWER)


class OnlyRead:
    """A stream of the plainest kind: neither seek nor tell nor a name."""

    def __init__(self, content: bytes) -> None:
        self._left = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._left.read(size)


FORMS: dict[str, tuple[Callable[[Path], Any], str, str]] = {
    "path": (lambda path: path, "contract.pdf", "application/pdf"),
    "open file": (lambda path: path.open("rb"), "contract.pdf", "application/pdf"),
    "unbuffered file": (lambda path: path.open("rb", buffering=0), "contract.pdf", "application/pdf"),
    "bytes in memory": (lambda path: io.BytesIO(path.read_bytes()), "file", "application/octet-stream"),
    "name and bytes": (lambda path: ("a.txt", path.read_bytes()), "a.txt", "text/plain"),
    "name and bytearray": (lambda path: ("a.txt", bytearray(path.read_bytes())), "a.txt", "text/plain"),
    "name and file": (lambda path: ("a.csv", path.open("rb")), "a.csv", "text/csv"),
    "name and path": (lambda path: ("a.csv", path), "a.csv", "text/csv"),
    "name, bytes, type": (lambda path: ("a", path.read_bytes(), "image/png"), "a", "image/png"),
    "name, file, type": (lambda path: ("a.csv", path.open("rb"), "x-y/z"), "a.csv", "x-y/z"),
    "only read": (lambda path: OnlyRead(path.read_bytes()), "file", "application/octet-stream"),
}


def close_open(value: object) -> None:
    """Closes the file a test opened, which the client must have left open."""
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, io.IOBase):
            assert not item.closed
            item.close()
