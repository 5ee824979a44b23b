"""Answers of the service, kept for a while and asked for once at a time. Knows neither apps nor HTTP.

Agents are often built per request, so many threads and tasks want the same list at the same moment. The first of them asks,
the others wait for its answer or its error. An answer is kept for a while, an error is not.
"""

import threading
import time
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from typing import TypeVar, cast

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
        # Key → until when its answer is kept, and the answer, which has come; key → the answer under way.
        self._kept: dict[Hashable, tuple[float, Future[object]]] = {}
        self._pending: dict[Hashable, Future[object]] = {}

    async def answer(self, way: Way, key: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        """The answer for `key`, from `ask` unless there is one. Raises what `ask` raises, to all who wait for it.

        When the one who asks is cancelled or interrupted, one of those that wait asks in its place.
        """
        while True:
            pending, must_ask = self._kept_or_pending(key)
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

    def _kept_or_pending(self, key: Hashable) -> tuple[Future[object], bool]:
        """The answer that is kept, else the one under way for `key`; and whether the caller has to ask."""
        with self._lock:
            until, found = self._kept.get(key, (0.0, None))
            if found is None or self._clock() >= until:
                found = self._pending.get(key)
            if found is not None:
                return found, False
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
                    self._kept[key] = (self._clock() + self._seconds, pending)
        pending.set_result(answer)

    def _failed(self, key: Hashable, pending: Future[object], error: BaseException) -> None:
        with self._lock:
            if self._pending.get(key) is pending:
                del self._pending[key]
        pending.set_exception(error if isinstance(error, Exception) else _AbandonedError())
