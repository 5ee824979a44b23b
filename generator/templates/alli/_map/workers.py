"""Where the calls of `apps.map` run: threads, or tasks. A pair of one shape; the loop in running.py.jinja uses either."""

from __future__ import annotations

import os
import queue
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from .._http.concurrency import in_thread
from ..errors import ConfigurationError, InvalidArgumentError

if TYPE_CHECKING:
    import asyncio

__all__ = ["END", "AsyncRows", "AsyncWorkers", "Rows", "Workers"]

T = TypeVar("T")

END: Final = object()
"""What `next` of the rows gives after the last one."""

_TURN_EVERY = 100
"""Rows after which other tasks get a turn of the event loop, where many rows are passed over."""


class Rows:
    """Takes rows one by one from what the caller gave, in the caller's thread."""

    def __init__(self, rows: Iterable[object]) -> None:
        if isinstance(rows, (str, bytes)) or not isinstance(rows, Iterable):
            raise InvalidArgumentError(f"apps.map: rows must be an iterable of rows, not {type(rows).__name__}")
        self._rows: Iterator[object] = iter(rows)

    def next(self) -> object:
        """The next row, or END."""
        return next(self._rows, END)


class AsyncRows:
    """As `Rows`, also from an asynchronous iterable."""

    def __init__(self, rows: Iterable[object] | AsyncIterable[object]) -> None:
        self._later: AsyncIterator[object] | None = aiter(rows) if isinstance(rows, AsyncIterable) else None
        self._rows = Rows(()) if isinstance(rows, AsyncIterable) else Rows(rows)
        self._count = 0

    async def next(self) -> object:
        """The next row, or END."""
        if self._later is not None:
            return await anext(self._later, END)
        self._count += 1
        if self._count % _TURN_EVERY == 0:
            import asyncio

            await asyncio.sleep(0)
        return self._rows.next()


class _OneProcess:
    """Refuses to go on in a forked process, which would send the rows a second time."""

    def __init__(self) -> None:
        self._process = os.getpid()

    def _refuse_fork(self) -> None:
        if self._process != os.getpid():
            raise ConfigurationError("apps.map: this is a forked process; its parent goes on with the rows")


class Workers(_OneProcess, Generic[T]):
    """Runs calls in threads that don't keep the process alive."""

    def __init__(self) -> None:
        super().__init__()
        self._ended: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def start(self, action: Callable[[], T]) -> None:
        """Runs `action` in the caller's context."""
        self._refuse_fork()
        from contextvars import copy_context

        context = copy_context()

        def run() -> None:
            try:
                self._ended.put((context.run(action), None))
            except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
                self._ended.put((None, error))

        in_thread(run)

    def next(self, seconds: float | None) -> T | None:
        """What the next call to end gives, or raises; None when none ends within `seconds`."""
        self._refuse_fork()
        try:
            given, error = self._ended.get(timeout=seconds)
        except queue.Empty:
            return None
        if error is not None:
            raise error
        return given

    def next_ended(self) -> T | None:
        """As `next`, without waiting."""
        return self.next(0)

    def run_blocking(self, action: Callable[[], None]) -> None:
        """Runs `action`, which may take a while."""
        action()

    def close(self) -> None:
        """Leaves calls in use to their threads: a run can't be called back, and its outcome is still noted."""


class AsyncWorkers(_OneProcess, Generic[T]):
    """Runs calls in tasks."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: set[asyncio.Task[T]] = set()
        self._ended: deque[asyncio.Task[T]] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def start(self, action: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Runs `action` in a task."""
        self._refuse_fork()
        import asyncio

        task = asyncio.create_task(action())
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        self._ended.append(task)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def next(self, seconds: float | None) -> T | None:
        """As `Workers.next`."""
        self._refuse_fork()
        import asyncio

        if not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(seconds):
                    await self._waiter
            except TimeoutError:
                return None
            finally:
                self._waiter = None
        return self._ended.popleft().result()

    def next_ended(self) -> T | None:
        """As `Workers.next_ended`."""
        return self._ended.popleft().result() if self._ended else None

    async def run_blocking(self, action: Callable[[], None]) -> None:
        """Runs `action` in a thread, so that the event loop goes on. It goes on itself where the wait for it is cancelled."""
        import asyncio
        from concurrent.futures import Future

        future: Future[None] = Future()

        def run() -> None:
            try:
                action()
            except BaseException as error:  # noqa: BLE001  (handed to the task that waits)
                future.set_exception(error)
            else:
                future.set_result(None)

        in_thread(run)
        waiting = asyncio.wrap_future(future)
        # Where nobody waits any more, asyncio would report an error as never retrieved.
        waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(waiting)

    async def aclose(self) -> None:
        """Cancels calls in use, which closes their connections, and waits for that."""
        import asyncio

        tasks: list[asyncio.Task[Any]] = [*self._tasks, *self._ended]
        for task in tasks:
            task.cancel()
        # Also of those that have ended, so that asyncio reports no error as never retrieved.
        await asyncio.gather(*tasks, return_exceptions=True)
