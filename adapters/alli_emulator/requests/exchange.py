"""One request as it came: read once, logged, and parsed where it is a form."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, Headers, QueryParams, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive, Scope

from alli_emulator.contract.operations import Match
from alli_emulator.requests.record import FormPart, RequestRecord
from alli_emulator.wire.wire_json import loads

__all__ = ["FORM", "MAX_BODY", "MAX_TEXT", "BodyTooLarge", "ClientGone", "Exchange"]

FORM = "multipart/form-data"

BODY_LOGGED = 4 * 1024 * 1024
"""Bytes of a request's body kept in its record; a longer body is spooled to disk, and still served."""


MAX_BODY = 2 * 1024 * 1024 * 1024
"""Bytes of a request's body. The service's own limit is not documented; this one only bounds the disk."""

MAX_TEXT = 64 * 1024 * 1024
"""Bytes of a body that is not a form, or of one text part of a form: it is read whole. It only bounds the memory."""


class BodyTooLarge(Exception):
    """The body is longer than is read."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


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

    def __init__(self, scope: Scope, match: Match | None) -> None:
        self.scope = scope
        self.match = match
        self.headers = Headers(scope=scope)
        self.query = QueryParams(scope["query_string"])
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.form: FormData | None = None
        self.form_error: str | None = None
        self.is_answered = False  # the end of the answer is on its way
        self.record = RequestRecord(
            method=self.method,
            path=self.path,
            raw_path=scope["raw_path"].decode("ascii"),
            query=scope["query_string"].decode("ascii"),
            client=scope["client"] or ("", 0),
            headers=dict(self.headers),
            operation=match.operation.id if match and match.operation else None,
            path_params=match.parameters if match else {},
        )
        self.user_id = self.record.user_id
        self._body = SpooledTemporaryFile[bytes](max_size=BODY_LOGGED)

    @property
    def media_type(self) -> str:
        """The request's content type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def read(self, receive: Receive) -> None:
        """Reads the whole body, and parses it where it is multipart.

        Raises:
            ClientGone: the connection closed half-way.
            BodyTooLarge: the body is longer than `MAX_BODY`, or `MAX_TEXT` if it is not a form. The rest is not read.
        """
        limit = MAX_BODY if self.media_type == FORM else MAX_TEXT
        announced = self.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            raise BodyTooLarge
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._body.write(message.get("body", b""))
            if self._body.tell() > limit:
                raise BodyTooLarge
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

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The body's fields; those of the part `json` where a form has one. Empty where the body can't be read."""
        source: bytes | str = b""
        if self.form is not None:
            own: dict[str, Any] = dict(self.form.items())
            if not isinstance(own.get("json"), str):
                return own
            source = own["json"]
        try:
            body = loads(source or self.body())
        except ValueError:
            return {}
        return cast("Mapping[str, Any]", body) if isinstance(body, dict) else {}

    async def close(self) -> None:
        """Gives back what the body and its files took."""
        if self.form is not None:
            await self.form.close()
        self._body.close()

    async def _parse_form(self) -> None:
        parser = _FormParser(self.headers, self._chunks())
        parser.max_part_size = MAX_TEXT
        try:
            form = await parser.parse()
        except (MultiPartException, FormParserError, ValueError):
            # ValueError: a name or text that its charset can't hold. What they say may quote what was sent.
            form = None
        if form is None or not parser.is_complete:
            await parser.close()
            self.form_error = f"is not a valid {FORM}"
            return
        self.form = form
        left = BODY_LOGGED
        parts: list[FormPart] = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = value.file.read(left)
                value.file.seek(0)
                left -= len(content)
                parts.append(FormPart(name, value.filename or "", value.content_type, value.size or 0, None, content))
            else:
                parts.append(FormPart(name, None, None, len(value.encode()), value))
        self.record.parts = tuple(parts)

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        self._body.seek(0)
        while chunk := self._body.read(64 * 1024):
            yield chunk
