"""Reads multipart bodies with the standard library's mail parser, which shares no code with the client or the emulator."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from tests.servers import SentRequest

__all__ = ["Part", "boundary_of", "part_named", "parts_of"]


@dataclass(frozen=True)
class Part:
    """One part of a form."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


def boundary_of(request: SentRequest) -> str:
    """The boundary told by the content type."""
    kind, _, rest = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    return rest


def parts_of(request: SentRequest) -> list[Part]:
    """All parts of the request's body, in order."""
    head = f"Content-Type: multipart/form-data; boundary={boundary_of(request)}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    found: list[Part] = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = part.get_param("name", header="content-disposition")
        assert isinstance(name, str)
        found.append(Part(name, part.get_filename(), part.get_content_type(), content))
    return found


def part_named(request: SentRequest, name: str) -> Part:
    """The one part of that name."""
    (found,) = (part for part in parts_of(request) if part.name == name)
    return found
