"""What was asked of the service, kept for a while and asked once at a time. Knows neither apps nor HTTP.

Agents are often built per request, so many threads and tasks want one list at one moment. The first of them asks, the
others wait for its answer, or for its error. An answer is kept for a time, an error is not.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

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
        self._flights: dict[Hashable, Future[object]] = {}

    def get(self, key: Hashable, ask: Callable[[], _T]) -> _T:
        """The answer for `key`, from `ask` unless there is one. Raises what `ask` raises, to all who wait for it."""
        while True:
            found = self._board(key)
            if isinstance(found, _Kept):
                return cast("_T", found.answer)
            flight, leads = found
            if leads:
                try:
                    answer = ask()
                except BaseException as error:
                    self._crash(key, flight, error)
                    raise
                self._land(key, flight, answer)
                return answer
            try:
                return cast("_T", flight.result())
            except _AbandonedError:
                continue

    async def aget(self, key: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        """As `get`, awaited. When the task that asks is cancelled, one of those that wait asks in its place."""
        while True:
            found = self._board(key)
            if isinstance(found, _Kept):
                return cast("_T", found.answer)
            flight, leads = found
            if leads:
                try:
                    answer = await ask()
                except BaseException as error:
                    self._crash(key, flight, error)
                    raise
                self._land(key, flight, answer)
                return answer
            try:
                return cast("_T", await asyncio.wrap_future(flight))
            except _AbandonedError:
                continue

    def forget(self) -> None:
        """Keep nothing: the next to ask gets a new answer, and none that was asked for before now."""
        with self._lock:
            self._kept.clear()
            self._flights.clear()

    def _board(self, key: Hashable) -> "_Kept | tuple[Future[object], bool]":
        """What is kept; else the flight for `key`, and whether the caller has to ask."""
        with self._lock:
            answered_at, answer = self._kept.get(key, (float("-inf"), None))
            if self._clock() < answered_at + self._seconds:
                return _Kept(answer)
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Future[object]()
            # Once it runs it can't be cancelled: a task that waits and is cancelled must not cancel it for the others.
            flight.set_running_or_notify_cancel()
            return flight, True

    def _land(self, key: Hashable, flight: Future[object], answer: object) -> None:
        with self._lock:
            # After `forget` this flight is no longer the one of its key, and what it brings is old.
            if self._flights.get(key) is flight:
                del self._flights[key]
                if self._seconds > 0:
                    self._kept[key] = (self._clock(), answer)
        flight.set_result(answer)

    def _crash(self, key: Hashable, flight: Future[object], error: BaseException) -> None:
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]
        flight.set_exception(error if isinstance(error, Exception) else _AbandonedError())


class _Kept:
    """An answer, told apart from None."""

    def __init__(self, answer: Any) -> None:
        self.answer: object = answer
