"""What the transport needs to know of one facade method, beyond the request itself. The records are rendered in resources.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from .._json.envelopes import Peel
from .._json.result_format import ResultFormat
from .response import Response

__all__ = ["AsyncExplain", "CallResult", "Explain", "Operation"]

Explain: TypeAlias = Callable[[float], str]
"""Called when the service refuses what an app was given, with the seconds it may take; gives a sentence that says what the app takes.
It may do I/O; no AlliError leaves it."""
AsyncExplain: TypeAlias = Callable[[float], Awaitable[str]]
"""As `Explain`, awaited."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One facade method.

    Attributes:
        name: as the user calls it, e.g. "apps.run"; opens error messages.
        id: the document's operationId.
        idempotent: may be sent again after it may have reached the service.
        run: runs an app, so reading may take up to ten minutes, and an unknown outcome matters.
        unwrap: where in the answer the value is, and when an envelope is taken off; see envelopes.py.
        peel: the same.
        required: fields of the value of which at least one is there.
        path: of the URL, with names for what the caller fills in, e.g. "/webapi/apps/{app_id}/run".
        body: the call's arguments by where the body has them, e.g. "chat.message"; None for all that is there.
        query: the same for the query.
        result: where the answer has the parts of a result; None when the method gives something else.
        stream: what a record of a streamed answer is: "snapshot", the whole answer so far, or "delta", the next piece of its text. None when
            the answer is not streamed.
        answer: what the document says the body of an answer is. "records": one JSON value after another. "nothing": only an error in it is
            looked for.
        html: the body may be an HTML page.
    """

    name: str
    id: str
    idempotent: bool = False
    run: bool = False
    unwrap: tuple[str, ...] = ()
    peel: Peel | None = None
    required: tuple[str, ...] = ()
    path: str = ""
    body: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    result: ResultFormat | None = None
    stream: Literal["snapshot", "delta"] | None = None
    answer: Literal["json", "records", "text", "bytes", "nothing"] = "json"
    html: bool = False

    @property
    def format(self) -> ResultFormat:
        """`result` of a method that has one."""
        if self.result is None:
            raise TypeError(f"{self.name} gives no result")
        return self.result


class CallResult(Protocol):
    """A result that tells which call it came from."""

    request_id: str | None
    attempts: int
    response: Response | None
