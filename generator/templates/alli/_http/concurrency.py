"""What differs between sync and async beyond `await`, as pairs of one shape: sleep, deadline, a wait that can be ended.

asyncio is loaded where it is first needed, which in a program without a loop is never; with it, a first client takes a tenth longer.
Twin code calls the async name; the sync half gets the sync name from the generator's table of names.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, TypeVarTuple

from .._calls.deadlines import Alarm
from ..errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable

__all__ = [
    "AsyncWaiting",
    "Stopped",
    "Waiting",
    "abounded",
    "ashielded",
    "asleep",
    "bounded",
    "in_thread",
    "running_loop",
    "shielded",
    "sleep",
]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
A = TypeVar("A")

GRACE = 0.01
"""Seconds to wait beyond a deadline: the HTTP library's own timeouts end at it, and say more exactly what was waited for."""

MAX_IDLE_THREADS = 8
"""Threads that may wait for more work; one that finds so many waiting already ends instead."""

_idle_threads: list[queue.SimpleQueue[Callable[[], object]]] = []
"""What threads of `in_thread` take their next work from, while they have none."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle_threads.clear)  # threads do not survive a fork


def in_thread(work: Callable[[], object]) -> None:
    """Runs `work`, which must not raise, in a new thread that does not keep the process alive.

    Threads are used again, because starting one costs more than sending a request. A pool of the standard library would
    wait at the end of the process for a thread that was left behind in a read.
    """
    inbox: queue.SimpleQueue[Callable[[], object]] | None
    try:
        inbox = _idle_threads.pop()
    except IndexError:
        inbox = None
    # gevent may have put another class there since the last one was made.
    if inbox is None or type(inbox) is not queue.SimpleQueue:
        inbox = queue.SimpleQueue()
        try:
            threading.Thread(target=_work, args=(inbox,), name="alli-call", daemon=True).start()
        except RuntimeError:
            work()  # the interpreter is shutting down, and starts no thread any more
            return
    inbox.put(work)


def _work(inbox: queue.SimpleQueue[Callable[[], object]]) -> None:
    while True:
        inbox.get()()
        _idle_threads.append(inbox)
        if len(_idle_threads) > MAX_IDLE_THREADS:
            try:
                _idle_threads.remove(inbox)
            except ValueError:
                continue  # it has been given work in the meantime
            return


def bounded(
    action: Callable[[*Ts], T],
    cut: Callable[[*Ts], None],
    discard: Callable[[T], object],
    deadline_at: float | None,
    longest: float | None,
    *arguments: *Ts,
) -> T:
    """What `action` gives for the arguments, by the deadline.

    The HTTP library bounds each read of an answer's head, but not their sum, and a thread that connects can't be woken: so with a
    deadline, `action` runs in another thread, which is left behind (test_a_deadline_ends_a_call_wherever_it_stands).

    Args:
        action: runs in the caller's context.
        cut: called with the arguments, too; wakes `action` from its wait for an answer, if it waits for one.
        discard: called with what `action` gives when it is too late for it.
        deadline_at: `time.monotonic()` after which to give up; None for never.
        longest: seconds after which `cut` is called where there is no deadline; None for never.
        arguments: of `action`.

    Raises:
        TimeoutError: the deadline or `longest` passed. Else what `action` raises.
    """
    if deadline_at is None:
        return action(*arguments) if longest is None else _cut_after(action, cut, longest, *arguments)
    from concurrent.futures import Future

    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(action(*arguments))
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            future.set_exception(error)

    def give_up(late: Future[T]) -> None:
        if late.exception() is None:
            discard(late.result())

    in_thread(partial(copy_context().run, run))
    try:
        return future.result(max(0.0, deadline_at - time.monotonic()) + GRACE)
    except BaseException:
        if not future.done():
            cut(*arguments)
        # Called at once if the future is done by now: then its result came too late, or its error is the one being raised.
        future.add_done_callback(give_up)
        raise


def _cut_after(action: Callable[[*Ts], T], cut: Callable[[*Ts], None], seconds: float, *arguments: *Ts) -> T:
    alarm = Alarm(seconds, partial(cut, *arguments))
    try:
        return action(*arguments)
    except Exception as error:
        if alarm.has_fired:
            raise TimeoutError from error
        raise
    finally:
        alarm.stop()


async def abounded(
    action: Callable[[*Ts], Awaitable[T]],
    cut: Callable[[*Ts], None],
    discard: Callable[[T], object],
    deadline_at: float | None,
    longest: float | None,
    *arguments: *Ts,
) -> T:
    """As `bounded`, by cancelling the awaitable that `action` gives: nothing needs to be cut or discarded."""
    seconds = longest if deadline_at is None else deadline_at - time.monotonic() + GRACE
    if seconds is None:
        return await action(*arguments)
    import asyncio

    async with asyncio.timeout(seconds):
        return await action(*arguments)


class Stopped(Exception):
    """A wait was ended by `stop`."""


class Waiting(Generic[T]):
    """A wait for what `action` gives that another thread can end.

    A thread that reads can't be woken before there is an answer, so `action` runs in another one, which is left behind.

    Args:
        action: runs in the caller's context.
        discard: called with what `action` gives when nobody waits for it any more.
    """

    LEAVES_A_THREAD = True

    def __init__(self, action: Callable[[], T], discard: Callable[[T], object]) -> None:
        self._action = action
        self._discard = discard
        # A future would do the same, and takes as long as the change of threads itself.
        self._first = iter((True,))  # who takes this says how the wait ends
        self._end: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()

    def wait(self) -> T:
        """What `action` gives.

        Raises:
            Stopped: `stop` was called first. Else what `action` raises.
        """
        in_thread(partial(copy_context().run, self._run))
        return self._ended()()  # an error that a variable of this frame held would be in a circle with it

    def _ended(self) -> Callable[[], T]:
        try:
            return self._end.get()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the wait, from any thread; nothing happens when it is over already."""
        if next(self._first, False):
            self._end.put(partial(_raise, Stopped()))

    def _run(self) -> None:
        try:
            given = self._action()
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            if next(self._first, False):
                self._end.put(partial(_raise, error))
            return
        if next(self._first, False):
            self._end.put(lambda: given)
        else:
            self._discard(given)


