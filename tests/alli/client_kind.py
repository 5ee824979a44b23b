"""Both clients behind one shape, so that each promise is tested in one body."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Literal

import alli
import httpx

__all__ = ["ClientKind"]

Handler = Callable[[httpx.Request], httpx.Response]


class ClientKind:
    """`Alli`, `AsyncAlli`, or `AsyncAlli` over aiohttp. Tests are coroutines: what the async client gives is awaited, what the sync one gives is taken.

        client = client_kind.make(base_url=server.url)
        app = await client_kind.get(client.apps.get("a1"))
        names = [app.name async for app in client_kind.each(client.apps.list())]
        async with client_kind.entered(client.apps.stream("a1")) as stream: ...

    Clients made here are closed when the test ends. While a sync client waits, the loop of the test stands still, so servers must
    have their own threads, as `ScriptedServer` and `Emulator` do.
    """

    def __init__(self, name: Literal["sync", "async", "aiohttp"]) -> None:
        self.name = name
        self.is_async = name != "sync"
        self._made: list[Any] = []

    def make(self, **options: Any) -> Any:
        """A client; `api_key` need not be given."""
        if self.name == "aiohttp":
            options.setdefault("http_client", alli.aiohttp_client())
        options.setdefault("api_key", "test-key")
        made = (alli.AsyncAlli if self.is_async else alli.Alli)(**options)
        self._made.append(made)
        return made

    def mocked(self, handler: Handler, **options: Any) -> Any:
        """A client whose requests end in `handler`; for what needs no socket."""
        return self.make(
            base_url="https://mock.test",
            http_client=self.http_client(transport=httpx.MockTransport(handler)),
            **options,
        )

    def http_client(self, **options: Any) -> Any:
        """A client of the HTTP library of the same kind, closed when the test ends."""
        made = (httpx.AsyncClient if self.is_async else httpx.Client)(**options)
        self._made.append(made)
        return made

    async def get(self, value: Any) -> Any:
        """What a method gave, awaited if it is to be."""
        return await value if inspect.isawaitable(value) else value

    async def each(self, values: Iterable[Any] | AsyncIterable[Any]) -> AsyncIterator[Any]:
        """The items of what the sync client gives in a `for` and the async one in an `async for`."""
        if isinstance(values, AsyncIterable):
            async for value in values:
                yield value
        else:
            for value in values:
                yield value

    async def list(self, values: Iterable[Any] | AsyncIterable[Any]) -> list[Any]:
        """All of `each`."""
        return [value async for value in self.each(values)]

    @asynccontextmanager
    async def entered(self, manager: Any) -> AsyncGenerator[Any, None]:
        """`with` or `async with`, whichever the object is for."""
        if self.is_async:
            async with manager as value:
                yield value
        else:
            with manager as value:
                yield value

    async def close(self, closable: Any) -> None:
        """`close()` or `aclose()`."""
        await self.get(closable.aclose() if self.is_async else closable.close())

    async def close_all(self) -> None:
        """Closes all that was made here, youngest first."""
        while self._made:
            await self.close(self._made.pop())
