"""`python -m scripts.benchmarks`: measures, prints, and writes results.json, and the table and the plot of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.benchmarks.cases import CASES, REGENERATION, SCALES
from scripts.benchmarks.comparing import Plan, measured
from scripts.benchmarks.plot import draw
from scripts.benchmarks.report import Results, limited, markdown, missed, terminal
from scripts.benchmarks.runs import BenchError
from scripts.benchmarks.serving import serve

__all__ = ["main"]

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[1] / "docs/benchmarks.md"
BEGIN, END = "<!-- what scripts/bench printed -->", "<!-- end of it -->"
"""Around the table of the page."""
INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints; returns the exit code. A missed goal is reported but is not a failure: a busy machine misses some."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure what the client costs, beside its peers."
    )
    parser.add_argument(
        "--quick", action="store_true", help="less of everything, in under two minutes; writes no files"
    )
    parser.add_argument("--write", action="store_true", help="write the files although it is a quick run")
    parser.add_argument(
        "--long",
        action="store_true",
        help="also the details: a stream of an hour, a large file, single calls, tools, the emulator, the generator, many rows",
    )
    parser.add_argument(
        "--only",
        metavar="TEXT",
        default="",
        help="only lines, and parts of --long, with this in their title; writes no files",
    )
    options = parser.parse_args(arguments)
    plan = Plan(options.quick, options.only)
    if options.long:  # not above: it loads LangChain and the generator
        from scripts.benchmarks import details
    parts = details.chosen(options.only) if options.long else []
    if plan.is_empty() and not parts:
        titles = [case.title for case in CASES] + [REGENERATION.title] + [scale.title for scale in SCALES]
        titles += [part.title for part in details.PARTS] if options.long else []
        parser.error(f"--only: no title has {options.only!r} in it; there are:\n  " + "\n  ".join(titles))
    if options.write and options.only:
        parser.error("--write: the files hold all lines, so not with --only")
    try:
        compared = plan.is_empty() or _compared(plan, is_kept=options.write or not (options.quick or options.only))
        detailed = not parts or details.measured(parts, quick=options.quick)
    except KeyboardInterrupt:
        _Progress.clear()
        print("scripts/bench: stopped.", file=sys.stderr)
        return INTERRUPTED
    return 0 if compared and detailed else 1


def _compared(plan: Plan, *, is_kept: bool) -> bool:
    try:
        _compare(plan, is_kept=is_kept)
    except BenchError as error:
        _Progress.clear()
        print(f"scripts/bench: {error}. Nothing was written.", file=sys.stderr)
        return False
    return True


def _compare(plan: Plan, *, is_kept: bool) -> None:
    began = time.monotonic()
    with serve() as url:
        results = measured(url, plan, _Progress(plan.steps))
    _Progress.clear()
    server = results["server"]
    print(f"the server alone: {server['calls_per_second']:,} calls/s, {server['cpu_us']:g} µs CPU each")
    if results["lines"]:
        print(terminal(results["lines"]))
    for scale in results["scales"]:
        costs = ", ".join(f"{count}: {milliseconds:,.3g} ms" for count, milliseconds in scale["milliseconds"].items())
        print(f"{scale['title']}: exponent {scale['exponent']:.2f}  ({costs})")
    for title in limited(results):
        print(f"The server may have been the limit of: {title}")
    if is_kept:
        _write(results)
    print(
        f"{time.monotonic() - began:.0f} s. "
        + ("Missed: " + "; ".join(missed(results)) if missed(results) else "All goals are met.")
    )


def _write(results: Results) -> None:
    FOLDER.joinpath("results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
    before, begin, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        PAGE.write_text(f"{before}{begin}\n\n{markdown(results)}\n{end}{after}", "utf-8")
    for path in draw(results, PAGE.parent):
        print(f"wrote {path.relative_to(FOLDER.parents[1])}")


class _Progress:
    """Tells on stderr what is being done, and how much of all that is."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._done = 0

    def __call__(self, text: str) -> None:
        self._done += 1
        told = f"{self._done} of {self._steps}: {text}"
        if sys.stderr.isatty():
            print(f"\r\033[K{told}", end="", file=sys.stderr, flush=True)
        elif not os.environ.get("QUIET"):
            print(f"  {told}", file=sys.stderr, flush=True)

    @staticmethod
    def clear() -> None:
        """Makes room for what is printed next."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
