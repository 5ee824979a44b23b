"""Formats the generated tree with ruff: once, with rules that depend on nothing outside this file.

Isolated, because ruff would else read the configuration of whatever folder is above; pinned, because its default rules
and its style change between releases; by the running interpreter, because another ruff may be first on PATH.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator.document.problems import GenerationFailed, Problem

__all__ = ["RUFF_VERSION", "format_tree"]

RUFF_VERSION = "0.17.6"

# What version control ignores is formatted too: the folder generated into is such a one.
_SETTINGS = (
    "--isolated",
    "--no-cache",
    "--no-respect-gitignore",
    "--quiet",
    "--target-version=py311",
    "--line-length=120",
)


def format_tree(root: Path) -> None:
    """Sort imports, remove unused ones and format every Python file below `root`.

    Raises:
        GenerationFailed: ruff is missing, of another version, or failed.
    """
    try:
        installed = version("ruff")
    except PackageNotFoundError:
        installed = "not installed"
    if installed != RUFF_VERSION:
        raise GenerationFailed(
            [Problem(f"ruff is {installed}, but {RUFF_VERSION} is needed: pip install 'alli-sdk[generator]' brings it")]
        )
    _ruff(root, "check", *_SETTINGS, "--fix-only", "--select", "F,I,UP")
    _ruff(root, "format", *_SETTINGS)


def _ruff(root: Path, command: str, *arguments: str) -> None:
    call = [sys.executable, "-m", "ruff", command, *arguments, "."]
    done = subprocess.run(call, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode < 0:
        message = (
            f"ruff {command} was ended by {signal.Signals(-done.returncode).name}; is there enough disk and memory?"
        )
        raise GenerationFailed([Problem(message)])
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise GenerationFailed([Problem(f"ruff {command} failed: {line}") for line in lines or [str(done.returncode)]])
