"""An app's function at work: run in a thread, step by step, into a turn."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from anyio import to_thread

from alli_emulator.apps import App, AppRun, Reply, Step
from alli_emulator.turns import Turn

__all__ = ["Job"]

_T = TypeVar("_T")


@dataclass(slots=True)
class Job:
    """An app about to run. `stays_open`: the conversation goes on after this turn, unless the app ends it."""

    app: App
    run: AppRun
    turn: Turn
    stays_open: bool

    async def steps(self) -> AsyncGenerator[None, None]:
        """Lets the app answer into `turn`, and comes by after each step. The turn is finished at the end."""
        async with aclosing(_steps_of(self.app, self.run)) as steps:
            async for step in steps:
                self.turn.add(step)
                yield
        self.turn.finish(stays_open=self.stays_open)

    async def finish(self) -> None:
        """Lets the app answer to its end."""
        async for _ in self.steps():
            pass


async def _steps_of(app: App, run: AppRun) -> AsyncGenerator[Step, None]:
    """Each step of the app's answer, as soon as the app gives it.

    A function that blocks keeps its thread, not the server: when the caller is cancelled the thread is left to itself.
    """
    answer = await _in_thread(lambda: app.handler(run))
    if isinstance(answer, str | Reply):
        yield answer
        return
    iterator: Iterator[Step] = iter(answer)
    while True:
        step = await _in_thread(lambda: next(iterator, None))
        if step is None:
            return
        yield step


async def _in_thread(call: Callable[[], _T]) -> _T:
    return await to_thread.run_sync(call, abandon_on_cancel=True)
