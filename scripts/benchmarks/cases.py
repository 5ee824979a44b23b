"""What is compared, and what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.benchmarks.peers import NAMES

__all__ = ["AIOHTTP", "CASES", "OURS", "REGENERATION", "RIVALS", "SCALES", "Comparison", "Scale"]

OURS = "alli-sdk"
RIVALS = ("openai", "anthropic")
"""SDKs that do the same jobs; where both do, ours is to cost at most half of the better."""
AIOHTTP = "alli aiohttp"
_ALL = tuple(name for name in NAMES if name != AIOHTTP)
_TOOLS = ("alli-sdk", "httpx")
_STREAMS = tuple(name for name in _ALL if name != "raw client")
_CLIENTS = _STREAMS
_ASYNC = tuple(name for name in NAMES if name != "requests")
_ENGINES = (OURS, AIOHTTP, "httpx", "httpx2")


@dataclass(frozen=True)
class Comparison:
    """One line of the table.

    Attributes:
        title: what is measured.
        case: the worker's.
        figure: which of its figures.
        unit: "us", "ms", "s", "MiB" or "modules"; times come in seconds.
        count: how much of it, and `quick` in a quick run.
        peers: who takes part.
        base: whose figure is 1.
        ratio: the highest wanted of ours to the base's; None where there is no such goal.
        limit: the highest wanted of ours, in `unit`.
        halves: ours is to be at most half of the better rival's.
        aiohttp: the highest wanted ratio of ours by aiohttp to the base's; None where there is no such goal.
    """

    title: str
    case: str
    figure: str
    unit: str
    count: int
    quick: int
    peers: tuple[str, ...]
    base: str = "httpx"
    ratio: float | None = None
    limit: float | None = None
    halves: bool = True
    aiohttp: float | None = None


CASES = (
    Comparison("one call", "one_call", "cpu", "us", 500, 100, _ALL, ratio=0.9),
    Comparison("1,000 calls on 32 threads", "threads", "cpu", "us", 1000, 100, _ALL, ratio=1.15),
    Comparison("1,000 calls on one async client", "tasks", "cpu", "us", 1000, 50, _ASYNC, ratio=1.15),
    Comparison("an async call", "async_call", "cpu", "us", 500, 100, _ENGINES, ratio=1.0, halves=False, aiohttp=0.6),
    Comparison("a call over TLS", "tls_call", "cpu", "us", 500, 100, _CLIENTS, ratio=1.15),
    Comparison("a call, 100 kB compressed by gzip", "gzip_call", "cpu", "us", 200, 50, _TOOLS, ratio=1.15),
    Comparison("1,000 rows by apps.map, 16 at a time", "rows", "cpu", "us", 1000, 100, _TOOLS),
    Comparison("paging 10,000 apps, per app", "paging", "cpu", "us", 10_000, 1_000, _ALL, "raw client", ratio=1.1),
    Comparison("stream of small deltas, per record", "deltas", "cpu", "us", 20_000, 500, _STREAMS, ratio=0.8),
    Comparison("the same, many in a packet", "packed", "cpu", "us", 20_000, 2000, _STREAMS, ratio=1.0),
    Comparison("the same, each when it is waited for", "paced", "cpu", "us", 1000, 200, _STREAMS, ratio=1.0),
    Comparison(
        "async stream of small deltas, per record",
        *("async_deltas", "cpu", "us", 20_000, 500, _ENGINES),
        ratio=1.0,
        halves=False,
        aiohttp=0.4,
    ),
    Comparison(
        "1,000 streams at once, per record", "relay", "cpu", "us", 1000, 100, (OURS, AIOHTTP, "httpx"), ratio=1.0
    ),
    Comparison("memory of 1,000 streams at once", "held", "memory", "MiB", 1000, 100, (OURS, AIOHTTP, "httpx")),
    Comparison("stream of growing snapshots, per record", "snapshots", "cpu", "us", 500, 200, _STREAMS, ratio=1.0),
    Comparison("stream of 1 MB records, per record", "large", "cpu", "ms", 20, 5, _STREAMS, ratio=1.0),
    Comparison(
        "memory while snapshots stream", "snapshots", "memory", "MiB", 500, 200, _STREAMS, limit=1, halves=False
    ),
    Comparison("first text after its bytes, by the clock", "first_text", "wall", "ms", 50, 20, _STREAMS, limit=1.0),
    Comparison("a stream up to its first text", "first_text", "cpu", "us", 50, 20, _STREAMS),
    Comparison("memory of a 1 GiB upload", "upload", "memory", "MiB", 1024, 64, _CLIENTS, limit=16),
    Comparison("CPU of a 1 GiB upload", "upload", "cpu", "s", 1024, 64, _CLIENTS),
    Comparison("CPU of a 256 MiB async upload", "async_upload", "cpu", "s", 256, 32, _ENGINES),
    Comparison("memory of it", "async_upload", "memory", "MiB", 256, 32, _ENGINES, limit=16),
    Comparison("import and first client", "first_client", "cpu", "ms", 1, 1, _ALL, ratio=1.15),
    Comparison("modules loaded by it", "first_client", "modules", "modules", 1, 1, _ALL),
    Comparison("memory taken by it", "first_client", "memory", "MiB", 1, 1, _ALL),
    Comparison("a second client", "second_client", "cpu", "ms", 20, 2, _ALL, limit=2.0),
    Comparison("a tool call through alli_tools", "ask_tool", "cpu", "us", 300, 50, _TOOLS),
    Comparison("a tool call through LangChain", "tool_call", "cpu", "us", 300, 50, _TOOLS),
    Comparison("what the tool adds to the call", "tool_call", "own", "us", 300, 50, _TOOLS),
    Comparison("500 LangChain tools, per tool", "toolkit", "cpu", "us", 500, 200, _TOOLS),
)
"""In the order of the table. Lines of one case share its runs."""

REGENERATION = Comparison(
    "regeneration, beside openapi-python-client's", "", "cpu", "s", 1, 1, (), "openapi-python-client"
)
"""The worker has no case for it."""


@dataclass(frozen=True)
class Scale:
    """How one cost grows.

    Attributes:
        title: of what.
        case: the worker's.
        highest: the largest count tried; the counts are the powers of ten up to it.
    """

    title: str
    case: str
    highest: int = 10_000


SCALES = (
    Scale("items of a list", "paging", 100_000),
    Scale("records of a stream", "deltas", 100_000),
    Scale("records of an async stream", "async_deltas", 100_000),
    Scale("messages of an answer", "messages", 100_000),
    Scale("LangChain tools", "toolkit"),
)
