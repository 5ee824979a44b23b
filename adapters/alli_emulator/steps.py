"""Runs an app's function in a thread and gives its steps as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from anyio import to_thread

from alli_emulator.apps import App, AppRun, Reply, Step

__all__ = ["steps_of"]

_T = TypeVar("_T")


async def steps_of(app: App, run: AppRun) -> AsyncIterator[Step]:
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
