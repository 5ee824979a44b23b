"""CPU time of `python -m generator`, beside the generator it builds on, run plainly on the same document."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["BASE", "regenerate"]

BASE = "openapi-python-client"
"""Makes the raw package alone; `python -m generator` makes facade and reference too, checks types and lays all of it out."""

_ROOT = Path(__file__).parents[2]


def regenerate(peer: str) -> float:
    """Seconds of CPU, those of the programs it starts included.

    Raises:
        CalledProcessError: it failed.
    """
    with TemporaryDirectory() as folder:
        target = str(Path(folder, "out"))
        if peer == BASE:
            document = str(_ROOT / "generated/alli/openapi.json")
            command = ["-m", "openapi_python_client", "generate", "--path", document, "--output-path", target]
        else:
            command = ["-m", "generator", "--output", target]
        before = os.times()
        subprocess.run([sys.executable, *command], cwd=_ROOT, capture_output=True, check=True)
        after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system
