"""Starts the programs of programs.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from scripts.benchmarks.runs import BenchError

__all__ = ["RAY", "command", "measured"]

ROOT = Path(__file__).parents[3]
RAY = ROOT / ".venv-ray/bin/python"
"""Of the environment that scripts/test-ray makes."""
TIMEOUT = 300
"""Seconds for one program."""


def command(name: str, *arguments: str, python: Path | str = sys.executable) -> list[str]:
    """The command line of a program."""
    return [str(python), "-W", "ignore", "-m", "scripts.benchmarks.many_rows.programs", name, *arguments]


def measured(name: str, *arguments: str, python: Path | str = sys.executable) -> dict[str, float]:
    """What a program printed.

    Raises:
        BenchError: it failed, with the end of what it said, or took too long.
    """
    try:
        done = subprocess.run(
            command(name, *arguments, python=python),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"rows by {name}: not done after {TIMEOUT} s") from None
    if done.returncode:
        said = " ".join(line.strip() for line in done.stderr.splitlines()[-2:])
        raise BenchError(f"rows by {name}: {said or f'exit code {done.returncode}'}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
