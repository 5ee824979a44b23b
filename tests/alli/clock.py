"""Time that passes when a test says so."""

from __future__ import annotations

import asyncio
import time

import pytest

__all__ = ["Clock"]


class Clock:
    """The monotonic clock of this process, which tests put forward. Pauses do that too, instead of waiting.

    What waits for a socket or an event really waits for it, so limits in such tests are of many seconds.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        real, real_sleep = time.monotonic, asyncio.sleep
        monkeypatch.setattr(time, "monotonic", lambda: real() + self._ahead)
        monkeypatch.setattr(time, "sleep", self.forward)

        async def sleep(seconds: float) -> None:
            self.forward(seconds)
            await real_sleep(0)

        monkeypatch.setattr(asyncio, "sleep", sleep)

    def forward(self, seconds: float) -> None:
        """So much later it is now."""
        self._ahead += seconds
