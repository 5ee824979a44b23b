"""Cases of the worker for async clients."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.benchmarks.spent import ENOUGH, check, forget_peak, measured, memory

__all__ = ["CASES", "PIECE_CHARACTERS", "TEXT_CHARACTERS", "Case", "files"]

Case = Callable[[Callable[[str], Any], str, int], dict[str, float]]
"""Called with what makes a peer from a base URL, the server's URL, and how much is to be done; gives the figures."""

TEXT_CHARACTERS = 1000
"""Of an answer."""
CONNECTIONS = 100
"""Calls in flight on one async client: as many as bare httpx has connections by default."""
PIECE_CHARACTERS = 20
"""Of a small delta, and what a snapshot grows by."""
RECORDS = 20
"""Of each of many streams."""


def tasks(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The same on one async client, 100 at a time."""
    import asyncio

    async def main() -> dict[str, float]:
        peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
        await peer.open()
        numbers = iter(range(count))
        at_once = min(CONNECTIONS, count)

        async def ask() -> None:
            for _ in numbers:
                await peer.acall()

        check(set(map(len, await asyncio.gather(*[peer.acall() for _ in range(at_once)]))), {TEXT_CHARACTERS})
        with measured(url) as spent:
            await asyncio.gather(*[ask() for _ in range(at_once)])
        await peer.shut()
        return spent.per(count)

    return asyncio.run(main())


def async_call(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The same on one async client, one after another."""
    import asyncio

    async def main() -> dict[str, float]:
        peer = make(f"{url}/call/1/{TEXT_CHARACTERS}")
        await peer.open()
        for _ in range(20):
            check(len(await peer.acall()), TEXT_CHARACTERS)
        with measured(url) as spent:
            for _ in range(count):
                await peer.acall()
        await peer.shut()
        return spent.per(count)

    return asyncio.run(main())


def async_deltas(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """A stream of small deltas, read by the async client."""
    import asyncio

    async def main() -> dict[str, float]:
        peer = make(f"{url}/deltas/{count}/{PIECE_CHARACTERS}")
        await peer.open()

        async def read() -> int:
            return len([text async for text in peer.astream()])

        check(await read(), count)
        done, began = 0, time.process_time()
        with measured(url) as spent:
            while not done or (time.process_time() - began < ENOUGH and done < 20 * count):
                done += await read()
        await peer.shut()
        return spent.per(done)

    return asyncio.run(main())


def relay(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """`count` streams at once in one process, each of 20 records that are waited for; per record."""
    return _streams(make, url, count, together=False)


def held(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """The same, of which none goes on before all have begun: so many are open at a time, however slowly a peer opens them."""
    return _streams(make, url, count, together=True)


def _streams(make: Callable[[str], Any], url: str, count: int, *, together: bool) -> dict[str, float]:
    import asyncio
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def main() -> dict[str, float]:
        peer = make(f"{url}/paced/{RECORDS}/{PIECE_CHARACTERS}")
        await peer.open()

        async def read(gate: asyncio.Barrier) -> int:
            found = 0
            async for _ in peer.astream():
                if not found:
                    await gate.wait()
                found += 1
            return found

        check(await read(asyncio.Barrier(1)), RECORDS)
        gates = [asyncio.Barrier(count)] * count if together else [asyncio.Barrier(1) for _ in range(count)]
        before = forget_peak()
        with measured(url) as spent:
            found = await asyncio.gather(*[read(gate) for gate in gates])
        check(found, [RECORDS] * count)
        grown = memory() - before
        await peer.shut()
        return {**spent.per(count * RECORDS), "memory": grown}

    return asyncio.run(main())


def async_upload(make: Callable[[str], Any], url: str, count: int) -> dict[str, float]:
    """As `upload`, by the async client."""
    import asyncio
    from tempfile import TemporaryDirectory

    async def main(small: Path, large: Path) -> dict[str, float]:
        peer = make(f"{url}/upload/1/1")
        await peer.open()
        await peer.aupload(small)
        before = forget_peak()
        with measured(url) as spent:
            await peer.aupload(large)
        grown = memory() - before
        await peer.shut()
        return {**spent.per(1), "memory": grown}

    with TemporaryDirectory() as folder:
        return asyncio.run(main(*files(folder, count)))


def files(folder: str, count: int) -> tuple[Path, Path]:
    """A small file, and one of `count` MiB."""
    small, large = Path(folder, "small.pdf"), Path(folder, "large.pdf")
    small.write_bytes(b"x" * 4096)
    with large.open("wb") as file:
        file.truncate(count << 20)
    return small, large


CASES: dict[str, Case] = {
    "tasks": tasks,
    "async_call": async_call,
    "async_deltas": async_deltas,
    "relay": relay,
    "held": held,
    "async_upload": async_upload,
}
"""By name."""
