"""Answers of the service, kept for a while and asked for once at a time. Knows neither apps nor HTTP.

Agents are often built per request, so many threads and tasks want the same list at the same moment. The first of them asks,
the others wait for its answer or its error. An answer is kept for a while, an error is not.
"""

import threading
import time
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from alli_tools.calls.driving import Way

__all__ = ["Listing"]

_T = TypeVar("_T")


class _AbandonedError(Exception):
    """Whoever asked was cancelled or interrupted before there was an answer."""


class Listing:
    """Answers by key. Any number of threads, tasks and event loops may ask.

    Args:
        seconds: how long an answer is kept; 0 keeps none, and then only those who wait together share one.
        clock: monotonic seconds.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        # Key → when it was answered, and the answer; key → the answer under way.
        self._kept: dict[Hashable, tuple[float, object]] = {}
        self._pending: dict[Hashable, Future[object]] = {}

    async def answer(self, way: Way, key: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        """The answer for `key`, from `ask` unless there is one. Raises what `ask` raises, to all who wait for it.

        When the one who asks is cancelled or interrupted, one of those that wait asks in its place.
        """
        while True:
            found = self._kept_or_pending(key)
            if isinstance(found, _Kept):
                return cast("_T", found.answer)
            pending, must_ask = found
            if must_ask:
                try:
                    answer = await ask()
                except BaseException as error:
                    self._failed(key, pending, error)
                    raise
                self._answered(key, pending, answer)
                return answer
            try:
                return cast("_T", await way.result(pending))
            except _AbandonedError:
                continue

    def forget(self) -> None:
        """Keep nothing: the next to ask gets a new answer, and none that was asked for before now."""
        with self._lock:
            self._kept.clear()
            self._pending.clear()

    def _kept_or_pending(self, key: Hashable) -> "_Kept | tuple[Future[object], bool]":
        """What is kept; else the answer under way for `key`, and whether the caller has to ask."""
        with self._lock:
            answered_at, answer = self._kept.get(key, (float("-inf"), None))
            if self._clock() < answered_at + self._seconds:
                return _Kept(answer)
            pending = self._pending.get(key)
            if pending is not None:
                return pending, False
            pending = self._pending[key] = Future[object]()
            # Once it runs it can't be cancelled: a task that waits and is cancelled must not cancel it for the others.
            pending.set_running_or_notify_cancel()
            return pending, True

    def _answered(self, key: Hashable, pending: Future[object], answer: object) -> None:
        with self._lock:
            # After `forget` this is no longer the answer under way for its key, and what it brings is old.
            if self._pending.get(key) is pending:
                del self._pending[key]
                if self._seconds > 0:
                    self._kept[key] = (self._clock(), answer)
        pending.set_result(answer)

    def _failed(self, key: Hashable, pending: Future[object], error: BaseException) -> None:
        with self._lock:
            if self._pending.get(key) is pending:
                del self._pending[key]
        pending.set_exception(error if isinstance(error, Exception) else _AbandonedError())


class _Kept:
    """A kept answer, which may be None."""

    def __init__(self, answer: Any) -> None:
        self.answer: object = answer
