"""What clients cost: importing and making the first, a copy, a second one."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from alli import Alli

from scripts.benchmarks.measure import Row, medians, ratio_row

__all__ = ["TITLE", "rows"]

TITLE = "CPU of import and clients"
ROUNDS = 9
_PROGRAMS = {
    "ours": "import alli; alli.Alli(api_key='bench', base_url='http://127.0.0.1:9')",
    "theirs": "import httpx; httpx.Client()",
    "import": "import alli",
}


def rows(rounds: int = ROUNDS) -> Iterator[Row]:
    """Import and first client in fresh processes; then copies and further clients in this one."""
    with tempfile.TemporaryDirectory() as cache:
        spent: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
        for round_number in range(rounds + 1):
            for name, program in _PROGRAMS.items():
                cpu = _cpu_of(program, cache)
                if round_number:  # the first one compiles, which an installed package has behind it
                    spent[name].append(cpu)
    first = {name: statistics.median(values) for name, values in spent.items()}
    yield ratio_row("import alli + first client", first["ours"], first["theirs"], 1.2)
    yield _limit_row("import alli", first["import"], 40e-3)
    with Alli(api_key="bench", base_url="http://127.0.0.1:9") as client:
        costs = medians(
            {
                "with_options": lambda: client.with_options(user_id="emp-7"),
                "a second client": lambda: Alli(api_key="bench", base_url="http://127.0.0.1:9").close(),
            },
            rounds=rounds,
            times=200,
        )
    yield _limit_row("with_options", costs["with_options"], 0.1e-3)
    yield _limit_row("a second client", costs["a second client"], 2e-3)


def _limit_row(name: str, seconds: float, limit: float) -> Row:
    verdict = "" if seconds <= limit else "  MISSED"
    return name, f"{seconds * 1e3:7.3f} ms", f"at most {limit * 1e3:g} ms{verdict}"


def _cpu_of(program: str, cache: str) -> float:
    """Seconds of CPU of `program` in a fresh process, without the interpreter's own start; bytecode is kept in `cache`."""
    # Rich and click, where a workshop has them, are loaded by httpx for its command line; a plain install has neither.
    plain = "import sys, time; sys.modules['click'] = None"
    wrapped = f"{plain}; began = time.process_time(); {program}; print(time.process_time() - began)"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", wrapped]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout)
