"""The parts of `scripts/bench --long`, and the order they run in."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from scripts.benchmarks import calls, clients, downloads, emulator, endless, pipelines, soak, tools
from scripts.benchmarks.many_rows import lines as many_rows
from scripts.benchmarks.measure import Row, line

__all__ = ["PARTS", "Part", "chosen", "measured"]


@dataclass(frozen=True)
class Part:
    """A part of the details.

    Attributes:
        title: printed above its lines; `--only` looks into it.
        rows: measures, and gives each line when it is known.
        quick: the same with less of everything.
    """

    title: str
    rows: Callable[[], Iterator[Row]]
    quick: Callable[[], Iterator[Row]]


PARTS = (
    Part(clients.TITLE, clients.rows, partial(clients.rows, 2)),
    Part(calls.TITLE, calls.rows, partial(calls.rows, 20)),
    Part(tools.TITLE, tools.rows, partial(tools.rows, 10)),
    Part(emulator.TITLE, emulator.rows, partial(emulator.rows, 0.2, 2)),
    Part(pipelines.TITLE, pipelines.rows, partial(pipelines.rows, large=False)),
    Part(downloads.TITLE, downloads.rows, downloads.rows),
    Part(endless.TITLE, endless.rows, partial(endless.rows, 50_000)),
    Part(many_rows.TITLE, many_rows.rows, partial(many_rows.rows, quick=True)),
    Part(soak.TITLE, soak.rows, partial(soak.rows, 200)),
)


def chosen(only: str) -> list[Part]:
    """The parts with this in their title; all for ""."""
    return [part for part in PARTS if only in part.title]


def measured(parts: Sequence[Part], *, quick: bool) -> bool:
    """Measures and prints parts; one that fails is reported, and the others go on. Gives whether none failed."""
    failed = 0
    for number, part in enumerate(parts, start=1):
        print(f"{part.title}  (part {number} of {len(parts)})", flush=True)
        began = time.monotonic()
        try:
            _print(part.quick() if quick else part.rows())
        except Exception as error:  # noqa: BLE001 - the other parts are still wanted
            failed += 1
            print(f"  FAILED: {type(error).__name__}: {error}", flush=True)
        print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return not failed


def _print(rows: Iterable[Row]) -> None:
    for row in rows:
        print(line(row), flush=True)
