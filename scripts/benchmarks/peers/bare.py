"""The HTTP library alone, with the loops and look-ups that a careful user would write."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.benchmarks.answers import APP_ID, PAGE_SIZE
from scripts.benchmarks.peers import PROMPT

__all__ = ["BODY", "HEADERS", "PATH", "BarePeer", "last_text", "read_texts", "text_of_answer"]

PATH = f"/webapi/apps/{APP_ID}/run"
HEADERS = {"API-KEY": "bench"}
BODY = {"mode": "sync", "inputs": {"text": PROMPT}}


def text_of_answer(answer: Any) -> str:
    """The text of an app's answer."""
    return "\n\n".join(message["message"] for message in answer["result"]["responses"])


def last_text(record: Any) -> str:
    """The text of a record, be it a delta or a snapshot."""
    return str(record["answer"] if "answer" in record else record["result"]["responses"][-1]["message"])


def read_texts(lines: Iterator[Any]) -> Iterator[str]:
    """The new text of each line: all of a delta, the growth of a snapshot."""
    before = ""
    for line in lines:
        record = json.loads(line)
        if "answer" in record:
            yield record["answer"]
        else:
            text = record["result"]["responses"][-1]["message"]
            yield text.removeprefix(before)
            before = text


class BarePeer:
    """See the package; `library` is httpx or what has its names."""

    def __init__(self, url: str, library: Any) -> None:
        self._url = url
        self._library = library
        self._client = library.Client(headers=HEADERS, timeout=60)

    def call(self) -> str:
        return text_of_answer(self._client.post(self._url + PATH, json=BODY).raise_for_status().json())

    async def open(self) -> None:
        # 1,000 streams at once are more than its pool takes by default.
        limits = self._library.Limits(max_connections=1000, max_keepalive_connections=20)
        self._async_client = self._library.AsyncClient(headers=HEADERS, timeout=60, limits=limits)

    async def acall(self) -> str:
        return text_of_answer((await self._async_client.post(self._url + PATH, json=BODY)).raise_for_status().json())

    async def astream(self) -> AsyncIterator[str]:
        before = ""
        async with self._async_client.stream("POST", self._url + PATH, json=BODY) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                record = json.loads(line)
                if "answer" in record:
                    yield record["answer"]
                else:
                    text = record["result"]["responses"][-1]["message"]
                    yield text.removeprefix(before)
                    before = text

    async def aupload(self, path: Path) -> None:
        with path.open("rb") as file:
            files = {"json": (None, "{}", "application/json"), "contract": (path.name, file)}
            (await self._async_client.post(self._url + PATH, files=files)).raise_for_status()

    async def shut(self) -> None:
        await self._async_client.aclose()

    def walk(self) -> int:
        count = 0
        for app in self._apps():
            if app["id"]:
                count += 1
        return count

    def _apps(self) -> Iterator[dict[str, Any]]:
        params = {"pageSize": PAGE_SIZE}
        while True:
            page = self._client.get(f"{self._url}/webapi/v2/apps", params=params).raise_for_status().json()
            yield from page["apps"]
            if not page["cursor"]:
                return
            params["cursor"] = page["cursor"]

    def stream(self) -> Iterator[str]:
        with self._client.stream("POST", self._url + PATH, json=BODY) as response:
            response.raise_for_status()
            yield from read_texts(response.iter_lines())

    def upload(self, path: Path) -> None:
        with path.open("rb") as file:
            files = {"json": (None, "{}", "application/json"), "contract": (path.name, file)}
            self._client.post(self._url + PATH, files=files).raise_for_status()

    def texts(self) -> int:
        answer = self._client.post(self._url + PATH, json=BODY).raise_for_status().json()
        return sum(1 for message in answer["result"]["responses"] if message["message"])

    def tool(self) -> Callable[[], str]:
        from langchain_core.tools import StructuredTool

        def ask(text: str) -> str:
            return text_of_answer(self._client.post(self._url + PATH, json=BODY).raise_for_status().json())

        tool = StructuredTool.from_function(ask, name="ask", description="Reviews a contract.")
        return lambda: str(tool.invoke({"text": PROMPT}))

    def ask_tool(self) -> Callable[[], str]:
        return self.call

    def rows(self, count: int) -> int:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(16) as pool:
            return sum(
                1 for text in (asked.result() for asked in [pool.submit(self.call) for _ in range(count)]) if text
            )

    def tools(self) -> int:
        from langchain_core.tools import StructuredTool

        inputs = {
            app["id"]: app["inputs"]
            for app in self._client.get(f"{self._url}/webapi/apps").raise_for_status().json()["result"]
        }

        def made(app: dict[str, Any]) -> object:
            def ask(**arguments: str) -> str:
                return text_of_answer(self._client.post(self._url + PATH, json=BODY).raise_for_status().json())

            fields = inputs[app["id"]]
            properties = {field["value"]: {"type": "string", "title": field["name"]} for field in fields}
            schema = {"type": "object", "properties": properties, "required": list(properties)}
            return StructuredTool.from_function(
                ask, name=f"app_{app['id']}", description=app["description"], args_schema=schema
            )

        return len([made(app) for app in self._apps()])

    def close(self) -> None:
        self._client.close()
