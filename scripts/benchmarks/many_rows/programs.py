"""The programs that send rows, each in a separate process: bare sockets and HTTP libraries, `apps.map`, and Ray.

Run as `python -m scripts.benchmarks.many_rows.programs NAME URL KEY APP COUNT ...`, one sends so many rows and prints a line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from scripts.benchmarks.spent import forget_peak, memory

__all__ = ["CONCURRENCY", "RAY_CONCURRENCY", "RESUMED_CONCURRENCY"]

CONCURRENCY = 256
RESUMED_CONCURRENCY = 16
RAY_CONCURRENCY = 32
"""Of each actor: two of them, the service and Ray fit on two cores."""

Send = Callable[[int], Awaitable[int]]
"""Sends so many rows and gives how many are done."""


def _inputs(count: int) -> Iterator[dict[str, str]]:
    return ({"text": f"row {number}."} for number in range(count))


class _Connection(asyncio.Protocol):
    """Sends one row after another, without an HTTP library: the least that a row can cost in Python."""

    def __init__(self, head: bytes, rows: Iterator[dict[str, str]], done: Callable[[], None], end: Callable[[], None]):
        self._head, self._rows, self._done, self._end = head, rows, done, end
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError("a transport that can't be written to")
        self._transport = transport
        self._send()

    def _send(self) -> None:
        inputs = next(self._rows, None)
        if inputs is None:
            self._transport.close()
            self._end()
            return
        body = json.dumps({"inputs": inputs, "mode": "sync"}).encode()
        self._transport.write(b"%sContent-Length: %d\r\n\r\n%s" % (self._head, len(body), body))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length:")[2].split()[0]):
            return
        self._buffer = b""
        _check(json.loads(body))
        self._done()
        self._send()


def _check(answer: Any) -> None:
    if not answer["result"]["responses"][0]["message"]:
        raise RuntimeError("an answer without a text")


async def _sockets(url: str, key: str, app_id: str, _stack: AsyncExitStack) -> Send:
    place = url.removeprefix("http://")
    host, port = place.split(":")
    head = f"POST /webapi/apps/{app_id}/run HTTP/1.1\r\nHost: {place}\r\nAPI-KEY: {key}\r\nContent-Type: application/json\r\n"

    async def send(count: int) -> int:
        loop = asyncio.get_running_loop()
        rows, done, ended, over = _inputs(count), Counter[str](), Counter[str](), asyncio.Event()

        def end() -> None:
            ended["connections"] += 1
            if ended["connections"] == CONCURRENCY:
                over.set()

        def make() -> _Connection:
            return _Connection(head.encode(), rows, lambda: done.update(["rows"]), end)

        await asyncio.gather(*(loop.create_connection(make, host, int(port)) for _ in range(CONCURRENCY)))
        await over.wait()
        return done["rows"]

    return send


def _by_library(post: Callable[[dict[str, Any]], Awaitable[Any]]) -> Send:
    """So many tasks as rows are sent at a time, each of which takes the next row when it has its answer."""

    async def send(count: int) -> int:
        rows = _inputs(count)

        async def work() -> int:
            done = 0
            for inputs in rows:
                _check(await post({"inputs": inputs, "mode": "sync"}))
                done += 1
            return done

        return sum(await asyncio.gather(*(work() for _ in range(CONCURRENCY))))

    return send


async def _httpx(url: str, key: str, app_id: str, stack: AsyncExitStack) -> Send:
    import httpx

    limits = httpx.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
    client = await stack.enter_async_context(httpx.AsyncClient(headers={"API-KEY": key}, limits=limits, timeout=60))

    async def post(body: dict[str, Any]) -> Any:
        return (await client.post(f"{url}/webapi/apps/{app_id}/run", json=body)).raise_for_status().json()

    return _by_library(post)


async def _aiohttp(url: str, key: str, app_id: str, stack: AsyncExitStack) -> Send:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    made: AbstractAsyncContextManager[aiohttp.ClientSession] = aiohttp.ClientSession(
        headers={"API-KEY": key}, connector=connector, raise_for_status=True
    )
    session = await stack.enter_async_context(made)

    async def post(body: dict[str, Any]) -> Any:
        async with session.post(f"{url}/webapi/apps/{app_id}/run", json=body) as response:
            return await response.json()

    return _by_library(post)


async def _mapped(url: str, key: str, app_id: str, stack: AsyncExitStack, **options: Any) -> Send:
    from alli import AsyncAlli

    client = await stack.enter_async_context(AsyncAlli(api_key=key, base_url=url, **options))

    async def send(count: int) -> int:
        items = client.apps.map(app_id, _inputs(count), concurrency=CONCURRENCY)
        return sum([item.status == "ok" async for item in items])

    return send


async def _mapped_by_aiohttp(url: str, key: str, app_id: str, stack: AsyncExitStack) -> Send:
    from alli import aiohttp_client

    return await _mapped(url, key, app_id, stack, http_client=aiohttp_client())


async def _mapped_and_seldom_collected(url: str, key: str, app_id: str, stack: AsyncExitStack) -> Send:
    gc.set_threshold(10_000)
    return await _mapped_by_aiohttp(url, key, app_id, stack)


PROGRAMS = {
    "sockets": _sockets,
    "httpx": _httpx,
    "aiohttp": _aiohttp,
    "map": _mapped,
    "map-aiohttp": _mapped_by_aiohttp,
    "map-aiohttp-gc": _mapped_and_seldom_collected,
}


async def _measured(name: str, url: str, key: str, app_id: str, count: int) -> dict[str, float]:
    """Seconds, seconds of CPU, and MiB that the rows took beyond what the process had."""
    async with AsyncExitStack() as stack:
        send = await PROGRAMS[name](url, key, app_id, stack)
        await send(10)  # loads what is loaded late
        before, cpu, began = forget_peak(), time.process_time(), time.perf_counter()
        if (done := await send(count)) != count:
            raise RuntimeError(f"{done} rows of {count} are done")
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "cpu": time.process_time() - cpu, "memory": memory() - before}


def _resume(url: str, key: str, app_id: str, count: int, file: str) -> None:
    """The program that is killed."""
    from alli import Alli

    with Alli(api_key=key, base_url=url) as client:
        print("It begins.", flush=True)
        for _ in client.apps.map(app_id, _inputs(count), concurrency=RESUMED_CONCURRENCY, resume=file):
            pass


def _in_ray(url: str, key: str, app_id: str, count: int, actors: int) -> dict[str, float]:
    """Rows through so many actors; the seconds count from before these are started."""
    from importlib import import_module

    from alli_batch.ray import AlliMap

    ray: Any = import_module("ray")  # not in .venv
    os.environ |= {"ALLI_API_KEY": key, "ALLI_BASE_URL": url}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    texts = ray.data.from_items(list(_inputs(count)), override_num_blocks=2 * actors)
    done = texts.map_batches(
        AlliMap,
        fn_constructor_kwargs={"app_id": app_id, "concurrency": RAY_CONCURRENCY},
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
        case ["resume", url, key, app_id, count, file]:
            _resume(url, key, app_id, int(count), file)
        case ["ray", url, key, app_id, count, actors]:
            print(json.dumps(_in_ray(url, key, app_id, int(count), int(actors))))
        case [name, url, key, app_id, count]:
            print(json.dumps(asyncio.run(_measured(name, url, key, app_id, int(count)))))
        case _:
            sys.exit("NAME URL KEY APP COUNT ...")
