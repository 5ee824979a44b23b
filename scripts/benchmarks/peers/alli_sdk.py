"""This SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alli import Alli, AsyncAlli

from scripts.benchmarks.answers import APP_ID, PAGE_SIZE
from scripts.benchmarks.answers import DELTAS as KINDS_OF_DELTAS
from scripts.benchmarks.peers import PROMPT

if TYPE_CHECKING:  # the first client is measured with what it loads by itself
    from alli import RunEvent, RunStream

__all__ = ["AsyncPeer", "Peer"]

INPUTS = {"text": PROMPT}


class AsyncPeer:
    """What is done with the async client."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def open(self) -> None:
        self._async_client = AsyncAlli(api_key="bench", base_url=self._url)

    async def acall(self) -> str:
        return (await self._async_client.apps.run(APP_ID, INPUTS)).text

    async def shut(self) -> None:
        await self._async_client.aclose()

    async def astream(self) -> AsyncIterator[str]:
        _set_format_of(self._url)
        async with self._async_client.apps.stream(APP_ID, INPUTS) as stream:
            async for text in stream.text_stream:
                yield text

    async def aupload(self, path: Path) -> None:
        await self._async_client.apps.run(APP_ID, {"contract": path})


def _set_format_of(url: str) -> None:
    from alli import resources

    snapshots, deltas = _formats()
    resources.APPS_STREAM = deltas if any(f"/{kind}/" in url for kind in KINDS_OF_DELTAS) else snapshots


@cache
def _formats() -> tuple[Any, Any]:
    """Of snapshots, as the service streams them, and of deltas, which no operation with a block streams today."""
    from alli import resources
    from alli._json.result_format import ResultFormat  # noqa: TID251 - a peer of its own format is measured

    text = ResultFormat(text=("answer",), conversation_id=("conversation_id",))
    return resources.APPS_STREAM, replace(resources.APPS_STREAM, result=text, stream="delta")


class Peer(AsyncPeer):
    """See the package."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._client = Alli(api_key="bench", base_url=url)

    def call(self) -> str:
        return self._client.apps.run(APP_ID, INPUTS).text

    def walk(self) -> int:
        return sum(1 for app in self._client.apps.list(page_size=PAGE_SIZE) if app.id)

    def stream(self) -> Iterator[str]:
        with self._stream() as stream:
            yield from stream.text_stream

    def events(self) -> Iterator[RunEvent]:
        """All that a stream tells, for measurements of this SDK alone."""
        with self._stream() as stream:
            yield from stream

    def _stream(self) -> RunStream:
        _set_format_of(self._url)
        return self._client.apps.stream(APP_ID, INPUTS)

    def upload(self, path: Path) -> None:
        self._client.apps.run(APP_ID, {"contract": path})

    def texts(self) -> int:
        return sum(1 for message in self._client.apps.run(APP_ID, INPUTS).messages if message.text)

    def tool(self) -> Callable[[], str]:
        from langchain_alli import AlliAppTool

        tool = AlliAppTool.from_app(self._client.apps.list_v1()[0], client=self._client)
        return lambda: str(tool.invoke(INPUTS))

    def ask_tool(self) -> Callable[[], str]:
        from alli_tools import AppTool

        tool = AppTool.from_app(self._client.apps.list_v1()[0], client=self._client)
        return lambda: tool.call(INPUTS).text

    def rows(self, count: int) -> int:
        return sum(1 for item in self._client.apps.map(APP_ID, [INPUTS] * count, concurrency=16) if item.result)

    def tools(self) -> int:
        from langchain_alli import AlliToolkit

        return len(AlliToolkit(client=self._client, max_tools=100_000).get_tools())

    def close(self) -> None:
        self._client.close()
