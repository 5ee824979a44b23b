"""Cases for one peer, in a separate process: `python -m scripts.benchmarks.worker PEER URL CASE=COUNT...`.

Prints one line of JSON: for each case that was asked for, what came out, by the name of the figure. `cpu` is CPU seconds of this
process, all threads; `server` is how busy the server was meanwhile. Each case first makes sure that the peer does its job, which
also warms it up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from scripts.benchmarks.async_cases import CASES as ASYNC_CASES
from scripts.benchmarks.async_cases import PIECE_CHARACTERS, TEXT_CHARACTERS, Case, files
from scripts.benchmarks.spent import check, encrypted, forget_peak, measured, memory, repeated

# Rich and click, where an environment has them, are loaded by httpx for its command line; a plain install has neither.
if __name__ == "__main__":  # not where a test imports this
    sys.modules["click"] = None  # type: ignore[assignment]  # None is how an import is made to fail

__all__ = ["CASES", "Case"]


THREADS = 32
LARGE_CHARACTERS = 1_000_000
COMPRESSED_CHARACTERS = 100_000


def one_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """A question and its answer of 1,000 characters, one after another on one connection."""
    return _calls(make(f"{url}/call/1/{TEXT_CHARACTERS}"), url, count, TEXT_CHARACTERS)


def threads(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The same from 32 threads on one client."""
    from concurrent.futures import ThreadPoolExecutor

    peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
    with ThreadPoolExecutor(THREADS) as pool:
        warm = [pool.submit(peer.call) for _ in range(THREADS)]
        check({len(call.result()) for call in warm}, {TEXT_CHARACTERS})
        with measured(url) as spent:
            for call in [pool.submit(peer.call) for _ in range(count)]:
                call.result()
    peer.close()
    return spent.per(count)


def tls_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """`one_call` over an encrypted connection."""
    return _calls(make(f"{encrypted(url)}/call/1/{TEXT_CHARACTERS}"), url, count, TEXT_CHARACTERS)


def gzip_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """A long answer, compressed."""
    return _calls(make(f"{url}/gzip/1/{COMPRESSED_CHARACTERS}"), url, count, COMPRESSED_CHARACTERS)


def _calls(peer: Any, url: str, count: int, size: int, *, by_tool: bool = False) -> dict[str, float]:
    ask = peer.ask_tool() if by_tool else peer.call
    for _ in range(20):
        check(len(ask()), size)
    with measured(url) as spent:
        for _ in range(count):
            ask()
    peer.close()
    return spent.per(count)


def rows(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """So many questions, 16 at a time, by what the peer has for that."""
    peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
    check(peer.rows(20), 20)
    with measured(url) as spent:
        check(peer.rows(count), count)
    peer.close()
    return spent.per(count)


def paging(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """A list of `count` items of 600 bytes, 100 on a page, each item's id looked at."""
    warm = make(f"{url}/page/200/1")
    check(warm.walk(), 200)
    warm.close()
    peer = make(f"{url}/page/{count}/1")
    with measured(url) as spent:
        done = repeated(peer.walk, count)
    peer.close()
    return spent.per(done)


def _stream(kind: str, warm: int, size: int) -> Case:
    def streamed(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
        first = make(f"{url}/{kind}/{warm}/{size}")
        check(sum(1 for _ in first.stream()), warm)
        first.close()
        peer = make(f"{url}/{kind}/{count}/{size}")

        def read() -> int:
            found = 0
            for _ in peer.stream():
                found += 1
            return found

        before = forget_peak()
        with measured(url) as spent:
            done = repeated(read, count)
        grown = memory() - before
        peer.close()
        return {**spent.per(done), "memory": grown}

    return streamed


def first_text(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Seconds by the clock from the moment a server writes the first text until the caller has it; CPU from the question on."""
    import statistics

    peer = make(f"{url}/stamp/1/1")
    delays: list[float] = []
    costs: list[float] = []
    for _ in range(count + 3):
        began = time.process_time()
        told = next(stream := peer.stream())
        delays.append((time.monotonic_ns() - int(told)) / 1e9)
        costs.append(time.process_time() - began)
        for _ in stream:
            pass
    peer.close()
    return {"wall": statistics.median(delays[3:]), "cpu": statistics.median(costs[3:])}


def upload(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Memory grown while a file of `count` MiB is sent from its path."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        small, large = files(folder, count)
        peer = make(f"{url}/upload/1/1")
        peer.upload(small)
        before = forget_peak()
        with measured(url) as spent:
            peer.upload(large)
        grown = memory() - before
        peer.close()
    return {**spent.per(1), "memory": grown}


def first_client(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """Import and first client; CPU, modules, and memory."""
    modules, before = len(sys.modules), forget_peak()
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

    def again() -> int:
        for _ in range(count):
            make("http://127.0.0.1:9").close()
        return count

    with measured(url) as spent:
        done = repeated(again, count)
    first.close()
    return {"cpu": spent.cpu / done}


def messages(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """An answer of `count` messages, each one's text read."""
    peer = make(f"{url}/messages/{count}/200")
    check(peer.texts(), count)
    with measured(url) as spent:
        done = repeated(peer.texts, count)
    peer.close()
    return spent.per(done)


def ask_tool(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The question through a tool of no framework."""
    return _calls(make(f"{url}/tool/1/{TEXT_CHARACTERS}"), url, count, TEXT_CHARACTERS, by_tool=True)


def tool_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The question through a LangChain tool; `own` is what that adds to the same question without one."""
    peer = make(f"{url}/tool/1/{TEXT_CHARACTERS}")
    ask = peer.tool()
    for _ in range(20):
        check(len(ask()), TEXT_CHARACTERS)
        check(len(peer.call()), TEXT_CHARACTERS)
    through, without = [], []
    with measured(url) as spent:
        for _ in range(count):
            began = time.process_time()
            ask()
            between = time.process_time()
            peer.call()
            through.append(between - began)
            without.append(time.process_time() - between)
    peer.close()
    return {"cpu": sum(through) / count, "own": (sum(through) - sum(without)) / count, "server": spent.server}


def toolkit(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """LangChain tools for `count` apps, their lists included."""
    warm = make(f"{url}/tools/3/1")
    check(warm.tools(), 3)
    warm.close()
    peer = make(f"{url}/tools/{count}/1")
    with measured(url) as spent:
        done = repeated(peer.tools, count)
    peer.close()
    return spent.per(done)


CASES: dict[str, Case] = {
    **ASYNC_CASES,
    "one_call": one_call,
    "threads": threads,
    "tls_call": tls_call,
    "gzip_call": gzip_call,
    "rows": rows,
    "ask_tool": ask_tool,
    "paging": paging,
    "deltas": _stream("deltas", 100, PIECE_CHARACTERS),
    "paced": _stream("paced", 20, PIECE_CHARACTERS),
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

    found: list[dict[str, float]] = []
    for case, count in (word.split("=") for word in wanted):
        try:
            found.append(CASES[case](make, url, int(count)))
        except Exception as error:
            error.add_note(f"{case} of {count}")  # the last line of what is said
            raise
    print(json.dumps(found))


if __name__ == "__main__":
    _main(*sys.argv[1:])
