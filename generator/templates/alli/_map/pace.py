"""When the next call may begin. Numbers in, numbers out; one pace for all workers."""

from __future__ import annotations

import random

__all__ = ["Pace"]

FIRST_PAUSE = 1.0
"""Seconds that all workers pause after a refusal without `Retry-After`; doubled for each further refusal of the same row."""
LONGEST_PAUSE = 60.0
"""Most seconds of such a pause."""


class Pace:
    """Spreads calls evenly over time, and holds all of them while the service asks for a pause.

    Args:
        per_minute: calls that may begin in a minute; None for any number.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._interval = 0.0 if per_minute is None else 60.0 / per_minute
        self._next_at = 0.0  # `time.monotonic()` at which the next call may begin

    def seconds_until_next(self, now: float) -> float:
        """Seconds until a call may begin; 0 when it may begin now."""
        return max(0.0, self._next_at - now)

    def begin(self, now: float) -> None:
        """A call begins."""
        self._next_at = max(now, self._next_at) + self._interval

    def hold(self, now: float, seconds: float) -> None:
        """No call begins for `seconds`."""
        self._next_at = max(self._next_at, now + seconds)


def pause_after(refusals: int) -> float:
    """Seconds to pause after the service has refused a row `refusals` times and did not say for how long."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (refusals - 1)) * (1 - 0.2 * random.random())
