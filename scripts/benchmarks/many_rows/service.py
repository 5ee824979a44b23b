"""The services that rows are sent to, each in a separate process: the emulator, and a server that does next to nothing.

Both take `SECONDS` for a row and count the rows they were sent. Run as `python -m scripts.benchmarks.many_rows.service KIND`, one prints its
URL, a key and the id of its app; then it answers each line of its standard input with a line of JSON, and ends with it.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from alli_emulator import AppInput, AppRun, Emulator

__all__ = ["SECONDS", "Kind", "Report", "Service", "serving"]

Kind = Literal["emulator", "bare"]
SECONDS = 0.05
"""What a row takes."""
TEXT = "fine " * 40
ANSWER = json.dumps({"result": {"responses": [{"id": "m1", "message": TEXT, "completed": True}]}}).encode()


@dataclass
class Report:
    """What a service has done so far.

    Attributes:
        ran: how often each row was run, by its number.
        first, last: `time.monotonic()` at which the first and the last row began.
        cpu: seconds of CPU time.
    """

    ran: Counter[str] = field(default_factory=Counter[str])
    first: float = 0.0
    last: float = 0.0
    cpu: float = 0.0

    def count(self, text: str) -> None:
        """A row begins."""
        if row := re.search(r"row (\d+)\.", text):
            self.last = time.monotonic()
            self.first = self.first or self.last
            self.ran[row[1]] += 1

    def line(self) -> str:
        """The report as JSON, with the CPU time of now."""
        self.cpu = time.process_time()
        return json.dumps(vars(self))


@dataclass(frozen=True)
class Service:
    """A running service, as the measuring process sees it."""

    url: str
    key: str
    app_id: str
    process: subprocess.Popen[str]

    @property
    def arguments(self) -> list[str]:
        """What a program needs to send rows to it."""
        return [self.url, self.key, self.app_id]

    def report(self) -> Report:
        """What it has done so far."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the service has no pipes")
        print(file=self.process.stdin, flush=True)
        found = json.loads(self.process.stdout.readline())
        return Report(**{**found, "ran": Counter(found["ran"])})


@contextmanager
def serving(kind: Kind) -> Generator[Service]:
    """A service that runs until the block is left."""
    command = [sys.executable, "-m", __spec__.name, kind]
    # In a new session, because Ctrl-C is meant for the process that started it; it ends when its input does.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the service has no pipes")
        match process.stdout.readline().split():
            case [url, key, app_id]:
                yield Service(url, key, app_id, process)
            case _:
                raise RuntimeError("the service did not start; what it said is above")
        process.stdin.close()


def _emulator() -> None:
    report = Report()
    with Emulator(builtin=False, pace=0) as emulator:

        @emulator.app(name="Slow", inputs=[AppInput("text", "Text")])
        async def slow(run: AppRun) -> str:
            report.count(run.text_input("text"))
            await asyncio.sleep(SECONDS)
            return TEXT

        print(emulator.base_url, emulator.api_key, slow.id, flush=True)
        for _ in sys.stdin:
            print(report.line(), flush=True)


class _Late(asyncio.Protocol):
    """Answers a request when its body is there and `SECONDS` have passed."""

    report: ClassVar = Report()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError("a transport that can't be written to")
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not found or (length is not None and len(body) < int(length[1])):
            return
        self._buffer = b""
        self.report.count(body.decode())
        asyncio.get_running_loop().call_later(SECONDS, self._answer)

    def _answer(self) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
        self._transport.write(head + ANSWER)


async def _bare() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Late, "127.0.0.1", 0, backlog=2048)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]} benchmark app", flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(_Late.report.line(), flush=True)
    server.close()


if __name__ == "__main__":
    if sys.argv[1] == "emulator":
        _emulator()
    else:
        asyncio.run(_bare())
