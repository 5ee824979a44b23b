"""Ten thousand rows through `apps.map`, beside bare httpx; through Ray's actors; and with a process that is killed a hundred times.

Run as `python -m scripts.benchmarks.rows WHAT ...`, it is one of the processes that this takes.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import urlopen

from scripts.benchmarks.measure import Row
from scripts.benchmarks.spent import forget_peak, memory

__all__ = ["TITLE", "rows"]

TITLE = "many rows"
ROOT = Path(__file__).parents[2]
RAY = ROOT / ".venv-ray/bin/python"
"""Of the environment that scripts/test-ray makes."""
SECONDS = 0.05
"""What the server takes to answer a row."""
COUNT = 10_000
CONCURRENCY = 256
IDEAL = COUNT / CONCURRENCY * SECONDS
MOST_TIME = 1.15
"""Times the ideal."""
MOST_MEMORY = 60.0
"""MiB that the rows may take."""
KILLS = 100
KILLED_ROWS = 5_000
KILLED_CONCURRENCY = 16
KILL_WITHIN = 1.0
"""Seconds after it has begun with the rows in which a process is killed."""
ANSWER = json.dumps({"result": {"responses": [{"id": "m1", "message": "fine " * 40, "completed": True}]}}).encode()


def rows() -> Iterator[Row]:
    """What is printed, as it is measured."""
    with _server() as url:
        bare, ours = (_told(sys.executable, kind, url) for kind in ("bare", "map"))
        yield _time("10,000 rows of 50 ms, bare httpx", bare, bare)
        yield _time("the same through apps.map", ours, bare)
        verdict = "" if ours["memory"] <= MOST_MEMORY else "  MISSED"
        text = f"{ours['memory']:.1f} MiB more  (bare {bare['memory']:.1f})"
        yield "memory of it", text, f"at most {MOST_MEMORY:g} MiB{verdict}"
    if RAY.exists():
        for actors in (1, 2):
            with _server() as url:
                told = _told(RAY, "ray", url, str(actors))
                between = _asked(f"{url}/seconds")
                text = f"{between:.1f} s from the first row to the last; {told['seconds']:.1f} s with the start of the actors"
                yield f"2,000 of them, Ray, actors: {actors}", text, ""
    else:
        yield "Ray, actors: 1 and 2", "not measured: scripts/test-ray installs Ray", ""
    yield _killed()


def _time(name: str, told: dict[str, float], bare: dict[str, float]) -> Row:
    text = f"{told['seconds'] / IDEAL:5.2f} x ideal  ({told['seconds']:.1f} s; CPU {told['cpu'] * 1e6 / COUNT:,.0f} us a row)"
    if told is bare:
        return name, text, ""
    verdict = "" if told["seconds"] <= MOST_TIME * IDEAL else "  MISSED"
    return name, f"{text}, {told['cpu'] / bare['cpu']:.2f} x bare", f"at most {MOST_TIME:g} x ideal{verdict}"


def _killed() -> Row:
    """Kills a process that goes on from its file, again and again, then lets it end; and asks the server what was run."""
    kills = 0
    totals: Counter[str] = Counter()
    while kills < KILLS:
        with _server() as url, tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.jsonl"
            command = [sys.executable, "-m", __spec__.name, "resume", url, str(file)]
            while kills < KILLS:
                with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
                    if process.stdout is not None:
                        process.stdout.readline()
                    try:
                        process.wait(random.uniform(0, KILL_WITHIN))
                        break
                    except subprocess.TimeoutExpired:
                        process.kill()
                        kills += 1
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            totals.update(_balance(url, file))
    text = ", ".join(f"{totals[name]:,} {name}" for name in ("done", "unknown", "twice", "lost"))
    return (
        f"kill -9, {kills} times",
        text,
        "none twice, none lost" + ("  MISSED" if totals["twice"] or totals["lost"] else ""),
    )


def _balance(url: str, file: Path) -> dict[str, int]:
    ran: dict[str, int] = _asked(f"{url}/rows")
    last: dict[int, str] = {}
    for line in file.read_text("utf-8").splitlines()[1:]:
        entry = json.loads(line)
        last[entry["index"]] = entry["status"]
    done = {index for index, status in last.items() if status == "ok"}
    return {
        "done": len(done),
        "unknown": len(last) - len(done),
        "twice": sum(times > 1 for times in ran.values()),
        # What no line mentions, and what is said to be done and was not.
        "lost": KILLED_ROWS - len(last) + sum(str(index) not in ran for index in done),
    }


def _told(python: Path | str, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [python, "-m", __spec__.name, *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _asked(url: str) -> Any:
    with urlopen(url) as answer:
        return json.load(answer)


@contextmanager
def _server() -> Generator[str]:
    """The base URL of a server that answers after `SECONDS`, and counts which rows it was sent."""
    command = [sys.executable, "-m", __spec__.name, "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


class _Late(asyncio.Protocol):
    """Answers a request when its body is there and `SECONDS` have passed."""

    ran: ClassVar[Counter[str]] = Counter()
    times: ClassVar[list[float]] = []

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
        if head.startswith(b"GET /rows"):
            self._answer(json.dumps(self.ran).encode())
            return
        if head.startswith(b"GET /seconds"):
            self._answer(json.dumps(self.times[-1] - self.times[0]).encode())
            return
        if row := re.search(rb"row (\d+)\.", body):
            self.ran[row[1].decode()] += 1
            self.times.append(time.monotonic())
        asyncio.get_running_loop().call_later(SECONDS, self._answer, ANSWER)

    def _answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve() -> None:
    """Prints its port, and serves until its standard input closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Late, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def _inputs(count: int) -> Iterator[dict[str, str]]:
    return ({"text": f"row {number}."} for number in range(count))


