"""Time limits: of the steps of one attempt, cut to what the deadline of the call leaves, and alarms for what no step's limit ends."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

__all__ = ["Alarm", "AsyncAlarm", "StepTimeouts", "longest_answer", "seconds_until"]

_LEAST_SECONDS = 0.001
"""What is left once the deadline has passed: 0 would make sockets return at once, and less is refused."""

ANSWER_READS = 10
"""How many times the read timeout a whole answer may take, so that one which comes byte by byte ends as well."""

IDLE_SECONDS = 10.0
"""How long the thread of the alarms waits for another one before it ends."""


def seconds_until(deadline_at: float) -> float:
    """Seconds until a time of `time.monotonic()`, for use as a timeout: never 0 or less."""
    return max(_LEAST_SECONDS, deadline_at - time.monotonic())


def longest_answer(steps: Mapping[str, float | None]) -> float | None:
    """Seconds that one attempt may take from its beginning to the end of an answer that is read whole; None for no limit.

    Args:
        steps: seconds for connect, read, write and pool; the user of an HTTP client may have set none.
    """
    read = steps.get("read")
    return None if read is None else ANSWER_READS * read


class StepTimeouts(dict[str, float]):
    """Seconds for connect, read, write and pool, each cut to what the deadline leaves when the step begins.

    The HTTP library asks for each when its step begins, so a slow connect leaves less for the read.

    Attributes:
        are_shared: others wait on the same connection, which a timeout would end for them too. Reads are then not cut.
    """

    def __init__(self, steps: Mapping[str, float | None], deadline_at: float) -> None:
        super().__init__({name: seconds for name, seconds in steps.items() if seconds is not None})
        self._deadline_at = deadline_at
        self.are_shared = False

    def get(self, key: str, default: Any = None) -> Any:
        if self.are_shared and key != "pool":
            return super().get(key, default)
        return min(super().get(key, math.inf), seconds_until(self._deadline_at))


class Alarm:
    """Calls `action` once, from another thread, when `seconds` have passed, unless stopped first.

    All alarms of a process share one thread, so `action` must neither wait nor raise.
    """

    __slots__ = ("action", "at", "has_fired")

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        self.at = time.monotonic() + max(0.0, seconds)
        self.action = action
        self.has_fired = False
        _alarms.add(self)

    def stop(self) -> None:
        _alarms.remove(self)


class AsyncAlarm:
    """Calls `action` once, from the running event loop, when `seconds` have passed, unless stopped first."""

    __slots__ = ("_action", "_handle", "has_fired")

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        import asyncio

        self._action = action
        self.has_fired = False
        self._handle = asyncio.get_running_loop().call_later(max(0.0, seconds), self._ring)

    def stop(self) -> None:
        self._handle.cancel()

    def _ring(self) -> None:
        self.has_fired = True
        self._action()


class _Alarms:
    """The alarms that are set, and the thread that rings them: it begins with the first and ends when there were none for a while."""

    def __init__(self) -> None:
        self._set: set[Alarm] = set()
        # Made when first needed: what patches threads, as gevent does, may come after the import. Of two made at once the first counts.
        self._changed: list[threading.Condition] = []
        self._is_running = False
        self._wakes_at = math.inf

    def add(self, alarm: Alarm) -> None:
        self._set.add(alarm)
        if self._is_running and alarm.at >= self._wakes_at:
            return
        if not self._changed:
            self._changed.append(threading.Condition())
        changed = self._changed[0]
        with changed:
            if self._is_running:
                changed.notify()
                return
            try:
                thread = threading.Thread(target=self._ring, args=(changed,), name="alli-alarms", daemon=True)
                self._wakes_at = -math.inf
                self._is_running = True
                thread.start()
            except RuntimeError:
                self._is_running = False  # the interpreter is shutting down; the timeouts of the steps still hold

    def remove(self, alarm: Alarm) -> None:
        self._set.discard(alarm)

    def _ring(self, changed: threading.Condition) -> None:
        with changed:
            idle_since = time.monotonic()
            while True:
                self._wakes_at = math.inf  # until it is known, whoever adds one waits for the lock and notifies
                now = time.monotonic()
                if self._ring_those_due(now):
                    idle_since = now
                elif now - idle_since >= IDLE_SECONDS:
                    self._is_running = False
                    return
                earliest = min((alarm.at for alarm in list(self._set)), default=math.inf)
                self._wakes_at = min(earliest, now + IDLE_SECONDS)
                changed.wait(max(0.0, self._wakes_at - time.monotonic()))

    def _ring_those_due(self, now: float) -> bool:
        """Whether any alarm was set. A frame apart: while the thread waits, no variable may keep an alarm, and so a call, alive."""
        waiting = sorted(self._set.copy(), key=lambda alarm: alarm.at)  # late ones too ring in their order
        for alarm in waiting:
            if alarm.at <= now and alarm in self._set:
                self._set.discard(alarm)
                alarm.has_fired = True
                with suppress(Exception):  # one that fails must not silence the others
                    alarm.action()
        return bool(waiting)


_alarms: Final = _Alarms()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_alarms.__init__)  # type: ignore[misc]  # threads do not survive a fork
