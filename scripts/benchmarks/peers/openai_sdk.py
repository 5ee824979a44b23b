"""openai: chat completions, a list of files, an upload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openai import AsyncOpenAI, OpenAI

from scripts.benchmarks.answers import PAGE_SIZE
from scripts.benchmarks.peers import PROMPT

__all__ = ["Peer"]


class Peer:
    """See the package."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/v1"
        self._client = OpenAI(api_key="bench", base_url=self._url)

    def call(self) -> str:
        answer = self._client.chat.completions.create(model="m", messages=[{"role": "user", "content": PROMPT}])
        return answer.choices[0].message.content or ""

    async def open(self) -> None:
        self._async_client = AsyncOpenAI(api_key="bench", base_url=self._url)

    async def acall(self) -> str:
        answer = await self._async_client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": PROMPT}]
        )
        return answer.choices[0].message.content or ""

    async def shut(self) -> None:
        await self._async_client.close()

    def walk(self) -> int:
        return sum(1 for file in self._client.files.list(limit=PAGE_SIZE) if file.id)

    def stream(self) -> Iterator[str]:
        with self._client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": PROMPT}], stream=True
        ) as stream:
            for chunk in stream:
                if text := chunk.choices[0].delta.content:
                    yield text

    def upload(self, path: Path) -> None:
        self._client.files.create(file=path, purpose="user_data")

    def close(self) -> None:
        self._client.close()
