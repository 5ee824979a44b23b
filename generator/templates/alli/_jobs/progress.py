"""Calls `on_progress`: a pair, since `AsyncAlli` takes an async function as well."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..errors import InvalidArgumentError

__all__ = ["UploadProgress", "as_listener", "atell", "tell"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How much of an upload was sent.

    Attributes:
        sent: bytes of the request's body so far, those that are being written included. The body is the file and a few hundred
            bytes around it.
        total: bytes of the whole body; None where a file doesn't know how long it is.
    """

    sent: int
    total: int | None


def as_listener(where: str, listener: object) -> object:
    """`listener`, which may be None.

    Raises:
        InvalidArgumentError: it can't be called.
    """
    if listener is not None and not callable(listener):
        raise InvalidArgumentError(f"{where}: must be a function, not {type(listener).__name__}")
    return listener


def tell(listener: Callable[[T], object], progress: T) -> None:
    """Calls `listener`.

    Raises:
        InvalidArgumentError: it is an async function. Else what it raises.
    """
    given = listener(progress)
    if inspect.iscoroutine(given):
        given.close()
        raise InvalidArgumentError("on_progress: Alli takes a plain function; an async one works with AsyncAlli")


async def atell(listener: Callable[[T], object], progress: T) -> None:
    """Calls `listener`, and awaits what it gives if that can be awaited. Raises what it raises."""
    given = listener(progress)
    if inspect.isawaitable(given):
        await given