def _raise(error: BaseException) -> NoReturn:
    try:
        raise error
    finally:
        del error  # as above


class AsyncWaiting(Generic[T]):
    """As `Waiting`, by cancelling what `action` gives to await. What `discard` gives is awaited."""

    LEAVES_A_THREAD = False

    def __init__(self, action: Callable[[], Awaitable[T]], discard: Callable[[T], Awaitable[object]]) -> None:
        self._action = action
        self._discard = discard
        self._task: asyncio.Task[T] | None = None
        self._is_stopped = False

    async def wait(self) -> T:
        """What `action` gives, awaited. Raises as `Waiting.wait`."""
        import asyncio

        async def act() -> T:
            return await self._action()

        self._task = task = running_loop().create_task(act())
        if self._is_stopped:  # by another thread, which found no task yet
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            # In the very turn in which `action` has ended it can't be cancelled any more, and nobody else takes what it gave.
            if task.done() and not task.cancelled() and task.exception() is None:
                await ashielded(self._discard, task.result())
            if self._is_stopped:
                raise Stopped from None
            raise
        finally:
            self._task = None
            del task  # it holds the error, and the error this frame

    def stop(self) -> None:
        """Ends the wait, from any task or thread; nothing happens when it is over already."""
        self._is_stopped = True
        task = self._task  # which is gone once the wait is over
        if task is not None:
            with suppress(RuntimeError):  # its loop has ended meanwhile, and the wait with it
                task.get_loop().call_soon_threadsafe(task.cancel)


def shielded(action: Callable[[A], None], argument: A) -> None:
    """Calls `action` with `argument`: a thread can't be cancelled."""
    action(argument)


async def ashielded(action: Callable[[A], Awaitable[object]], argument: A) -> None:
    """Awaits `action` of `argument` to its end, even if the task that waits is cancelled meanwhile."""
    import asyncio

    await asyncio.shield(action(argument))


def sleep(seconds: float) -> None:
    """Waits in this thread."""
    time.sleep(seconds)


async def asleep(seconds: float) -> None:
    """Waits in this task."""
    import asyncio

    await asyncio.sleep(seconds)


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop of this task.

    Raises:
        ConfigurationError: none runs here, such as under trio.
    """
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "AsyncAlli runs on asyncio, and no event loop of it runs here; under trio or curio, run Alli in a thread, as "
            "`trio.to_thread.run_sync` does"
        ) from None
