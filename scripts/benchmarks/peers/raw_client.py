"""The raw layer alone: its models and functions with a client of httpx, without the facade. It can't stream."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

# The raw layer is what is measured here.
from alli.raw.api.apps import list_apps, run_app
from alli.raw.models import RunAppMultipart, RunAppRequest
from alli.raw.types import File

from scripts.benchmarks.answers import APP_ID, PAGE_SIZE
from scripts.benchmarks.peers.bare import BODY, text_of_answer

__all__ = ["Peer"]


class Peer:
    """See the package."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(base_url=url, headers={"API-KEY": "bench"}, timeout=60)

    def call(self) -> str:
        answer = run_app.sync(APP_ID, client=self._client, body=RunAppRequest.from_dict(BODY))
        if answer is None:
            raise TypeError("no answer")
        return text_of_answer(answer.to_dict())

    async def open(self) -> None:
        self._async_client = httpx.AsyncClient(base_url=self._url, headers={"API-KEY": "bench"}, timeout=60)

    async def acall(self) -> str:
        answer = await run_app.asyncio(APP_ID, client=self._async_client, body=RunAppRequest.from_dict(BODY))
        if answer is None:
            raise TypeError("no answer")
        return text_of_answer(answer.to_dict())

    async def shut(self) -> None:
        await self._async_client.aclose()

    def walk(self) -> int:
        page = list_apps.sync(client=self._client, page_size=PAGE_SIZE)
        count = 0
        while page is not None:
            count += sum(1 for app in page.apps if app.id)
            if not page.cursor:
                break
            page = list_apps.sync(client=self._client, page_size=PAGE_SIZE, cursor=page.cursor)
        return count

    def upload(self, path: Path) -> None:
        with path.open("rb") as file:
            body = RunAppMultipart.from_dict({"json": json.dumps({})})
            body.additional_properties["contract"] = File(payload=file, file_name=path.name)
            run_app.sync(APP_ID, client=self._client, body=body)

    def close(self) -> None:
        self._client.close()
