"""What differs between sync and async beyond `await`, as pairs of one shape: sleep, alarm, deadline, a wait that can be ended, API key.

asyncio is loaded where it is first needed, which in a program without a loop is never; with it, a first client takes a tenth longer.
Twin code calls the async name; the sync half gets the sync name from the generator's table of names.
"""

from __future__ import annotations

import inspect
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._calls.headers import check_header
from ..config import APIKey
from ..errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable

__all__ = [
    "Alarm",
    "AsyncAlarm",
    "AsyncWaiting",
    "Stopped",
    "Waiting",
    "abounded",
    "aget_key",
    "ashielded",
    "asleep",
    "bounded",
    "get_key",
    "in_thread",
    "running_loop",
    "shielded",
    "sleep",
]

T = TypeVar("T")
A = TypeVar("A")

GRACE = 0.01
"""Seconds to wait beyond a deadline: the HTTP library's own timeouts end at it, and say more exactly what was waited for."""

MAX_IDLE_THREADS = 8
"""Threads that may wait for more work; one that finds so many waiting already ends instead."""

_idle_threads: list[SimpleQueue[Callable[[], object]]] = []
"""What threads of `in_thread` take their next work from, while they have none."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle_threads.clear)  # threads do not survive a fork


def in_thread(work: Callable[[], object]) -> None:
    """Runs `work`, which must not raise, in a new thread that does not keep the process alive.

    Threads are used again, because starting one costs more than sending a request. A pool of the standard library would
    wait at the end of the process for a thread that was left behind in a read.
    """
    try:
        inbox = _idle_threads.pop()
    except IndexError:
        inbox = SimpleQueue[Callable[[], object]]()
        threading.Thread(target=_work, args=(inbox,), name="alli-call", daemon=True).start()
    inbox.put(work)


def _work(inbox: SimpleQueue[Callable[[], object]]) -> None:
    while True:
        inbox.get()()
        _idle_threads.append(inbox)
        if len(_idle_threads) > MAX_IDLE_THREADS:
            try:
                _idle_threads.remove(inbox)
            except ValueError:
                continue  # it has been given work in the meantime
            return


class Alarm:
    """Calls `action` once, from another thread, when `seconds` have passed, unless stopped first."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        self._timer = threading.Timer(max(0.0, seconds), action)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()


class AsyncAlarm:
    """Calls `action` once, from the running event loop, when `seconds` have passed, unless stopped first."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        self._handle = running_loop().call_later(max(0.0, seconds), action)

    def stop(self) -> None:
        self._handle.cancel()


def bounded(action: Callable[[], T], deadline_at: float | None, discard: Callable[[T], object]) -> T:
    """What `action` gives, by the deadline.

    The HTTP library bounds each read of an answer's head, but not their sum, and a thread that reads can't be woken: so with a
    deadline, `action` runs in another thread, which is left behind (test_a_deadline_ends_a_call_wherever_it_stands).

    Args:
        action: runs in the caller's context.
        deadline_at: `time.monotonic()` after which to give up; None for never.
        discard: called with what `action` gives when it is too late for it.

    Raises:
        TimeoutError: the deadline passed. Else what `action` raises.
    """
    if deadline_at is None:
        return action()
    from concurrent.futures import Future
    from contextvars import copy_context

    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(action())
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            future.set_exception(error)

    def give_up(late: Future[T]) -> None:
        if late.exception() is None:
            discard(late.result())

    in_thread(partial(copy_context().run, run))
    try:
        return future.result(max(0.0, deadline_at - time.monotonic()) + GRACE)
    except BaseException:
        # Of a future that is done this throws away nothing: what it gave was returned, what it raised is being raised.
        future.add_done_callback(give_up)
        raise


async def abounded(action: Callable[[], Awaitable[T]], deadline_at: float | None, discard: Callable[[T], object]) -> T:
    """As `bounded`, by cancelling what `action` gives to await; nothing is left to discard."""
    if deadline_at is None:
        return await action()
    import asyncio

    async with asyncio.timeout(deadline_at - time.monotonic() + GRACE):
        return await action()


class Stopped(Exception):
    """A wait was ended by `stop`."""


class Waiting(Generic[T]):
    """A wait for what `action` gives that another thread can end.

    A thread that reads can't be woken before there is an answer, so `action` runs in another one, which is left behind.

    Args:
        action: runs in the caller's context.
        discard: called with what `action` gives when nobody waits for it any more.
    """

    def __init__(self, action: Callable[[], T], discard: Callable[[T], object]) -> None:
        from concurrent.futures import Future

        self._action = action
        self._discard = discard
        self._future: Future[T] = Future()

    def wait(self) -> T:
        """What `action` gives.

        Raises:
            Stopped: `stop` was called first. Else what `action` raises.
        """
        from contextvars import copy_context

        in_thread(partial(copy_context().run, self._run))
        try:
            return self._future.result()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the wait, from any thread; nothing happens when it is over already."""
        from concurrent.futures import InvalidStateError

        with suppress(InvalidStateError):
            self._future.set_exception(Stopped())

    def _run(self) -> None:
        from concurrent.futures import InvalidStateError

        # `stop` may come at any moment, so whether anybody still waits is only known by trying.
        try:
            given = self._action()
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            with suppress(InvalidStateError):
                self._future.set_exception(error)
            return
        try:
            self._future.set_result(given)
        except InvalidStateError:
            self._discard(given)


class AsyncWaiting(Generic[T]):
    """As `Waiting`, by cancelling what `action` gives to await. What `discard` gives is awaited."""

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

        self._task = asyncio.create_task(act())
        try:
            return await self._task
        except asyncio.CancelledError:
            # In the very turn in which `action` has ended it can't be cancelled any more, and nobody else takes what it gave.
            if self._task.done() and not self._task.cancelled() and self._task.exception() is None:
                await ashielded(self._discard, self._task.result())
            if self._is_stopped:
                raise Stopped from None
            raise

    def stop(self) -> None:
        """Ends the wait, from any task or thread; nothing happens when it is over already."""
        self._is_stopped = True
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)


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
    """The event loop of this task."""
    import asyncio

    return asyncio.get_running_loop()


def get_key(source: APIKey) -> str:
    """The API key: `source` itself, or what it gives when called.

    Raises:
        ConfigurationError: `source` gave something else than a str, such as the coroutine of an async function.
    """
    if isinstance(source, str):
        return source  # checked when the client was made
    key = source()
    if inspect.iscoroutine(key):
        key.close()
        raise ConfigurationError("api_key: Alli takes a plain function; an async one works with AsyncAlli")
    return _checked(key)


async def aget_key(source: APIKey) -> str:
    """As `get_key`; an awaitable that `source` gives is awaited."""
    if isinstance(source, str):
        return source
    key = source()
    return _checked(await key if inspect.isawaitable(key) else key)


def _checked(key: Any) -> str:
    if isinstance(key, str):
        key = key.strip()
    if key == "":
        raise ConfigurationError("api_key: the function gave an empty str")
    return check_header("api_key", key)
