"""When the next call may begin. Numbers in, numbers out; one pace for all workers."""

from __future__ import annotations

import random

__all__ = ["Pace"]

FIRST_PAUSE = 1.0
"""Seconds that all workers pause after a refusal without `Retry-After`; doubled for each further refusal of the same row."""
LONGEST_PAUSE = 60.0
"""Most seconds of such a pause."""


class Pace:
    """Spreads calls evenly over time, and slows down all of them while the service refuses some.

    A refusal holds all calls for as long as the service asks. Then only a quarter as many run at a time, or each pause would end with as many
    refusals as there are workers; answers bring back the rest, quickly up to the half.

    Args:
        per_minute: calls that may begin in a minute; None for any number.
        most: calls that may run at a time.
    """

    def __init__(self, per_minute: float | None, most: int) -> None:
        self._interval = 0.0 if per_minute is None else 60.0 / per_minute
        self._next_at = 0.0  # `time.monotonic()` at which the next call may begin
        self._most = most
        self._limit = float(most)
        self._half = float(most)  # where the limit begins to grow slowly
        self._slowed_at = 0.0  # `time.monotonic()` of the last change to a lower limit

    def allows(self, running: int) -> bool:
        """Whether another call may run beside those that do."""
        return running < int(self._limit)

    def seconds_until_next(self, now: float) -> float:
        """Seconds until a call may begin; 0 when it may begin now."""
        return max(0.0, self._next_at - now)

    def begin(self, now: float) -> None:
        """A call begins."""
        self._next_at = max(now, self._next_at) + self._interval

    def refused(self, began_at: float, now: float, seconds: float) -> None:
        """A call was refused that began at `began_at`: no call begins for `seconds`."""
        self._next_at = max(self._next_at, now + seconds)
        if began_at >= self._slowed_at:  # those that ran beside it were sent too fast together, which counts once
            self._half, self._limit = max(1.0, self._limit / 2), max(1.0, self._limit / 4)
            self._slowed_at = now

    def answered(self) -> None:
        """A call was not refused."""
        self._limit = min(self._most, self._limit + (1 if self._limit < self._half else 1 / self._limit))


def pause_after(refusals: int) -> float:
    """Seconds to pause after the service has refused a row `refusals` times and did not say for how long."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (refusals - 1)) * (1 - 0.2 * random.random())
