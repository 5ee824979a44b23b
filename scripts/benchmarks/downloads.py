"""A file of 100 MB saved to disk: what it takes of memory while it comes, sync and async.

Run as `python -m scripts.benchmarks.downloads URL KIND`, it saves one file and prints a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from alli import Alli, AsyncAlli
from alli._calls.operations import Operation  # noqa: TID251 - no method of today gives a file

from scripts.benchmarks.measure import Row
from scripts.benchmarks.runs import BenchError
from scripts.benchmarks.spent import forget_peak, memory

__all__ = ["TITLE", "read", "rows"]

TITLE = "memory of a file of 100 MB, saved to disk"
SIZE = 100_000_000
LIMIT = 4.0
"""MiB that it may take."""
# No operation of today's document answers with a file (spec/README.md, "Files"), so the transport is asked as a method would ask it.
_FILE = Operation("documents.download", id="", idempotent=True, answer="bytes")
_PIECE = bytes(1 << 16)


def rows() -> Iterator[Row]:
    """Both clients, each in a separate process."""
    with _serving() as url:
        for kind in ("sync", "async"):
            done = subprocess.run(
                [sys.executable, "-m", "scripts.benchmarks.downloads", url, kind],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise BenchError(f"{TITLE}: {done.stderr.strip()[-200:]}")
            told = json.loads(done.stdout)
            verdict = "" if told["memory"] <= LIMIT else "  MISSED"
            yield kind, f"{told['memory']:6.2f} MiB  ({told['seconds']:.2f} s)", f"at most {LIMIT:g} MiB{verdict}"


def read(url: str, kind: str, folder: Path) -> dict[str, float]:
    """Saves a small file to be warm, then the large one; the MiB that this one has taken, and the seconds."""
    save = _save if kind == "sync" else _save_async
    return save(url, folder)


def _save(url: str, folder: Path) -> dict[str, float]:
    with Alli(api_key="bench", base_url=url) as client:
        transport = client.apps._transport  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above
        transport.file(_FILE, _request(1000)).save(folder / "small")
        before, began = forget_peak(), time.monotonic()
        saved = transport.file(_FILE, _request(SIZE)).save(folder / "large")
        return _figures(saved, before, began)


def _save_async(url: str, folder: Path) -> dict[str, float]:
    async def save() -> dict[str, float]:
        async with AsyncAlli(api_key="bench", base_url=url) as client:
            transport = client.apps._transport  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above
            await (await transport.file(_FILE, _request(1000))).save(folder / "small")
            before, began = forget_peak(), time.monotonic()
            saved = await (await transport.file(_FILE, _request(SIZE))).save(folder / "large")
            return _figures(saved, before, began)

    return asyncio.run(save())


def _request(size: int) -> dict[str, Any]:
    return {"method": "get", "url": f"/{size}"}


def _figures(saved: Path, before: float, began: float) -> dict[str, float]:
    taken, seconds = memory() - before, time.monotonic() - began
    if saved.stat().st_size != SIZE:
        raise BenchError(f"{TITLE}: {saved.stat().st_size} bytes are on disk")
    return {"memory": taken, "seconds": seconds}


class _Files(BaseHTTPRequestHandler):
    """Answers a path that is a number with so many bytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        left = int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(left))
        self.end_headers()
        while left > 0:
            left -= self.wfile.write(_PIECE[: min(left, len(_PIECE))])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the table is what is printed."""


@contextmanager
def _serving() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(read(sys.argv[1], sys.argv[2], Path(home))))
