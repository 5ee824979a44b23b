"""Checks the types of the finished tree with mypy before it may replace the old one.

What depends on the document is checked here: that facade, models and hand-written templates fit each other. How the hand-written
modules use the HTTP library doesn't depend on the document: one template names it, and scripts/lint checks that one with the library's
types. So the library is not read here, which would take half as long again (5.3 s of processor time instead of 3.4 s with an empty
cache). mypy keeps what it has read below .mypy_cache, or where its variable MYPY_CACHE_DIR says; scripts/bootstrap fills that, so that
the first regeneration is as quick as the next ones (0.2 s where nothing changed).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem
from generator.output.provenance import origin

__all__ = ["CACHE", "SETTINGS", "check_types"]

CACHE = Path(__file__).parents[2] / ".mypy_cache" / "generator"

SETTINGS = """\
[mypy]
strict = true
python_version = 3.11
# What the HTTP library gives is unknown here, so these can't be asked.
disallow_subclassing_any = false
warn_return_any = false
warn_unused_ignores = false
disallow_untyped_decorators = false
[mypy-httpx.*]
follow_imports = skip
# Only there where HTTP/2 or the extra aiohttp is used.
[mypy-h2.*,aiohttp.*]
follow_imports = skip
ignore_missing_imports = true
"""

_LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): error: (?P<message>.*)")


def check_types(root: Path) -> None:
    """Check the package below `root`.

    Raises:
        GenerationFailed: with every error mypy finds, or because mypy is missing.
    """
    settings = root.parent / "mypy.ini"
    settings.write_text(SETTINGS, encoding="utf-8")
    call = [sys.executable, "-m", "mypy", "--config-file", str(settings.resolve()), "--cache-dir", _cache()]
    call += ["--no-error-summary", "--no-color-output", "--hide-error-context", "--no-pretty", "-p", "alli"]
    # The tree is its own, whatever else is installed under its name.
    environment = {name: value for name, value in os.environ.items() if name not in ("MYPYPATH", "PYTHONPATH")}
    done = subprocess.run(call, cwd=root, capture_output=True, text=True, check=False, env=environment)
    if done.returncode == 0:
        return
    lines = (done.stdout or done.stderr).splitlines()
    problems = [_problem(root, match) for line in lines if (match := _LINE.fullmatch(line))]
    failure = next((line for line in lines if "error" in line.lower()), f"exit status {done.returncode}")
    advice = f"is the disk full, or {shown(_folder())} spoilt? it may be deleted"
    raise GenerationFailed(problems or [Problem(f"mypy failed with '{failure}'; {advice}")])


def _folder() -> Path:
    return Path(os.environ.get("MYPY_CACHE_DIR") or CACHE).absolute()


def _cache() -> str:
    """Where mypy keeps what it has read; nowhere if the user who runs this can't write there."""
    folder = _folder()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return str(folder) if os.access(there, os.W_OK) else os.devnull


def _problem(root: Path, match: re.Match[str]) -> Problem:
    line = int(match["line"])
    try:
        text = (root / match["file"]).read_text("utf-8")
    except OSError:
        text = ""
    code = "".join(text.splitlines()[line - 1 : line]).strip()
    message = f"renders {match['file']} with a wrong type in its line {line}: {match['message']}: {code}"
    return Problem(message, Place(origin(text) or match["file"]))
