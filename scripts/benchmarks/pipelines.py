"""How long `python -m generator` takes from start to end, its type check included, and the memory of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.benchmarks.large_document import OPERATIONS, large_document
from scripts.benchmarks.measure import Row
from scripts.benchmarks.runs import BenchError

__all__ = ["TITLE", "rows"]

TITLE = "python -m generator: time by the clock, and the most memory of the process and of those it starts"
PRESENT = 5.0  # seconds
LARGE = 30.0  # seconds
MEMORY = 1024.0  # MiB

_ROOT = Path(__file__).parents[2]
_PROGRAM = """
import resource, sys
from generator.__main__ import main
from scripts.benchmarks.spent import memory

status = main(sys.argv[1:])
print(max(memory(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
raise SystemExit(status)
"""


def rows(large: bool = True) -> Iterator[Row]:
    """The present spec, then, if wanted, one of 300 operations.

    Raises:
        BenchError: a generation failed.
    """
    yield _row("the present spec", [], PRESENT)
    if not large:
        return
    with TemporaryDirectory() as folder:
        document = Path(folder, "spec.json")
        document.write_text(json.dumps(large_document()), "utf-8")
        yield _row(f"{OPERATIONS} operations", ["--spec", str(document)], LARGE)


def _row(name: str, arguments: list[str], target: float) -> Row:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _PROGRAM, *arguments, "--output", str(Path(folder, "out"))]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
    if done.returncode:
        raise BenchError(f"{name}: {(done.stderr.splitlines() or ['no word'])[-1]}")
    peak = float(done.stdout.splitlines()[-1])
    verdict = "" if seconds <= target and peak <= MEMORY else "  MISSED"
    return name, f"{seconds:.1f} s elapsed, {peak:,.0f} MiB", f"at most {target:g} s, {MEMORY:,.0f} MiB{verdict}"
