"""The few things that differ between sync and async beyond `await`, as pairs of one shape: sleep, alarm, API key.

asyncio is loaded where it is first needed, which in a program without a loop is never; with it, a first client takes a tenth longer.
Twin code calls the async name; the sync half gets the sync name from the generator's table of names.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from typing import Any

from .config import APIKey
from .errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio
from .identity import check_header

__all__ = ["Alarm", "AsyncAlarm", "aget_key", "asleep", "get_key", "running_loop", "sleep"]


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
    key = source if isinstance(source, str) else source()
    if inspect.iscoroutine(key):
        key.close()
        raise ConfigurationError("api_key: Alli takes a plain function; an async one works with AsyncAlli")
    return _checked(key)


async def aget_key(source: APIKey) -> str:
    """As `get_key`; an awaitable that `source` gives is awaited."""
    key = source if isinstance(source, str) else source()
    return _checked(await key if inspect.isawaitable(key) else key)


def _checked(key: Any) -> str:
    if key == "":
        raise ConfigurationError("api_key: the function gave an empty str")
    return check_header("api_key", key)
