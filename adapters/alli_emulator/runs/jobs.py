"""An app at work: its steps go into a turn."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from alli_emulator.apps.model import App, AppRun
from alli_emulator.runs.app_steps import steps_of
from alli_emulator.runs.turns import Turn

__all__ = ["Job"]


@dataclass(slots=True)
class Job:
    """An app about to run. `stays_open`: the conversation goes on after this turn, unless the app ends it."""

    app: App
    run: AppRun
    turn: Turn
    stays_open: bool

    async def steps(self) -> AsyncGenerator[None, None]:
        """Lets the app answer into `turn`, and comes by after each step. The turn is finished at the end."""
        async with aclosing(steps_of(self.app, self.run)) as steps:
            async for step in steps:
                self.turn.add(step)
                yield
        self.turn.finish(stays_open=self.stays_open)

    async def finish(self) -> None:
        """Lets the app answer to its end."""
        async for _ in self.steps():
            pass
