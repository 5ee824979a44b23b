"""anthropic: messages, a list of models, an upload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from anthropic import Anthropic, AsyncAnthropic

from scripts.benchmarks.answers import PAGE_SIZE
from scripts.benchmarks.peers import PROMPT

__all__ = ["Peer"]


class Peer:
    """See the package."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = Anthropic(api_key="bench", base_url=url)

    def call(self) -> str:
        answer = self._client.messages.create(
            model="m", max_tokens=1000, messages=[{"role": "user", "content": PROMPT}]
        )
        return "".join(block.text for block in answer.content if block.type == "text")

    async def open(self) -> None:
        self._async_client = AsyncAnthropic(api_key="bench", base_url=self._url)

    async def acall(self) -> str:
        answer = await self._async_client.messages.create(
            model="m", max_tokens=1000, messages=[{"role": "user", "content": PROMPT}]
        )
        return "".join(block.text for block in answer.content if block.type == "text")

    async def shut(self) -> None:
        await self._async_client.close()

    def walk(self) -> int:
        return sum(1 for model in self._client.models.list(limit=PAGE_SIZE) if model.id)

    def stream(self) -> Iterator[str]:
        # Cheaper than its messages.stream(), which puts the answer together as well.
        with self._client.messages.create(
            model="m", max_tokens=1000, messages=[{"role": "user", "content": PROMPT}], stream=True
        ) as stream:
            for event in stream:
                if event.type == "content_block_delta" and event.delta.type == "text_delta":
                    yield event.delta.text

    def upload(self, path: Path) -> None:
        self._client.beta.files.upload(file=path)

    def close(self) -> None:
        self._client.close()
