"""An app's function read step by step: in a thread if it may block, on the loop if it is `async`."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing
from typing import TypeGuard, cast

from anyio import to_thread

from alli_emulator.apps.model import Answer, App, AppRun, AsyncAnswer, Reply, Step
from alli_emulator.runs.app_errors import AppErrors

__all__ = ["steps_of"]

AHEAD = 64
"""How many steps a function may be ahead of what is sent."""


async def steps_of(app: App, run: AppRun, errors: AppErrors) -> AsyncGenerator[Step, None]:
    """Each step of the app's answer, as soon as the app gives it.

    Where the caller stops asking, an `async` app is closed, and one in a thread when it comes to its next step: a
    function that blocks keeps its thread, not the server, and `errors` takes what it raises then.

    Raises:
        TypeError: the app answers something else than text and `Reply`. Anything the app raises comes through.
    """
    answer: Answer | AsyncAnswer | None
    if inspect.iscoroutinefunction(app.handler) or inspect.isasyncgenfunction(app.handler):
        answer = app.handler(run)
    else:
        reader = _ThreadReader(app, run, errors)
        async with aclosing(reader.steps()) as steps:
            async for step in steps:
                yield _checked(app, step)
        answer = reader.left
    if isinstance(answer, Awaitable):
        answer = await answer
    if isinstance(answer, AsyncIterable):
        async with AsyncExitStack() as stack:
            if isinstance(answer, AsyncGenerator):
                # A client that leaves is the app's moment to clean up.
                await stack.enter_async_context(aclosing(cast(AsyncGenerator[Step, None], answer)))
            async for step in answer:
                yield _checked(app, step)
    elif answer is not None or inspect.iscoroutinefunction(app.handler):
        for step in _parts(answer):
            yield _checked(app, step)


def _parts(answer: object) -> Iterable[object]:
    return answer if _has_parts(answer) else [answer]


def _has_parts(answer: object) -> TypeGuard[Iterable[object]]:
    # The keys of a dict would be an answer that nobody meant.
    return isinstance(answer, Iterable) and not isinstance(answer, str | bytes | Mapping)


def _checked(app: App, step: object) -> Step:
    if isinstance(step, str | Reply):
        return step
    raise TypeError(f"app {app.name!r} answered {type(step).__name__}; it must return or yield text or Reply")


class _ThreadReader:
    """Calls a function and reads its steps, all in one thread, and hands them to the loop.

    The thread wakes the loop only where the loop waits: a quick app's steps then cost no switch of threads each.

    Attributes:
        left: what the function returned if only the loop can read it: a coroutine, or an async generator.
    """

    def __init__(self, app: App, run: AppRun, errors: AppErrors) -> None:
        self.left: AsyncAnswer | None = None
        self._app = app
        self._run = run
        self._errors = errors
        self._loop = asyncio.get_running_loop()
        self._room = threading.Semaphore(AHEAD)
        # Mutable, by both threads: one operation each, so that no lock is needed.
        self._ready: deque[object] = deque()
        self._is_waited_for = False
        self._arrived = asyncio.Event()
        self._is_left = False

    async def steps(self) -> AsyncGenerator[object, None]:
        """What the function gives; raises what it raises."""
        thread = asyncio.ensure_future(to_thread.run_sync(self._read, abandon_on_cancel=True))
        thread.add_done_callback(lambda _: self._arrived.set())
        try:
            while True:
                while not self._ready and not thread.done():
                    await self._wait()
                if not self._ready:
                    break
                yield self._ready.popleft()
                self._room.release()
            await thread
        finally:
            self._is_left = True
            self._room.release()
            thread.cancel()

    async def _wait(self) -> None:
        self._arrived.clear()
        self._is_waited_for = True
        # What came before the flag was up, came without a call.
        if not self._ready:
            await self._arrived.wait()
        self._is_waited_for = False

    def _read(self) -> None:
        with self._errors.watching(self._app):
            self._read_steps()

    def _read_steps(self) -> None:
        answer = self._app.handler(self._run)
        if isinstance(answer, Awaitable | AsyncIterable):
            self.left = answer
            return
        for step in _parts(answer):
            self._room.acquire()
            if self._is_left:
                return
            self._ready.append(step)
            if self._is_waited_for:
                self._loop.call_soon_threadsafe(self._arrived.set)
