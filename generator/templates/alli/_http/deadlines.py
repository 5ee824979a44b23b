"""Time limits of the steps of one attempt, cut to what the deadline of the call leaves. Numbers in, numbers out."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

__all__ = ["StepTimeouts", "seconds_until"]

_LEAST_SECONDS = 0.001
"""What is left once the deadline has passed: 0 would make sockets return at once, and less is refused."""


def seconds_until(deadline_at: float) -> float:
    """Seconds until a time of `time.monotonic()`, for use as a timeout: never 0 or less."""
    return max(_LEAST_SECONDS, deadline_at - time.monotonic())


class StepTimeouts(dict[str, float]):
    """Seconds for connect, read, write and pool, each cut to what the deadline leaves when the step begins.

    The HTTP library asks for each when its step begins, so a slow connect leaves less for the read.
    """

    def __init__(self, steps: Mapping[str, float | None], deadline_at: float) -> None:
        super().__init__({name: seconds for name, seconds in steps.items() if seconds is not None})
        self._deadline_at = deadline_at

    def get(self, key: str, default: Any = None) -> Any:
        return min(super().get(key, math.inf), seconds_until(self._deadline_at))
