"""A service that answers as the emulator does but for what a test says, and what `drift` says of it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator
from alli_emulator.__main__ import main

__all__ = ["JSON", "Patch", "drift", "odd_service", "rows"]

JSON = "application/json"
Report = dict[str, str]
Patch = Callable[[str, bool, int, Any], tuple[int, str, Any] | None]
"""Path with query, whether the key is right, status and JSON of the true answer: the odd answer, None for the true one."""


def drift(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, key: str
) -> tuple[int, Report]:
    """Exit status, and the word for each row."""
    monkeypatch.setenv("ALLI_API_KEY", key)
    monkeypatch.setenv("ALLI_BASE_URL", url)
    code = main(["drift"])
    shown = capsys.readouterr().out
    lines = [line for line in shown.splitlines() if not line.startswith("#")]
    found = [re.match(r"(GET \S+|\S+) +(holds|differs|can't tell) ", line) for line in lines]
    assert all(found), shown
    return code, {one[1]: one[2] for one in found if one}


def rows(report: Report, word: str) -> set[str]:
    return {row for row, said in report.items() if said == word}


@contextmanager
def odd_service(alli: Emulator, patches: list[Patch]) -> Iterator[str]:
    """A service that answers as the emulator does, but for what the patches say."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            key = self.headers.get("API-KEY", "")
            true = service.get(self.path, headers={"API-KEY": key} if key else {})
            try:
                value = true.json()
            except ValueError:
                value = None
            answer = (true.status_code, true.headers.get("content-type", ""), true.content)
            for patch in patches:
                odd = patch(self.path, key == alli.api_key, answer[0], value)
                if odd is not None:
                    status, media_type, body = odd
                    value = body
                    answer = (status, media_type, body if isinstance(body, bytes) else json.dumps(body).encode())
            self.send_response(answer[0])
            self.send_header("Content-Type", answer[1])
            self.send_header("Content-Length", str(len(answer[2])))
            self.end_headers()
            self.wfile.write(answer[2])

        def log_message(self, *_: Any) -> None:
            pass

    # One client for all: each would read the machine's certificates first.
    with (
        httpx.Client(base_url=alli.base_url) as service,
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
