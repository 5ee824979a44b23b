"""Calls `on_progress`: a pair, since `AsyncAlli` takes an async function as well."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

from ..errors import InvalidArgumentError

__all__ = ["atell", "tell"]

T = TypeVar("T")


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
