"""What the emulator can do, so that it is known when it, not the client, limits a measurement."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

from alli_emulator import Emulator

from scripts.benchmarks.measure import Row

__all__ = ["TITLE", "rows"]

TITLE = "the emulator"
SECONDS = 2.0
"""Of each measurement of requests."""
ROUNDS = 9
WORDS = 2_000
"""Records of a measured stream, about: the Summary app streams word by word."""


def rows(seconds: float = SECONDS, rounds: int = ROUNDS) -> Iterator[Row]:
    """Start and stop, then requests and records, sent by a bare socket to an emulator in another process."""
    yield _milliseconds("import and first start", statistics.median(_first_start() for _ in range(rounds)), None)
    started, stopped = zip(*(_start_and_stop() for _ in range(rounds)), strict=True)
    yield _milliseconds("Emulator() and start", statistics.median(started), 300)
    yield _milliseconds("stop", statistics.median(stopped), 300)
    with _served() as (address, key, app_id), closing(socket.create_connection(address)) as connection:
        get = _request("GET", "/webapi/v2/apps?pageSize=1", key)
        run = _request("POST", f"/webapi/apps/{app_id}/run", key, {"inputs": {"text": "One sentence."}})
        yield "requests, list of one app", f"{_per_second(connection, get, seconds):10,.0f} per second", ""
        yield "requests, run of an app", f"{_per_second(connection, run, seconds):10,.0f} per second", ""
        yield "records of a stream", f"{_records_per_second(connection, app_id, key):10,.0f} per second", ""


def _milliseconds(name: str, seconds: float, limit: float | None) -> Row:
    verdict = "" if limit is None or seconds * 1e3 <= limit else "  MISSED"
    return name, f"{seconds * 1e3:10.1f} ms", "" if limit is None else f"at most {limit:g} ms{verdict}"


def _first_start() -> float:
    """Seconds in a fresh process, the interpreter's own start left out."""
    program = "import time; began = time.perf_counter(); from alli_emulator import Emulator; Emulator().start(); "
    command = [sys.executable, "-c", program + "print(time.perf_counter() - began)"]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _start_and_stop() -> tuple[float, float]:
    began = time.perf_counter()
    emulator = Emulator()
    emulator.start()
    started = time.perf_counter()
    emulator.stop()
    return started - began, time.perf_counter() - started


@contextmanager
def _served() -> Generator[tuple[tuple[str, int], str, str]]:
    """Address, key and the Summary app's id of an emulator that ends with the block."""
    command = [sys.executable, "-m", "alli_emulator", "--port", "0", "--pace", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("the emulator has no output")
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.strip())
            if "Ctrl-C" in line:
                break
        settings = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
        host, port = settings["ALLI_BASE_URL"].removeprefix("http://").split(":")
        app_id = next(line.split()[2] for line in lines if line.endswith("Summary"))
        try:
            yield (host, int(port)), settings["ALLI_API_KEY"], app_id
        finally:
            process.terminate()


def _request(method: str, path: str, key: str, body: object = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: bench\r\napi-key: {key}\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


def _per_second(connection: socket.socket, request: bytes, seconds: float) -> float:
    """Requests answered in a second on one connection, each sent when the last is answered."""
    count = 0
    began = time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        connection.sendall(request)
        answer = connection.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
        count += 1
    return count / spent


def _records_per_second(connection: socket.socket, app_id: str, key: str) -> float:
    """Records of a long run, as chunks of the answer, once it is under way."""
    # One sentence, which is its own summary; short, for each record repeats all before it.
    text = " ".join(["word"] * WORDS)
    connection.sendall(
        _request("POST", f"/webapi/apps/{app_id}/run", key, {"mode": "stream", "inputs": {"text": text}})
    )
    count = 0
    tail = connection.recv(65536)
    began = time.perf_counter()
    while not tail.endswith(b"\r\n0\r\n\r\n"):
        chunk = connection.recv(1 << 20)
        count += chunk.count(b"}\n")
        tail = (tail + chunk)[-8:]
    return count / (time.perf_counter() - began)
