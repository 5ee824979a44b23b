"""How long to wait before asking again. Numbers in, numbers out."""

from __future__ import annotations

import random
import sys
import time

from ..errors import InvalidArgumentError, WaitTimeoutError

__all__ = ["Pauses", "check_seconds"]

GROWTH = 1.5
"""Each pause is so many times as long as the one before."""
LONGEST = 10.0
"""Most seconds between two questions, unless the first pause is longer."""
JITTER = 0.2
"""Part of a pause that is random, so that many waits don't ask at once."""


def check_seconds(where: str, seconds: object) -> None:
    """Checks a time that a caller passed.

    Raises:
        InvalidArgumentError: it is not a number above 0 that a clock can be set to.
    """
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not 0 < seconds <= sys.float_info.max:  # type: ignore[operator]
        raise InvalidArgumentError(f"{where} must be a number of seconds above 0")


class Pauses:
    """The pauses of one wait.

    Args:
        where: opens error messages, e.g. "documents.wait".
        first: seconds before the second question.
        timeout: seconds after which to give up; None for never.
        advice: what to do after the timeout, for its error.

    Raises:
        InvalidArgumentError: `first` or `timeout` is not a number above 0.
    """

    def __init__(self, where: str, first: float, timeout: float | None, advice: str) -> None:
        check_seconds(f"{where}: interval", first)
        if timeout is not None:
            check_seconds(f"{where}: timeout", timeout)
        self._where = where
        self._next = float(first)
        self._longest = max(LONGEST, self._next)
        self._timeout = timeout
        self._ends_at = None if timeout is None else time.monotonic() + timeout
        self._advice = advice

    def next(self) -> float:
        """Seconds to wait now.

        Raises:
            WaitTimeoutError: the time is up.
        """
        pause = self._next * (1 - JITTER * random.random())
        self._next = min(self._longest, self._next * GROWTH)
        if self._ends_at is None:
            return pause
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError(
                f"{self._where}: not finished after {self._timeout:g} s, and still in progress; {self._advice}"
            )
        return min(pause, left)