async def _mapped(url: str) -> dict[str, float]:
    from alli import AsyncAlli

    async with AsyncAlli(api_key="benchmark", base_url=url) as client:
        return await _spent(lambda count: _read(client.apps.map("app", _inputs(count), concurrency=CONCURRENCY)))


async def _read(items: Any) -> int:
    return sum([item.status == "ok" async for item in items])


async def _bare(url: str) -> dict[str, float]:
    import httpx

    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=CONCURRENCY), timeout=60) as client:

        async def work(left: Iterator[dict[str, str]]) -> int:
            done = 0
            for inputs in left:
                response = await client.post(f"{url}/webapi/apps/app/run", json={"inputs": inputs, "mode": "sync"})
                done += bool(response.raise_for_status().json()["result"]["responses"][0]["message"])
            return done

        async def run(count: int) -> int:
            left = _inputs(count)
            return sum(await asyncio.gather(*(work(left) for _ in range(CONCURRENCY))))

        return await _spent(run)


async def _spent(run: Any) -> dict[str, float]:
    await run(10)  # loads what is loaded late
    before, cpu, began = forget_peak(), time.process_time(), time.perf_counter()
    if await run(COUNT) != COUNT:
        raise RuntimeError("not all rows are done")
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cpu": time.process_time() - cpu, "memory": memory() - before}


def resume(url: str, file: str) -> None:
    """The program that is killed."""
    from alli import Alli

    with Alli(api_key="benchmark", base_url=url) as client:
        print("It begins.", flush=True)
        for _ in client.apps.map("app", _inputs(KILLED_ROWS), concurrency=KILLED_CONCURRENCY, resume=file):
            pass


def in_ray(url: str, actors: int) -> dict[str, float]:
    """Two thousand rows through so many actors; the seconds count from before these are started."""
    from importlib import import_module

    from alli_batch.ray import AlliMap

    ray: Any = import_module("ray")  # not in .venv
    os.environ |= {"ALLI_API_KEY": "benchmark", "ALLI_BASE_URL": url}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    count = COUNT // 5
    texts = ray.data.from_items(list(_inputs(count)), override_num_blocks=2 * actors)
    done = texts.map_batches(
        AlliMap,
        fn_constructor_kwargs={"app_id": "app", "concurrency": 64},
        batch_size=count // (2 * actors),
        concurrency=actors,
    )
    began = time.perf_counter()
    statuses = Counter(row["alli_status"] for row in done.iter_rows())
    seconds = time.perf_counter() - began
    if statuses != {"ok": count}:
        raise RuntimeError(f"not all rows are done: {statuses}")
    return {"seconds": seconds}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            asyncio.run(serve())
        case ["map", url]:
            print(json.dumps(asyncio.run(_mapped(url))))
        case ["bare", url]:
            print(json.dumps(asyncio.run(_bare(url))))
        case ["resume", url, file]:
            resume(url, file)
        case ["ray", url, actors]:
            print(json.dumps(in_ray(url, int(actors))))
        case _:
            for one in rows():
                print(one, flush=True)
