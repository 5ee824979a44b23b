"""Where a connection may be touched, and how many may be in use: pairs of one shape, as those of concurrency.py."""

from __future__ import annotations

import math
import os
import queue
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import APIConnectionError
from .concurrency import running_loop

if TYPE_CHECKING:
    import asyncio

__all__ = ["Action", "AsyncAction", "AsyncPlace", "AsyncSlots", "Place", "Slots"]

Action: TypeAlias = Callable[[], object]
"""What is done to a connection where it may be touched."""
AsyncAction: TypeAlias = Callable[[], Coroutine[Any, Any, object]]
"""As `Action`, awaited."""


class Slots:
    """Limits how many connections are in use at a time; further requests wait for a free one."""

    def __init__(self, count: int) -> None:
        self._new = iter(range(count))  # slots that were never taken
        # A semaphore of the standard library takes ten times as long.
        self._free = queue.SimpleQueue[None]()

    def take(self, seconds: float | None) -> bool:
        """Whether a slot was free within so many seconds; None waits for as long as it takes."""
        try:
            self._free.get_nowait()
        except queue.Empty:
            if next(self._new, None) is None:
                return self._is_freed_within(seconds)
        return True

    def _is_freed_within(self, seconds: float | None) -> bool:
        until = math.inf if seconds is None else time.monotonic() + seconds
        try:
            self._free.get(timeout=seconds)
        except queue.Empty:
            return False
        if time.monotonic() > until:
            # This thread's turn came late. Who waited for the call may have given up, so that nothing must be sent any more.
            self.free()
            return False
        return True

    def free(self) -> None:
        """Gives a slot back; from any thread."""
        self._free.put(None)


class AsyncSlots:
    """As `Slots`, awaited; for one event loop, in whose thread slots are given back."""

    def __init__(self, count: int) -> None:
        import asyncio

        self._free = asyncio.BoundedSemaphore(count)

    async def take(self, seconds: float | None) -> bool:
        """As `Slots.take`."""
        if not self._free.locked():
            return await self._free.acquire()  # without a wait, and without the cost of a timeout
        import asyncio

        try:
            async with asyncio.timeout(seconds):
                return await self._free.acquire()
        except TimeoutError:
            return False

    def free(self) -> None:
        """Gives a slot back."""
        self._free.release()


class _InProcess:
    __slots__ = ("_process",)

    def __init__(self) -> None:
        self._process = os.getpid()

    def check(self, where: str) -> None:
        """Raises where this is a forked process, which would take bytes that its parent waits for.

        Args:
            where: opens the message.
        """
        if self._process != os.getpid():
            raise APIConnectionError(
                f"{where}: this is a forked process; the answer is for its parent to read", request_sent=True
            )


class Place(_InProcess):
    """Where a connection may be touched: in the process that made it, in any of its threads."""

    __slots__ = ()

    is_elsewhere = False
    """Whether an event loop that runs in another thread has it."""

    def act(self, action: Callable[[], object]) -> None:
        """Calls `action`, which must not wait, unless this is a forked process: the connection is its parent's."""
        if self._process == os.getpid():
            action()

    def finish(self, action: Action) -> None:
        """The same for an action that may wait."""
        self.act(action)


class AsyncPlace(_InProcess):
    """Where a connection may be touched: in its process, and in the thread of its event loop."""

    __slots__ = ("_loop",)

    def __init__(self) -> None:
        super().__init__()
        self._loop = running_loop()

    @property
    def is_elsewhere(self) -> bool:
        """Whether an event loop that runs in another thread has it."""
        return self._process == os.getpid() and self._loop.is_running() and not _is_running_here(self._loop)

    def check(self, where: str) -> None:
        """Raises where this is a forked process, or another event loop."""
        super().check(where)
        if not _is_running_here(self._loop):
            raise APIConnectionError(
                f"{where}: the answer came in another event loop, and can only be read there", request_sent=True
            )

    def act(self, action: Callable[[], object]) -> None:
        """Calls `action`, here or soon in the thread of the event loop; not in a forked process, nor when the loop is closed."""
        if self._process != os.getpid():
            return
        if _is_running_here(self._loop):
            action()
        else:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(action)

    def finish(self, action: AsyncAction) -> None:
        """The same for a coroutine function, as a task."""
        self.act(partial(_begin, self._loop, action))


def _is_running_here(loop: asyncio.AbstractEventLoop) -> bool:
    import asyncio

    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


_unfinished: set[asyncio.Task[object]] = set()
"""Tasks of `AsyncPlace.finish`, which an event loop itself would not keep."""


def _begin(loop: asyncio.AbstractEventLoop, action: AsyncAction) -> None:
    task = loop.create_task(action())
    _unfinished.add(task)
    task.add_done_callback(_unfinished.discard)
