"""Programs of the documentation, run as a reader runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.markdown import blocks_of
from tests.places import ROOT

__all__ = ["follow"]


def follow(page: str, folder: Path, settings: Mapping[str, str] | None = None) -> list[str]:
    """Saves the one program of a page in `folder`, runs it there, with further settings in its environment, and gives the lines that it prints."""
    (block,) = blocks_of(ROOT / page, "python")
    program = folder / "program.py"
    program.write_text(block.code, "utf-8")
    places = {"PYTHONPATH": os.pathsep.join([str(ROOT / "generated"), str(ROOT / "adapters")]), "LEDGER": str(folder)}
    environment = {**os.environ, **places, **(settings or {})}
    done = subprocess.run([sys.executable, program], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()
