"""Cases for one peer, in a process of its own: `python -m scripts.benchmarks.worker PEER URL CASE=COUNT...`.

Prints one line of JSON: what came out, by case and by the name of the figure. Times are CPU seconds of this process, all threads,
unless a name says otherwise. Each case first makes sure that the peer does its job, which also warms it up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

# Rich and click, where an environment has them, are loaded by httpx for its command line; a plain install has neither.
if __name__ == "__main__":  # not where a test imports this
    sys.modules["click"] = None  # type: ignore[assignment]  # None is how an import is made to fail

__all__ = ["CASES", "Case"]

Case = Callable[[Callable[[str], Any], str, int], dict[str, float]]
"""Called with what makes a peer from a base URL, the server's URL, and how much is to be done; gives the figures."""

TEXT_CHARACTERS = 1000
"""Of an answer."""
THREADS = 32
CONNECTIONS = 100
"""Calls in flight on one async client: as many as bare httpx has connections by default."""
PIECE_CHARACTERS = 20
"""Of a small delta, and what a snapshot grows by."""
LARGE_CHARACTERS = 1_000_000


class _Spent:
    """What a block has cost."""

    cpu = 0.0


@contextmanager
def _measured() -> Generator[_Spent]:
    import gc

    spent = _Spent()
    gc.collect()
    began = time.process_time()
    yield spent
    spent.cpu = time.process_time() - began


def _check(found: object, wanted: object) -> None:
    if found != wanted:
        raise ValueError(f"a peer gave {found!r:.80}, not {wanted!r:.80}")


def memory() -> float:
    """The largest this process has been, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # a peak of its own; ru_maxrss may be the parent's
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def one_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """A question and its answer of 1,000 characters, one after another on one connection."""
    peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
    for _ in range(20):
        _check(len(peer.call()), TEXT_CHARACTERS)
    with _measured() as spent:
        for _ in range(count):
            peer.call()
    peer.close()
    return {"cpu": spent.cpu / count}


def threads(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The same from 32 threads on one client."""
    from concurrent.futures import ThreadPoolExecutor

    peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
    with ThreadPoolExecutor(THREADS) as pool:
        warm = [pool.submit(peer.call) for _ in range(2 * THREADS)]
        _check({len(call.result()) for call in warm}, {TEXT_CHARACTERS})
        with _measured() as spent:
            for call in [pool.submit(peer.call) for _ in range(count)]:
                call.result()
    peer.close()
    return {"cpu": spent.cpu / count}


def tasks(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The same on one async client, 100 at a time."""
    import asyncio

    async def main() -> float:
        peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
        await peer.open()
        numbers = iter(range(count))

        async def ask() -> None:
            for _ in numbers:
                await peer.acall()

        _check(set(map(len, await asyncio.gather(*[peer.acall() for _ in range(CONNECTIONS)]))), {TEXT_CHARACTERS})
        with _measured() as spent:
            await asyncio.gather(*[ask() for _ in range(CONNECTIONS)])
        await peer.shut()
        return spent.cpu

    return {"cpu": asyncio.run(main()) / count}


def paging(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """A list of `count` items of 600 bytes, 100 on a page, each item's id looked at."""
    warm = make(f"{url}/page/200/1")
    _check(warm.walk(), 200)
    warm.close()
    peer = make(f"{url}/page/{count}/1")
    with _measured() as spent:
        found = peer.walk()
    _check(found, count)
    peer.close()
    return {"cpu": spent.cpu / count}


def _stream(kind: str, warm: int, size: int) -> Case:
    def streamed(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
        first = make(f"{url}/{kind}/{warm}/{size}")
        _check(sum(1 for _ in first.stream()), warm)
        first.close()
        peer = make(f"{url}/{kind}/{count}/{size}")
        before = memory()
        with _measured() as spent:
            found = 0
            for _ in peer.stream():
                found += 1
        grown = memory() - before
        _check(found, count)
        peer.close()
        return {"cpu": spent.cpu / count, "memory": grown}

    return streamed


def first_text(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Seconds, by the clock, from the moment a server writes the first text until the caller has it."""
    import statistics

    peer = make(f"{url}/stamp/1/1")
    delays: list[float] = []
    for _ in range(count + 3):
        told = next(stream := peer.stream())
        delays.append((time.monotonic_ns() - int(told)) / 1e9)
        for _ in stream:
            pass
    peer.close()
    return {"wall": statistics.median(delays[3:])}


def upload(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Memory grown while a file of `count` MiB is sent from its path."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        small, large = Path(folder, "small.pdf"), Path(folder, "large.pdf")
        small.write_bytes(b"x" * 4096)
        with large.open("wb") as file:
            file.truncate(count << 20)
        peer = make(f"{url}/upload/1/1")
        peer.upload(small)
        before = memory()
        with _measured() as spent:
            peer.upload(large)
        grown = memory() - before
        peer.close()
    return {"memory": grown, "cpu": spent.cpu}


def first_client(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Import and first client; CPU, modules, and memory."""
    modules, before = len(sys.modules), memory()
    began = time.process_time()
    peer = make("http://127.0.0.1:9")
    cpu = time.process_time() - began
    found = {"cpu": cpu, "modules": float(len(sys.modules) - modules), "memory": memory() - before}
    peer.close()
    return found


def second_client(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Another client, made and closed, where there is one already."""
    first = make("http://127.0.0.1:9")
    make("http://127.0.0.1:9").close()
    with _measured() as spent:
        for _ in range(count):
            make("http://127.0.0.1:9").close()
    first.close()
    return {"cpu": spent.cpu / count}


def messages(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """An answer of `count` messages, each one's text read."""
    peer = make(f"{url}/messages/{count}/200")
    _check(peer.texts(), count)
    times = max(1, 1000 // count)
    with _measured() as spent:
        for _ in range(times):
            peer.texts()
    peer.close()
    return {"cpu": spent.cpu / count / times}


def tool_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The question through a LangChain tool."""
    peer = make(f"{url}/tool/1/{TEXT_CHARACTERS}")
    call = peer.tool()
    for _ in range(20):
        _check(len(call()), TEXT_CHARACTERS)
    with _measured() as spent:
        for _ in range(count):
            call()
    peer.close()
    return {"cpu": spent.cpu / count}


def toolkit(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """LangChain tools for `count` apps, their lists included."""
    warm = make(f"{url}/tools/3/1")
    _check(warm.tools(), 3)
    warm.close()
    peer = make(f"{url}/tools/{count}/1")
    with _measured() as spent:
        found = peer.tools()
    _check(found, count)
    peer.close()
    return {"cpu": spent.cpu / count}


CASES: dict[str, Case] = {
    "one_call": one_call,
    "threads": threads,
    "tasks": tasks,
    "paging": paging,
    "deltas": _stream("deltas", 100, PIECE_CHARACTERS),
    "packed": _stream("packed", 100, PIECE_CHARACTERS),
    "snapshots": _stream("snapshots", 20, PIECE_CHARACTERS),
    "large": _stream("large", 1, LARGE_CHARACTERS),
    "first_text": first_text,
    "upload": upload,
    "first_client": first_client,
    "second_client": second_client,
    "messages": messages,
    "tool_call": tool_call,
    "toolkit": toolkit,
}
"""By name; each figure is per unit of `count` unless it is memory."""


def _main(peer: str, url: str, *wanted: str) -> None:
    def make(base_url: str) -> Any:
        return import_module(f"scripts.benchmarks.peers.{peer}").Peer(base_url)

    counts = [(case, int(count)) for case, count in (word.split("=") for word in wanted)]
    print(json.dumps({case: CASES[case](make, url, count) for case, count in counts}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
