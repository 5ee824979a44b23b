"""CPU time of `python -m generator`, beside the generator it builds on, run plainly on the same document."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.benchmarks.cases import REGENERATION
from scripts.benchmarks.runs import BenchError

__all__ = ["BASE", "regenerate"]

BASE = REGENERATION.base
"""Makes the raw package alone; `python -m generator` makes facade and reference too, checks types and lays all of it out."""

_ROOT = Path(__file__).parents[2]


def regenerate(peer: str) -> float:
    """Seconds of CPU, those of the programs it starts included.

    Raises:
        BenchError: it failed.
    """
    with TemporaryDirectory() as folder:
        target = str(Path(folder, "out"))
        if peer == BASE:
            document = str(_ROOT / "generated/alli/openapi.json")
            command = ["-m", "openapi_python_client", "generate", "--path", document, "--output-path", target]
        else:
            command = ["-m", "generator", "--output", target]
        before = os.times()
        done = subprocess.run([sys.executable, *command], cwd=_ROOT, capture_output=True, text=True, check=False)
        after = os.times()
    if done.returncode:
        raise BenchError(f"regeneration by {peer}: {(done.stderr.splitlines() or ['no word'])[-1]}")
    return after.children_user - before.children_user + after.children_system - before.children_system
