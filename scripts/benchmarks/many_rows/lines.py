"""Ten thousand rows through `apps.map`, beside bare sockets and HTTP libraries; through Ray's actors; and by a process that is killed."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.many_rows.kills import killed
from scripts.benchmarks.many_rows.programs import CONCURRENCY, RAY_CONCURRENCY
from scripts.benchmarks.many_rows.service import SECONDS, Kind, serving
from scripts.benchmarks.many_rows.starting import RAY, measured
from scripts.benchmarks.measure import Row

__all__ = ["TITLE", "rows"]

TITLE = f"many rows of {SECONDS * 1e3:g} ms, {CONCURRENCY} at a time in one process"
COUNT, QUICK_COUNT = 10_000, 1_000
FEWER = {"httpx": 5}
"""Programs that take a part of the rows: the pool of bare httpx looks through all connections for each row."""
MOST_TIME = 1.15
"""Times the ideal, with which no connection ever waits for the process."""
MOST_MEMORY = 60.0
"""MiB that the rows may take."""
SERVICES: dict[Kind, dict[str, str]] = {
    "emulator": {
        "sockets": "bare sockets, what the emulator can do",
        "aiohttp": "bare aiohttp",
        "httpx": "bare httpx",
        "map": "apps.map",
        "map-aiohttp": "apps.map, aiohttp",
    },
    # Beside a service that takes a tenth of the CPU time.
    "bare": {
        "sockets": "bare sockets, a bare server",
        "aiohttp": "bare aiohttp",
        "map-aiohttp": "apps.map, aiohttp",
        "map-aiohttp-gc": "the same, gc.set_threshold(10_000)",
    },
}
RAY_COUNT, QUICK_RAY_COUNT = 2_000, 200
KILLS, QUICK_KILLS = 100, 3
KILLED, QUICK_KILLED = 5_000, 1_000
"""Rows of a file; thirty kills or so fill the larger one."""


def rows(quick: bool = False) -> Iterator[Row]:
    """What is printed, as it is measured."""
    for kind, programs in SERVICES.items():
        for program, title in programs.items():
            count = (QUICK_COUNT if quick else COUNT) // FEWER.get(program, 1)
            yield from _sent(kind, program, f"{kind}: {title}", count)
    if RAY.exists():
        for actors in (1, 2):
            yield _by_ray(actors, QUICK_RAY_COUNT if quick else RAY_COUNT)
    else:
        yield "Ray, actors: 1 and 2", "not measured: scripts/test-ray installs Ray", ""
    yield _killed(QUICK_KILLS, QUICK_KILLED) if quick else _killed(KILLS, KILLED)


def _sent(kind: Kind, program: str, title: str, count: int) -> Iterator[Row]:
    with serving(kind) as service:
        before = service.report().cpu
        figures = measured(program, *service.arguments, str(count))
        busy = (service.report().cpu - before) / figures["seconds"]
    ideal = count / CONCURRENCY * SECONDS
    text = (
        f"{figures['seconds'] / ideal:5.2f} x ideal  ({figures['seconds']:.1f} s; CPU {figures['cpu'] * 1e6 / count:,.0f} us a row; "
        f"service {busy:.0%})"
    )
    if not program.startswith("map"):
        yield title, text, ""
        return
    verdict = "" if figures["seconds"] <= MOST_TIME * ideal else "  MISSED"
    yield title, text, f"at most {MOST_TIME:g} x ideal{verdict}"
    verdict = "" if figures["memory"] <= MOST_MEMORY else "  MISSED"
    yield "  memory of it", f"{figures['memory']:5.1f} MiB more", f"at most {MOST_MEMORY:g} MiB{verdict}"


def _by_ray(actors: int, count: int) -> Row:
    with serving("emulator") as service:
        figures = measured("ray", *service.arguments, str(count), str(actors), python=RAY)
        report = service.report()
    seconds = report.last - report.first + SECONDS
    ideal = count / (actors * RAY_CONCURRENCY) * SECONDS
    text = f"{seconds / ideal:5.2f} x ideal  ({seconds:.1f} s from the first row; {figures['seconds']:.1f} s with the start of the actors)"
    return f"Ray, {count:,} rows, {RAY_CONCURRENCY} at a time in each of {actors}", text, ""


def _killed(kills: int, count: int) -> Row:
    found = killed(kills, count)
    text = ", ".join(f"{found[name]:,} {name}" for name in ("done", "unknown", "twice", "lost"))
    verdict = "  MISSED" if found["twice"] or found["lost"] else ""
    return f"kill -9, {found['kills']} times", text, f"none twice, none lost{verdict}"
