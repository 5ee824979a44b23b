"""Threads and tasks that give up at random, on one service: whose answer each gets, and what is left when all have ended.

Run as `python -m scripts.benchmarks.soak CALLS`, it makes so many calls of either kind and prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from alli import Alli, AlliError, AsyncAlli
from alli_emulator import AppRun, Emulator, app

from scripts.benchmarks.measure import Row
from scripts.benchmarks.runs import BenchError
from scripts.benchmarks.spent import memory

__all__ = ["TITLE", "rows", "soak"]

TITLE = "what 64 threads and 64 tasks leave behind that cancel, close and let deadlines pass at random"
CALLS = 3000
AT_ONCE = 64
SEED = 21
PATIENCE = 5.0
"""Seconds that the service may take to close its connections."""


def rows(calls: int = CALLS) -> Iterator[Row]:
    """Both kinds of client in one process, after as many calls to warm up."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks.soak", str(calls)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchError(f"soak: {done.stderr[-2000:]}")
    told: dict[str, dict[str, float]] = json.loads(done.stdout)
    for kind, found in told.items():
        text = ", ".join(f"{name} {value:g}" for name, value in found.items())
        bad = found["wrong"] or found["fds"] > 0 or found["MiB"] > 8
        yield kind, text, "0 wrong, 0 fds, at most 8 MiB" + ("  MISSED" if bad else "")


def soak(calls: int) -> dict[str, dict[str, float]]:
    """So many calls with threads, then with tasks."""

    @app(name="Echo", type="single_action", inputs=["text"])
    def echo(run: AppRun) -> str:
        return f"<{run.inputs['text']}>"

    with Emulator(builtin=False, apps=[echo], pace=0) as service:
        key, url, app_id = service.api_key, service.base_url, service.apps[0].id
        found: dict[str, dict[str, float]] = {}
        for kind in ("threads", "tasks"):
            _run(kind, key, url, app_id, calls)  # what threads take once is not left behind
            service.reset()  # it keeps the requests
            before = _held()
            counted = _run(kind, key, url, app_id, calls)
            service.reset()
            after = _held_when_closed(before["fds"])
            found[kind] = {**counted, **{name: round(value - before[name], 1) for name, value in after.items()}}
        return found


def _run(kind: str, key: str, url: str, app_id: str, calls: int) -> Counter[str]:
    counted: Counter[str] = Counter({"calls": calls, "right": 0, "wrong": 0, "given up": 0})
    if kind == "threads":
        _threads(key, url, app_id, calls, counted)
    else:
        asyncio.run(_tasks(key, url, app_id, calls, counted))
    return counted


def _count(counted: Counter[str], text: str, wanted: str) -> None:
    counted["right" if text == f"<{wanted}>" else "wrong"] += 1


def _threads(key: str, url: str, app_id: str, calls: int, counted: Counter[str]) -> None:
    lock = threading.Lock()
    with Alli(api_key=key, base_url=url) as client, ThreadPoolExecutor(AT_ONCE) as pool:

        def call(number: int) -> None:
            dice = random.Random(SEED * calls + number)
            mine = client.with_options(user_id=f"u{number}", deadline=dice.choice([None, 0.02, 0.2]))
            try:
                if dice.random() < 0.5:
                    text = mine.apps.run(app_id, {"text": str(number)}).text
                else:
                    with mine.apps.stream(app_id, {"text": str(number)}) as stream:
                        if dice.random() < 0.3:
                            next(stream, None)
                            text = ""
                        else:
                            text = stream.result().text
            except AlliError:
                text = ""
            with lock:
                if text:
                    _count(counted, text, str(number))
                else:
                    counted["given up"] += 1

        list(pool.map(call, range(calls)))


async def _tasks(key: str, url: str, app_id: str, calls: int, counted: Counter[str]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)
    async with AsyncAlli(api_key=key, base_url=url) as client:

        async def call(number: int) -> None:
            dice = random.Random(SEED * calls + number)
            async with slots:
                task = asyncio.ensure_future(
                    client.with_options(user_id=f"u{number}").apps.run(app_id, {"text": str(number)})
                )
                if dice.random() < 0.5:
                    await asyncio.sleep(dice.random() * 0.05)
                    task.cancel()
                    task.cancel()
                with suppress(asyncio.CancelledError, AlliError):
                    _count(counted, (await task).text, str(number))
                    return
                counted["given up"] += 1

        await asyncio.gather(*(call(number) for number in range(calls)))


def _held_when_closed(fds: float) -> dict[str, float]:
    """The service runs in this process, and closes its end of a connection a moment after the client."""
    until = time.monotonic() + PATIENCE
    while (held := _held())["fds"] > fds and time.monotonic() < until:
        time.sleep(0.05)
    return held


def _held() -> dict[str, float]:
    gc.collect()
    descriptors = Path("/proc/self/fd")
    fds = len(list(descriptors.iterdir())) if descriptors.exists() else 0
    return {"fds": fds, "threads": threading.active_count(), "MiB": memory()}


if __name__ == "__main__":
    print(json.dumps(soak(int(sys.argv[1]))))
