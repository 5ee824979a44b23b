"""What the transport needs to know of one facade method, beyond the request itself. The records are rendered in resources.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from .response import Response

__all__ = ["AsyncExplain", "CallResult", "Explain", "Operation", "StreamFormat"]

Explain: TypeAlias = Callable[[float], str]
"""Called when the service refuses what an app was given, with the seconds it may take; gives a sentence that says what the app takes.
It may do I/O; no AlliError leaves it."""
AsyncExplain: TypeAlias = Callable[[float], Awaitable[str]]
"""As `Explain`, awaited."""


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """How the records of one operation are to be read.

    A path is keys joined by dots; of several, the first that leads to a value counts.

    Attributes:
        semantics: "snapshot" or "delta".
        text: of snapshots, the key of the text in a message; of deltas, the path of the text in the record.
        messages: of snapshots, the paths of the list of messages.
        conversation_id: paths of the conversation's id.
        state: paths of the conversation's state.
        replace: `type` of the record that replaces the message `response_index` by `content`; None when there is none.
    """

    semantics: Literal["snapshot", "delta"]
    text: str
    messages: tuple[str, ...] = ()
    conversation_id: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    replace: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One facade method.

    Attributes:
        name: as the user calls it, e.g. "apps.run"; opens error messages.
        id: the document's operationId.
        idempotent: may be sent again after it may have reached the service.
        run: runs an app, so reading may take up to ten minutes, and an unknown outcome matters.
        unwrap: key of the answer that holds the value; None for the whole answer.
        stream: how a streamed answer is read; None when it is not streamed.
        constants: paths of the fields that the body holds without having been asked, e.g. "mode"; `extra_body` may change them.
        answer: what the document says the body of an answer is. "records": one JSON value after another. "nothing": it is not read.
    """

    name: str
    id: str
    idempotent: bool = False
    run: bool = False
    unwrap: str | None = None
    stream: StreamFormat | None = None
    constants: tuple[str, ...] = ()
    answer: Literal["json", "records", "text", "bytes", "nothing"] = "json"


class CallResult(Protocol):
    """A result that tells which call it came from."""

    request_id: str | None
    attempts: int
    response: Response | None
