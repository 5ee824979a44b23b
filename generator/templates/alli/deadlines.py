"""Time limits of the steps of one attempt, cut to what the deadline of the call leaves. Numbers in, numbers out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

__all__ = ["StepTimeouts"]


class StepTimeouts(dict[str, float]):
    """Seconds for connect, read, write and pool, each cut to what the deadline leaves when the step begins.

    The HTTP library asks for each when its step begins, so a slow connect leaves less for the read.
    """

    def __init__(self, steps: Mapping[str, float | None], deadline_at: float) -> None:
        super().__init__({name: seconds for name, seconds in steps.items() if seconds is not None})
        self._deadline_at = deadline_at

    def get(self, key: str, default: Any = None) -> Any:
        return max(0.001, min(super().get(key, float("inf")), self._deadline_at - time.monotonic()))
