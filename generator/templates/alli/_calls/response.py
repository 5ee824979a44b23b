"""What came over HTTP, for those who need more than the value of it: status, headers, body, and how the call went.

    with alli.capture_responses() as responses:
        client.apps.list()
    print(responses[-1].headers.get("X-RateLimit-Remaining"))

Errors, pages, run results and streams have theirs in `.response`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..errors import AlliError, APIStatusError

__all__ = ["Headers", "Response", "capture_responses", "record_response"]

_CHARSET = r"""(?i)charset\s*=\s*["']?([\w.:-]+)"""  # compiled when a text is asked for, which few programs do

_captures: ContextVar[tuple[list[Response], ...]] = ContextVar("alli_captures", default=())
"""The lists of the `capture_responses` blocks that this thread or task is in."""


class Headers(dict[str, str]):
    """The headers of one answer: a dict whose names are in lower case, and found in any case. Of a header that came several times, the
    values are joined by commas.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name.lower() if isinstance(name, str) else name)

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)

    def __reduce__(self) -> tuple[Any, ...]:
        return Headers, (dict(self),)

    def __repr__(self) -> str:
        # A value may be a secret, such as a cookie.
        return f"Headers({', '.join(self)})"


class Response:
    """One answer of the service.

    Attributes:
        status_code: HTTP status, e.g. 200.
        headers: names are found in any case.
        request_id: the id sent as `X-Request-ID`, the same on each attempt.
        attempts: how many times the request had been sent when this answer came.
    """

    __slots__ = ("_content", "attempts", "headers", "request_id", "status_code")

    def __init__(
        self,
        status_code: int,
        headers: Mapping[str, str],
        content: bytes | None,
        *,
        request_id: str | None = None,
        attempts: int = 1,
    ) -> None:
        self.status_code = status_code
        self.headers: Mapping[str, str] = headers if isinstance(headers, Headers) else Headers(headers)
        self.request_id = request_id
        self.attempts = attempts
        self._content = content

    def changed(self, change: Callable[[Any], Any]) -> Response:
        """This response, or another one where `change` gives something else for its headers or its body."""
        headers, content = change(dict(self.headers)), change(self._content)
        if headers == self.headers and content == self._content:
            return self
        return Response(self.status_code, headers, content, request_id=self.request_id, attempts=self.attempts)

    @property
    def content(self) -> bytes:
        """The body, decompressed.

        Raises:
            AlliError: the body is not here: a stream or a file reads it, or this is what a middleware sees of the answer.
        """
        if self._content is None:
            raise AlliError(
                "this response has no body: a stream or a file reads it, or this is what a middleware sees of it"
            )
        return self._content

    @property
    def text(self) -> str:
        """The body as text, in the charset that `Content-Type` names, else UTF-8; what can't be decoded is U+FFFD. Raises as `content`."""
        try:
            return self.content.decode(_charset(self.headers.get("content-type")), "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body parsed as JSON, whatever `Content-Type` says.

        Raises:
            APIStatusError: it is not JSON. AlliError: as `content`.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            pass
        raise self._not_json()  # out here, without a context: the JSON module's error holds the whole body

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Response):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]  # as of all that can be compared by what it holds and changed

    def _not_json(self) -> APIStatusError:
        kind = self.headers.get("content-type", "no content type").split(";")[0]
        return APIStatusError(
            f"HTTP {self.status_code}, but the body is not JSON ({kind}, {len(self.content)} bytes)",
            status_code=self.status_code,
            message="the body is not JSON",
            body=self.content,
            headers=self.headers,
            request_id=self.request_id,
            attempts=self.attempts,
            response=self,
        )

    def __repr__(self) -> str:
        size = "no body" if self._content is None else f"{len(self._content)} bytes"
        return f"Response({self.status_code}, {size}, request_id={self.request_id!r}, attempts={self.attempts})"


def _charset(content_type: str | None) -> str:
    named = re.search(_CHARSET, content_type or "")
    return named[1] if named else "utf-8"


@contextmanager
def capture_responses() -> Generator[list[Response], None, None]:
    """Collects the responses of the calls made inside the block, by any client, in the order in which the calls end.

    Of a call that is tried several times only the last response is collected, of a call that fails with an error status that one; a call
    that got no answer adds nothing. The response of a stream or a file has no body. Each page of a walk is a call. Only calls of this thread or
    task are collected, and of tasks that it begins inside the block. Blocks can be nested.
    """
    responses: list[Response] = []
    token = _captures.set((*_captures.get(), responses))
    try:
        yield responses
    finally:
        _captures.reset(token)


def record_response(response: Response) -> None:
    """Adds the last response of a call to the blocks of `capture_responses` it was made in."""
    captures: Iterable[list[Response]] = _captures.get()
    for responses in captures:
        responses.append(response)
