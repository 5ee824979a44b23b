"""An app's function at work: run in a thread, or awaited, step by step, into a turn."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar, cast

from anyio import to_thread

from alli_emulator.apps import Answer, App, AppRun, AsyncAnswer, Reply, Step
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

    Raises:
        TypeError: the app answers something else than text and `Reply`.
    """
    answer = await _answer_of(app, run)
    if isinstance(answer, AsyncIterable):
        async with AsyncExitStack() as stack:
            if isinstance(answer, AsyncGenerator):
                # A client that leaves is the app's moment to clean up.
                await stack.enter_async_context(aclosing(cast(AsyncGenerator[Step, None], answer)))
            async for step in answer:
                yield _checked(app, step)
        return
    if isinstance(answer, str | Reply) or not isinstance(answer, Iterable):
        yield _checked(app, answer)
        return
    iterator: Iterator[Step] = iter(answer)
    while (found := await _in_thread(lambda: list(islice(iterator, 1)))) != []:
        yield _checked(app, found[0])


async def _answer_of(app: App, run: AppRun) -> Answer | AsyncIterable[Step]:
    if inspect.iscoroutinefunction(app.handler) or inspect.isasyncgenfunction(app.handler):
        answer: Answer | AsyncAnswer = app.handler(run)
    else:
        answer = await _in_thread(lambda: app.handler(run))
    return await answer if isinstance(answer, Awaitable) else answer


def _checked(app: App, step: object) -> Step:
    if isinstance(step, str | Reply):
        return step
    raise TypeError(f"app {app.name!r} answered {type(step).__name__}; it must return or yield text or Reply")


async def _in_thread(call: Callable[[], _T]) -> _T:
    return await to_thread.run_sync(call, abandon_on_cancel=True)
