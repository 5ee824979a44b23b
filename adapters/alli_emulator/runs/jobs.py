"""An app at work: its steps go into a turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from alli_emulator.apps.model import App, AppFailure, AppRun
from alli_emulator.runs.app_errors import AppCrash, AppErrors
from alli_emulator.runs.app_steps import steps_of
from alli_emulator.runs.turns import Turn

__all__ = ["Job"]


@dataclass(slots=True)
class Job:
    """An app about to run.

    Attributes:
        stays_open: the conversation goes on after this turn, unless the app ends it.
        pauses: seconds before each step; none where it ends.
        errors: takes what the app raises, but for `AppFailure`, and unless the app may fail.
    """

    app: App
    run: AppRun
    turn: Turn
    stays_open: bool
    errors: AppErrors
    pauses: Iterator[float] = field(default_factory=lambda: iter(()))

    async def steps(self) -> AsyncGenerator[None, None]:
        """Lets the app answer into `turn`, and yields after each step. The turn is finished at the end.

        Raises:
            AppFailure: the app raised it.
            AppCrash: the app raised anything else.
        """
        try:
            with self.errors.watching(self.app):
                async with aclosing(steps_of(self.app, self.run, self.errors)) as steps:
                    async for step in steps:
                        if pause := next(self.pauses, 0):
                            await asyncio.sleep(pause)
                        self.turn.add(step)
                        yield
        except (AppFailure, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:
            # Also for what is not an Exception, such as what pytest.fail() raises: it must not end the server.
            raise AppCrash(error) from error
        self.turn.finish(stays_open=self.stays_open)

    async def finish(self) -> None:
        """Lets the app answer to its end."""
        async for _ in self.steps():
            pass
