"""What came out, as JSON and as tables for the terminal and docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, TypeAlias

from scripts.benchmarks.cases import AIOHTTP, CASES, OURS, RIVALS, Comparison
from scripts.benchmarks.peers import NAMES
from scripts.benchmarks.runs import Figures, ratio

__all__ = ["Line", "Results", "limited", "line_of", "machine", "markdown", "missed", "terminal"]

Line: TypeAlias = dict[str, Any]
"""title, unit, base, ours (in the unit), ratios by peer (median, low, high), rival (ours as a part of the better one's), goal and
missed (texts), server (by peer, how busy it was: CPU time by time that passed; None where it has no part)."""
Results: TypeAlias = dict[str, Any]
"""machine, versions, rounds, server, lines, scales."""

_FACTORS = {"us": 1e6, "ms": 1e3, "s": 1.0, "MiB": 1.0, "modules": 1.0}
_LEAST = {"MiB": 1 / 256, "modules": 1.0}
"""What can't be told from nothing, by unit: a page of memory; for times it is _LEAST_SECONDS."""
_LEAST_SECONDS = 1e-6
_BUSY = 0.9
"""The part of the time from which the server may have been what limits."""


def machine() -> dict[str, object]:
    """What the numbers depend on; nothing that names the machine."""
    return {
        "cores": os.cpu_count() or 1,
        "load": round(os.getloadavg()[0], 1),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("httpx", "httpx2", "requests", "openai", "anthropic")},
    }


def line_of(wanted: Comparison, figures: Figures, server: Figures | None) -> Line:
    """One line of the table; `server` says how busy that was."""
    medians = {peer: statistics.median(values) for peer, values in figures.items()}
    least = _LEAST.get(wanted.unit, _LEAST_SECONDS)
    ratios = {peer: ratio(figures, peer, wanted.base, least) for peer in figures}
    ours = medians[OURS] * _FACTORS[wanted.unit]
    rivals = [medians[peer] for peer in RIVALS if peer in medians]
    goals: list[tuple[str, bool]] = []
    if wanted.ratio is not None:
        goals.append((f"≤ {wanted.ratio:g} × {wanted.base}", round(ratios[OURS].median, 2) <= wanted.ratio))
    if wanted.aiohttp is not None:
        met = round(ratios[AIOHTTP].median, 2) <= wanted.aiohttp
        goals.append((f"by aiohttp ≤ {wanted.aiohttp:g} × {wanted.base}", met))
    if wanted.limit is not None:
        goals.append((f"≤ {wanted.limit:g} {_named(wanted.unit)}", ours <= wanted.limit))
    if wanted.halves and rivals:
        goals.append(("≤ ½ rival", 2 * medians[OURS] <= min(rivals)))
    return {
        "title": wanted.title,
        "unit": wanted.unit,
        "base": wanted.base,
        "ours": round(ours, 4),
        "ratios": {peer: ratios[peer].to_json() for peer in (*NAMES, wanted.base) if peer in ratios},
        "rival": round(medians[OURS] / min(rivals), 3) if rivals and min(rivals) > 0 else None,
        "goal": ", ".join(text for text, _ in goals),
        "missed": ", ".join(text for text, met in goals if not met),
        "server": server and {peer: round(statistics.median(values), 3) for peer, values in server.items()},
    }


def _named(unit: str) -> str:
    return "µs" if unit == "us" else unit


def _cells(line: Line) -> list[str]:
    """Title, ours in its unit, each peer's ratio, how busy the server was at most, the goal."""
    amount = f"{line['ours']:.3g}" if line["ours"] < 1000 else f"{line['ours']:,.0f}"
    cells = [line["title"], f"{amount} {_named(line['unit'])}"]
    ratios = dict(line["ratios"])
    if line["base"] not in NAMES:
        ratios["httpx"] = ratios[line["base"]]
    for peer in NAMES:
        found = ratios.get(peer)
        if found is None:
            cells.append("–")
        elif peer == line["base"]:
            cells.append("1")
        elif peer == OURS:
            cells.append(f"{_short(found['median'])} ({_short(found['low'])}–{_short(found['high'])})")
        else:
            cells.append(_short(found["median"]))
    cells.append(f"{max(line['server'].values()):.0%}" if line["server"] else "–")
    goal = line["goal"] or "–"
    return [*cells, f"{goal}; missed: {line['missed']}" if line["missed"] else goal]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


_HEAD = ("", "ours", *NAMES, "server", "goal")


def terminal(lines: Sequence[Line]) -> str:
    """The table, in columns."""
    rows = [list(_HEAD), *map(_cells, lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)),
                row[-1],
            ]
        )
        for row in rows
    )


def markdown(results: Results) -> str:
    """The table and the growth, as docs/benchmarks.md has them."""
    host, kind = results["machine"], "A quick run" if results["quick"] else "A run"
    server = results["server"]
    rows = [
        f"{kind} of {results['rounds']} rounds on {host['cores']} cores ({host['architecture']}, {host['system']}), Python {host['python']}, "
        + ", ".join(f"{name} {number}" for name, number in host["versions"].items())
        + f". The server alone: {server['calls_per_second']:,} calls per second, {server['cpu_us']:g} µs of its CPU each.",
        "",
    ]
    if results["quick"]:
        fewer = {
            case.case: f"{case.quick:,} of {case.count:,} in {case.case}" for case in CASES if case.quick < case.count
        }
        rows[0] += (
            f" It did less than the lines say: {', '.join(fewer.values())} (calls, items, records, clients, tools or MiB)."
        )
    if told := limited(results):
        rows[0] += f" The server may have been the limit of: {'; '.join(told)}."
    if host["load"] > host["cores"]:
        rows[0] += f" The machine was busy with other work, a load of {host['load']:g}, so the numbers are rough."
    rows += ["| | " + " | ".join(_HEAD[1:]) + " |", "|---" * len(_HEAD) + "|"]
    rows += ["| " + " | ".join(_cells(line)) + " |" for line in results["lines"]]
    rows += ["", "| grows with | 10 | 100 | 1,000 | 10,000 | 100,000 | exponent |", "|---" * 7 + "|"]
    for scale in results["scales"]:
        costs = [
            f"{milliseconds:,.3g} ms" if milliseconds < 1000 else f"{milliseconds:,.0f} ms"
            for milliseconds in scale["milliseconds"].values()
        ]
        costs += ["–"] * (5 - len(costs))
        rows.append(f"| {scale['title']} | " + " | ".join(costs) + f" | {scale['exponent']:.2f} |")
    return "\n".join(rows) + "\n"


def limited(results: Results) -> list[str]:
    """The lines in which the server may have been the bottleneck for some peer, one text each."""
    return [
        f"{line['title']} ({', '.join(peer for peer, share in line['server'].items() if share >= _BUSY)})"
        for line in results["lines"]
        if line["server"] and max(line["server"].values()) >= _BUSY
    ]


def missed(results: Results) -> list[str]:
    """The goals that were missed, one text each."""
    return [f"{line['title']}: {line['missed']}" for line in results["lines"] if line["missed"]]
