"""One body for both ways of calling: written as a coroutine, run at once or awaited.

What a call does is written once, with `async` and `await`. Where a call is synchronous, all it waits for is done before
`await` is reached, so the coroutine never suspends and `run_now` has its result in one step. Everything that differs
between the two ways is in `BLOCKING` and `AWAITING`, which have the same methods.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar, cast

from alli import ConfigurationError

__all__ = ["AWAITING", "BLOCKING", "Way", "iterate_now", "read", "run_now", "write"]

_T = TypeVar("_T")

_NAMESPACE = ("alli", "conversations")  # in a LangGraph store


class Way(Protocol):
    """How a call waits."""

    async def wait(self, value: Any) -> Any:
        """What a client's method gave, awaited where it has to be."""
        ...

    async def result(self, pending: Future[_T]) -> _T:
        """The result of a future that another thread or task completes."""
        ...

    def events(self, stream: Any) -> AsyncIterator[Any]:
        """The events of a stream, or the items of a page and all that follow."""
        ...

    async def close(self, stream: Any) -> None:
        """Closes a stream; twice is fine."""
        ...

    async def attempt(self, tool: Any, arguments: Mapping[str, object], host: Any, *, checked: bool = False) -> Any:
        """The outcome of a call by something with `attempt` and `aattempt`."""
        ...

    async def send(self, host: Any, updates: list[dict[str, Any]]) -> None:
        """Has the host deliver partial answers."""
        ...

    async def ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        """What a function of the application gives, which may be a coroutine function where calls are awaited."""
        ...

    async def get(self, store: Any, key: str) -> Any:
        """The item under `key`, or None, of a LangGraph store."""
        ...

    async def put(self, store: Any, key: str, value: dict[str, object]) -> None:
        """Keeps `value` under `key` in a LangGraph store."""
        ...


async def read(way: Way, store: Any, key: str) -> object:
    """The value under `key`, or None, of a mapping or a LangGraph store."""
    if isinstance(store, Mapping):
        return cast("Mapping[str, object]", store).get(key)
    item = await way.get(store, key)
    return item.value if item is not None else None


async def write(way: Way, store: Any, key: str, value: dict[str, object]) -> None:
    """Keeps `value` under `key` in a mapping or a LangGraph store."""
    if isinstance(store, Mapping):
        cast("dict[str, object]", store)[key] = value
    else:
        await way.put(store, key, value)


def run_now(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine that waits for nothing, as those do that go by `BLOCKING`."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return cast("_T", finished.value)
    coroutine.close()
    raise RuntimeError("a synchronous call waited for something; that is a defect of alli_tools")


def iterate_now(steps: AsyncGenerator[_T]) -> Generator[_T]:
    """The items of an asynchronous generator that waits for nothing."""
    try:
        while True:
            try:
                yield run_now(_next(steps))
            except StopAsyncIteration:
                return
    finally:
        run_now(steps.aclose())


async def _next(steps: AsyncGenerator[_T]) -> _T:
    return await anext(steps)


class _Blocking:
    async def wait(self, value: Any) -> Any:
        return value

    async def result(self, pending: Future[_T]) -> _T:
        return pending.result()

    def events(self, stream: Any) -> AsyncIterator[Any]:
        return _Events(iter(stream))

    async def close(self, stream: Any) -> None:
        stream.close()

    async def attempt(self, tool: Any, arguments: Mapping[str, object], host: Any, *, checked: bool = False) -> Any:
        return tool.attempt(arguments, host, checked=checked)

    async def send(self, host: Any, updates: list[dict[str, Any]]) -> None:
        host.send(updates)

    async def ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        value = function(*arguments)
        if hasattr(value, "__await__"):
            if hasattr(value, "close"):
                value.close()
            raise ConfigurationError(
                f"{getattr(function, '__name__', 'a function')} is a coroutine function and this call is synchronous; "
                "give a plain function, or call asynchronously"
            )
        return value

    async def get(self, store: Any, key: str) -> Any:
        return store.get(_NAMESPACE, key)

    async def put(self, store: Any, key: str, value: dict[str, object]) -> None:
        store.put(_NAMESPACE, key, value)


class _Awaiting:
    async def wait(self, value: Any) -> Any:
        return await value

    async def result(self, pending: Future[_T]) -> _T:
        return await asyncio.wrap_future(pending)

    def events(self, stream: Any) -> AsyncIterator[Any]:
        return cast("AsyncIterator[Any]", aiter(stream))

    async def close(self, stream: Any) -> None:
        await stream.aclose()

    async def attempt(self, tool: Any, arguments: Mapping[str, object], host: Any, *, checked: bool = False) -> Any:
        return await tool.aattempt(arguments, host, checked=checked)

    async def send(self, host: Any, updates: list[dict[str, Any]]) -> None:
        await host.asend(updates)

    async def ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        value = function(*arguments)
        return await cast("Awaitable[Any]", value) if hasattr(value, "__await__") else value

    async def get(self, store: Any, key: str) -> Any:
        return await store.aget(_NAMESPACE, key)

    async def put(self, store: Any, key: str, value: dict[str, object]) -> None:
        await store.aput(_NAMESPACE, key, value)


BLOCKING: Way = _Blocking()
"""Each method has done its work when its coroutine is first stepped."""
AWAITING: Way = _Awaiting()
"""Each method awaits."""


class _Events:
    """An iterator as an asynchronous one that never suspends."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events

    def __aiter__(self) -> "_Events":
        return self

    async def __anext__(self) -> Any:
        try:
            return next(self._events)
        except StopIteration:
            raise StopAsyncIteration from None
