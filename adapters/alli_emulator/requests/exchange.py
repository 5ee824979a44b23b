"""One request as it came: read once, logged, and parsed where it is a form."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, Headers, QueryParams, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive, Scope

from alli_emulator.wire.identity import decode_user_id

__all__ = ["FORM", "ClientGone", "Exchange", "FormPart", "RequestRecord"]

FORM = "multipart/form-data"

BODY_LOGGED = 4 * 1024 * 1024
"""Bytes of a request's body kept in its record; a longer body is spooled to disk and served all the same."""

FORM_FIELD_LIMIT = 64 * 1024 * 1024
"""Bytes of one text part of a form. The service's own limit is not documented; this one only bounds memory."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part of a multipart request. `filename` is None for a text part, whose `text` is then set."""

    name: str
    filename: str | None
    content_type: str | None
    size: int
    text: str | None = field(default=None, repr=False)


@dataclass(slots=True, eq=False)
class RequestRecord:
    """One request, for assertions. Neither headers (the API key is one) nor bodies are in its repr.

    Attributes:
        path: with its percent-encoding, as sent.
        headers: names in lower case; of a repeated one the last.
        body: the first 4 MiB, `body_size` bytes in all.
        form: the parts of a multipart body in their order; None for any other body.
        client: address and port of the other end: equal for two requests on one connection.
        status: of the answer; None while none has begun.
        client_left: the client closed the connection before the answer was complete.
        cut: the emulator did so, by order of a fault or because it was stopped.
    """

    method: str
    path: str
    query: str
    client: tuple[str, int]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    body_size: int = 0
    form: list[FormPart] | None = field(default=None, repr=False)
    status: int | None = None
    client_left: bool = False
    cut: bool = False
    done: threading.Event = field(default_factory=threading.Event, repr=False)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def wait(self, timeout: float = 10.0) -> bool:
        """Waits until the answer is complete, or cut, or the client has left; False where `timeout` seconds passed."""
        return self.done.wait(timeout)


class _FormParser(MultiPartParser):
    """Notices a form that was cut before its last boundary: Starlette takes it, and leaves the cut file open."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None]) -> None:
        super().__init__(headers, stream)
        self.is_complete = False
        self._files: list[UploadFile] = []

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        if self._current_part.file is not None:
            self._files.append(self._current_part.file)

    def on_end(self) -> None:
        self.is_complete = True

    async def close(self) -> None:
        for file in self._files:
            await file.close()


class Exchange:
    """What routes need of a request. `close()` when the answer is complete."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.headers = Headers(scope=scope)
        self.query = QueryParams(scope["query_string"])
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.user_id = decode_user_id(self.headers.get("own-user-id"))
        self.form: FormData | None = None
        self.form_error: str | None = None
        self.is_answered = False  # the end of the answer is on its way
        self.record = RequestRecord(
            method=self.method,
            path=scope["raw_path"].decode("ascii"),
            query=scope["query_string"].decode("ascii"),
            client=scope["client"] or ("", 0),
            headers=dict(self.headers),
        )
        self._body = SpooledTemporaryFile[bytes](max_size=BODY_LOGGED)

    @property
    def media_type(self) -> str:
        """The request's content type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def read(self, receive: Receive) -> None:
        """Reads the whole body, and parses it where it is multipart.

        Raises:
            ClientGone: the connection closed half-way.
        """
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._body.write(message.get("body", b""))
            more = message.get("more_body", False)
        self.record.body_size = self._body.tell()
        self._body.seek(0)
        self.record.body = self._body.read(BODY_LOGGED)
        if self.media_type == FORM:
            await self._parse_form()

    def body(self) -> bytes:
        """The whole body."""
        self._body.seek(0)
        return self._body.read()

    async def close(self) -> None:
        """Gives back what the body and its files took."""
        if self.form is not None:
            await self.form.close()
        self._body.close()

    async def _parse_form(self) -> None:
        parser = _FormParser(self.headers, self._chunks())
        parser.max_part_size = FORM_FIELD_LIMIT
        try:
            form = await parser.parse()
        except (MultiPartException, FormParserError, ValueError):
            # ValueError: a name or text that its charset can't hold. What they say may quote what was sent.
            form = None
        if form is None or not parser.is_complete:
            await parser.close()
            self.form_error = f"is no valid {FORM}"
            return
        self.form = form
        self.record.form = [
            FormPart(name, value.filename or "", value.content_type, value.size or 0)
            if isinstance(value, UploadFile)
            else FormPart(name, None, None, len(value.encode()), value)
            for name, value in self.form.multi_items()
        ]

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        self._body.seek(0)
        while chunk := self._body.read(64 * 1024):
            yield chunk
