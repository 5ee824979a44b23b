"""What the transport needs to know of one facade method, beyond the request itself. The records are rendered in resources.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from .accumulator import StreamFormat

__all__ = ["AsyncExplain", "CallResult", "Explain", "Operation"]

Explain: TypeAlias = Callable[[], str]
"""Called when the service refuses what an app was given; gives a sentence that says what the app takes. It may do I/O."""
AsyncExplain: TypeAlias = Callable[[], Awaitable[str]]
"""As `Explain`, awaited."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One facade method.

    Attributes:
        name: as the user calls it, e.g. "apps.run"; opens error messages.
        idempotent: may be sent again after it may have reached the service.
        run: runs an app, so reading may take up to ten minutes, and an unknown outcome matters.
        unwrap: key of the answer that holds the value; None for the whole answer.
        stream: how a streamed answer is read; None when it is not streamed.
    """

    name: str
    idempotent: bool = False
    run: bool = False
    unwrap: str | None = None
    stream: StreamFormat | None = None


class CallResult(Protocol):
    """A result that tells which call it came from."""

    request_id: str | None
    attempts: int
