"""Bare requests; it has no async client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from scripts.benchmarks.answers import PAGE_SIZE
from scripts.benchmarks.peers.bare import BODY, HEADERS, PATH, read_texts, text_of_answer

__all__ = ["Peer"]


class Peer:
    """See the package."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Its annotations are narrower than what it takes: no None for chunk_size, no mixed values in a body.
        self._session: Any = requests.Session()
        self._session.headers.update(HEADERS)
        # 32 threads ask at once; a pool of ten, the default, would make a new connection for most.
        self._session.mount("http://", HTTPAdapter(pool_maxsize=100))

    def call(self) -> str:
        response = self._session.post(self._url + PATH, json=BODY, timeout=60)
        response.raise_for_status()
        return text_of_answer(response.json())

    def walk(self) -> int:
        count = 0
        params: dict[str, str] = {"pageSize": str(PAGE_SIZE)}
        while True:
            response = self._session.get(f"{self._url}/webapi/v2/apps", params=params, timeout=60)
            response.raise_for_status()
            page = response.json()
            count += sum(1 for app in page["apps"] if app["id"])
            if not page["cursor"]:
                return count
            params["cursor"] = page["cursor"]

    def stream(self) -> Iterator[str]:
        with self._session.post(self._url + PATH, json=BODY, timeout=60, stream=True) as response:
            response.raise_for_status()
            # chunk_size=None gives bytes as they come; the default, 512, cuts them small and holds back what is shorter.
            yield from read_texts(response.iter_lines(chunk_size=None))

    def upload(self, path: Path) -> None:
        with path.open("rb") as file:
            files = {"json": (None, "{}", "application/json"), "contract": (path.name, file)}
            self._session.post(self._url + PATH, files=files, timeout=600).raise_for_status()

    def close(self) -> None:
        self._session.close()
