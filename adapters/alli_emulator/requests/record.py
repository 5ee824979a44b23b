"""A request as tests read it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.datastructures import ImmutableMultiDict, QueryParams

from alli_emulator.apps.model import App
from alli_emulator.wire.identity import decode_user_id
from alli_emulator.wire.wire_json import loads

__all__ = ["FormPart", "JsonObject", "RequestRecord"]


class JsonObject(dict[str, Any]):
    """A JSON object that can be called, for those who write `record.json()` as with requests and httpx."""

    def __call__(self) -> JsonObject:
        """The object itself."""
        return self


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part of a multipart request. `filename` is None for a text part, whose `text` is then set.

    Attributes:
        size: bytes.
        content: the bytes of a file, up to 4 MiB in all of a request; the rest of a longer one is left out.
    """

    name: str
    filename: str | None
    content_type: str | None
    size: int
    text: str | None = field(default=None, repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(slots=True, eq=False, repr=False)
class RequestRecord:
    """One request, for assertions.

    Its repr names method, path, status, operation, app, user and the names of what was sent; neither the API key nor
    texts are in it.

    Attributes:
        path: decoded: `record.path == f"/webapi/apps/{app.id}/run"` holds whatever the client encodes.
        raw_path: with its percent-encoding, as sent.
        query: the query string, as sent; `query_params` has it decoded.
        client: address and port of the other end: equal for two requests on one connection.
        headers: names in lower case; of a repeated one the last.
        body: the first 4 MiB, `body_size` bytes in all.
        operation: the operationId of the documented operation, such as `run_app`; None where no operation matches.
        path_params: values of the path's parameters, decoded.
        app: the app that the request is about, as it was then; None where it names none that exists.
        parts: the parts of a multipart body in their order; empty for any other body. See `form` and `files`.
        status: of the answer; None while none has begun.
        client_left: the client closed the connection before the answer was complete.
        cut: the emulator did so, by order of a fault or because it was stopped.
    """

    method: str
    path: str
    query: str
    client: tuple[str, int]
    headers: Mapping[str, str]
    raw_path: str = ""
    body: bytes = b""
    body_size: int = 0
    operation: str | None = None
    path_params: Mapping[str, str] = field(default_factory=dict[str, str])
    app: App | None = None
    parts: tuple[FormPart, ...] = ()
    status: int | None = None
    client_left: bool = False
    cut: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def user_id(self) -> str | None:
        """OWN-USER-ID, decoded; None where it was not sent."""
        return decode_user_id(self.headers.get("own-user-id"))

    @property
    def query_params(self) -> QueryParams:
        """The query, decoded. Of a repeated name `[name]` gives the last value and `.getlist(name)` all."""
        return QueryParams(self.query)

    @property
    def json(self) -> Any:
        """The body as JSON, or the part `json` of a run with files. None where there is none, or it is not JSON."""
        source: bytes | str = self.form.get("json", b"") if self.parts else self.body
        try:
            value = loads(source)
        except ValueError:
            return None
        return JsonObject(cast("dict[str, Any]", value)) if isinstance(value, dict) else value

    @property
    def form(self) -> ImmutableMultiDict[str, str]:
        """The text parts of a multipart body by name; empty for any other body. `.getlist(name)` gives all of a name."""
        return ImmutableMultiDict([(one.name, one.text) for one in self.parts if one.text is not None])

    @property
    def files(self) -> ImmutableMultiDict[str, FormPart]:
        """The files of a multipart body by the name of their part; empty for any other body."""
        return ImmutableMultiDict([(one.name, one) for one in self.parts if one.filename is not None])

    @property
    def kept_bytes(self) -> int:
        """What the record takes of the memory, but for its headers."""
        return len(self.body) + sum(len(one.content) + len(one.text or "") for one in self.parts)

    @property
    def printable_path(self) -> str:
        """The decoded path with control characters as escapes, so that no line of a log can be forged."""
        return "".join(one if one.isprintable() else repr(one)[1:-1] for one in self.path)

    def wait(self, timeout: float = 10.0) -> bool:
        """Waits until the answer is complete, or cut, or the client has left; False where `timeout` seconds passed."""
        return self.done.wait(timeout)

    def __repr__(self) -> str:
        shown = [
            f"{self.method} {self.printable_path}",
            f"-> {self.status or 'no answer'}",
            f"operation={self.operation}",
        ]
        if self.app is not None:
            shown.append(f"app={self.app.name!r}")
        if self.user_id is not None:
            shown.append(f"user_id={self.user_id!r}")
        value: object = self.json
        if isinstance(value, JsonObject):
            shown.append(f"json keys: {', '.join(value) or 'none'}")
        if self.form:
            shown.append(f"form: {', '.join(self.form)}")
        if self.files:
            shown.append(f"files: {', '.join(self.files)}")
        if self.body_size and len(shown) == 3:
            shown.append(f"{self.body_size} bytes")
        shown += ["client left"] * self.client_left + ["cut"] * self.cut
        return f"<{' '.join(shown[:2])}{''.join(', ' + one for one in shown[2:])}>"
