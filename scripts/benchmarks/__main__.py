"""`python -m scripts.benchmarks`: measures, prints, and writes results.json and the plot beside this file."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.benchmarks import calls, clients, emulator, tools
from scripts.benchmarks.cases import CASES, OURS, SCALES, Comparison
from scripts.benchmarks.measure import line
from scripts.benchmarks.plot import draw
from scripts.benchmarks.regeneration import BASE, regenerate
from scripts.benchmarks.report import Line, Results, line_of, machine, markdown, missed, terminal
from scripts.benchmarks.runs import Figures, interleaved, once
from scripts.benchmarks.scale import exponent, growth
from scripts.benchmarks.server import serve, speed

__all__ = ["main"]

FOLDER = Path(__file__).parent
ROUNDS, QUICK_ROUNDS = 7, 3
ENOUGH = {"upload": 3, "large": 5, "first_client": 5, "toolkit": 3}
"""Rounds of cases that take long or vary little."""
BEGIN, END = "<!-- what scripts/bench printed -->", "<!-- end of it -->"
"""Of the README's table."""
QUICK_ORDER = {"first_client": 0, "second_client": 1, "upload": 2, "snapshots": 3}
"""Where memory counts, nothing large may have gone before."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints. A missed goal is told and is no failure: a busy machine misses some."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure what the client costs, beside its peers."
    )
    parser.add_argument(
        "--quick", action="store_true", help="less of everything, in under two minutes; writes no files"
    )
    parser.add_argument("--write", action="store_true", help="write the files although it is a quick run")
    parser.add_argument("--long", action="store_true", help="also the details: single calls, tools, the emulator")
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="only lines with this in their title; writes no files"
    )
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with serve() as url:
        results = measured(url, options.quick, options.only)
    print(terminal(results["lines"]))
    for scale in results["scales"]:
        costs = ", ".join(f"{count}: {milliseconds:,.3g} ms" for count, milliseconds in scale["milliseconds"].items())
        print(f"{scale['title']}: exponent {scale['exponent']:.2f}  ({costs})")
    if options.write or not (options.quick or options.only):
        FOLDER.joinpath("results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
        _put_into_readme(markdown(results))
        for path in draw(results, FOLDER):
            print(f"wrote {path.relative_to(FOLDER.parents[1])}")
    if options.long:
        details()
    print(
        f"{time.monotonic() - began:.0f} s. "
        + ("Missed: " + "; ".join(missed(results)) if missed(results) else "All goals are met.")
    )


def measured(url: str, quick: bool, only: str) -> Results:
    """All comparisons whose title has `only` in it, and the growths."""
    # The peak of a process that has done much else before tells nothing of a stream.
    hidden = {("snapshots", "memory")} if quick else set()
    wanted = [case for case in CASES if only in case.title and (case.case, case.figure) not in hidden]
    results: Results = {
        "quick": quick,
        "machine": machine(),
        "rounds": QUICK_ROUNDS if quick else ROUNDS,
        "server": speed(url),
    }
    print(
        f"the server alone: {results['server']['calls_per_second']:,} calls/s, {results['server']['cpu_us']:g} µs CPU each"
    )
    known = _quickly(wanted, url) if quick else _thoroughly(wanted, url)
    lines: list[Line] = []
    for case in wanted:
        figures = known[case.case][case.figure]
        lines.append(line_of(case, figures, {peer: statistics.median(values) for peer, values in figures.items()}))
    if "regeneration".startswith(only):
        lines.append(_regeneration(1 if quick else 3))
    results["lines"] = lines
    results["scales"] = [] if only else [_scale(url, quick, number) for number in range(len(SCALES))]
    _progress("")
    return results


def _thoroughly(wanted: Sequence[Comparison], url: str) -> dict[str, dict[str, Figures]]:
    """Each case in processes of its own."""
    known: dict[str, dict[str, Figures]] = {}
    for case in wanted:
        if case.case not in known:
            jobs = {peer: {case.case: case.count} for peer in case.peers}
            known |= interleaved(jobs, url, ENOUGH.get(case.case, ROUNDS), _progress)
    return known


def _quickly(wanted: Sequence[Comparison], url: str) -> dict[str, dict[str, Figures]]:
    """All cases of a peer in one process, for most of the time goes into starting them; the first client comes first."""
    jobs: dict[str, dict[str, int]] = {}
    for case in sorted(wanted, key=lambda case: QUICK_ORDER.get(case.case, len(QUICK_ORDER))):
        for peer in case.peers:
            jobs.setdefault(peer, {})[case.case] = case.quick
    return interleaved(jobs, url, QUICK_ROUNDS, _progress)


def _regeneration(rounds: int) -> Line:
    figures: Figures = {OURS: [], BASE: []}
    for number in range(rounds):
        for peer, values in figures.items():
            _progress(f"regeneration, round {number + 1} of {rounds}: {peer}")
            values.append(regenerate(peer))
    case = Comparison("regeneration, beside openapi-python-client's", "", "cpu", "s", 1, 1, (), BASE)
    return line_of(case, figures, {peer: statistics.median(values) for peer, values in figures.items()})


def _scale(url: str, quick: bool, number: int) -> dict[str, object]:
    scale = SCALES[number]

    def measure(count: int) -> float:
        _progress(f"growth with {scale.title}: {count}")
        return once(OURS, url, {scale.case: count})[scale.case]["cpu"]

    costs = growth(measure, scale.highest, 1 if quick else 3)
    milliseconds = {str(count): float(f"{cost * 1e3:.3g}") for count, cost in costs.items()}
    return {"title": scale.title, "milliseconds": milliseconds, "exponent": round(exponent(costs), 3)}


def _put_into_readme(table: str) -> None:
    readme = FOLDER.parents[1] / "README.md"
    before, begin, rest = readme.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        readme.write_text(f"{before}{begin}\n\n{table}\n{end}{after}", "utf-8")


def details() -> None:
    """What single calls, clients, tools and the emulator take, in one process."""
    for module in (calls, clients, tools, emulator):
        print(module.TITLE)
        for row in module.rows():
            print(line(row), flush=True)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text and not os.environ.get("QUIET"):
        print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
