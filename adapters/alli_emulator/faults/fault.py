"""Errors on demand: what the next answers shall be, or how their bytes shall be spoilt.

    alli.fault(path_contains="/run", status=503, headers={"Retry-After": "1"}, times=2)
    alli.fault(app="Summary", cut_after=120)
    alli.fault(error_after=2, error_record={"errors": "internal error. upstream timeout"})

Faults are tried in the order they were set; each is used up after `times` requests. A wrong key is refused before any
fault, since the service looks at the key first. Programs in other languages set them over HTTP, see `control`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Literal, TypeAlias
from urllib.parse import unquote

from alli_emulator.apps.model import App
from alli_emulator.requests.subject import Subject
from alli_emulator.wire.wire_json import dumps

__all__ = ["DEFAULT_ERROR", "Cut", "Fault", "Framing"]

Cut: TypeAlias = Literal["close", "reset", "end"]
"""How an answer stops early: the connection closes, is reset, or the body ends in good HTTP form, only too soon."""

Framing: TypeAlias = Literal["lines", "concatenated", "pretty"]
"""Records of a stream one per line, with nothing between them, or spread over several lines each."""

DEFAULT_ERROR = {"type": "APIError", "code": 7000, "message": "Something went wrong."}
"""Body of a scripted error status that names no other: the service's documented standard error."""

DEFAULT_ERROR_RECORD = {"errors": "internal error. upstream timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What to do to the requests it matches.

    Which requests:
        method: any where None.
        path_contains: part of the request's path, decoded: an id stands in it as it is.
        app: requests about this app, given as `App`, id or name; any where None. It must be registered.
        times: for how many requests; None for all that come.

    In place of an answer; no app is run:
        status: answer this.
        headers: added to the scripted answer: `{"Retry-After": "1"}`, `{"Location": "http://other.example/"}`.
        body: of the scripted answer: bytes and text as they are, else as JSON; None gives the documented standard
            error for a status from 400 on, else nothing.
        drop: close the connection, or reset it where `cut` is `reset`, without any answer.
        cut_head_after: send so many bytes of the answer's status line and headers, then close or reset as `cut` says.

    Before the answer:
        delay: seconds before it begins.
        expire_conversation: the conversation the request names has ended; requests that name none aren't matched.

    The answer spoilt on its way:
        write_bytes: the body is written in pieces of so many bytes, cutting characters where they fall.
        write_pause: seconds between two pieces, or between two records where `write_bytes` is None.
        cut_after: the answer stops after so many bytes of its body, as `cut` says; 0 is right after the headers.
        cut: how it stops.
        stall_after: after so many bytes of its body the answer goes on no more; the connection stays open.

    A stream's records:
        framing: see `Framing`.
        last_newline: False leaves out the newline of the last record.
        error_after: after so many records comes `error_record`, and the stream ends.
        error_record: see there.
        final_replaced_message: False leaves these records out; a text ends the stream with one that replaces the first
            message, where the app gives none. None: as the app has it.
    """

    method: str | None = None
    path_contains: str = ""
    app: App | str | None = None
    times: int | None = 1
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object = field(default=None, repr=False)
    drop: bool = False
    cut_head_after: int | None = None
    delay: float = 0.0
    expire_conversation: bool = False
    write_bytes: int | None = None
    write_pause: float = 0.0
    cut_after: int | None = None
    cut: Cut = "close"
    stall_after: int | None = None
    framing: Framing = "lines"
    last_newline: bool = True
    error_after: int | None = None
    error_record: object = field(default_factory=lambda: DEFAULT_ERROR_RECORD, repr=False)
    final_replaced_message: Literal[False] | str | None = field(default=None, repr=False)

    def matches(self, subject: Subject) -> bool:
        """Whether a request is one this fault is for."""
        return (
            (self.method is None or self.method.upper() == subject.method)
            and unquote(self.path_contains) in subject.path
            and (self.app is None or self._is_about(subject.app))
            and (not self.expire_conversation or subject.conversation is not None)
        )

    def settings(self, *, shown: bool = False) -> dict[str, object]:
        """The fields that are not as by default; with `shown` those that a repr may have."""
        found: dict[str, object] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            usual = one.default if one.default_factory is MISSING else one.default_factory()
            if value != usual and (one.repr or not shown):
                found[one.name] = value
        return found

    def scripted_body(self) -> tuple[bytes, str]:
        """The scripted answer's body and its content type."""
        body = DEFAULT_ERROR if self.body is None and (self.status or 0) >= 400 else self.body
        if body is None:
            return b"", "application/json"
        if isinstance(body, bytes):
            return body, "application/octet-stream"
        if isinstance(body, str):
            return body.encode(), "text/html"
        return dumps(body), "application/json"

    def _is_about(self, app: App | None) -> bool:
        if app is None:
            return False
        return self.app.id == app.id if isinstance(self.app, App) else self.app in (app.id, app.name)
