"""Runs the tests of a user in a separate folder, and says what became of each."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

FOLDERS = [str(Path(__file__).parents[2] / name) for name in ("generated", "adapters")]
CONFIGURATION = "[pytest]\nfilterwarnings = error\n"


@dataclass
class Outcome:
    """What became of one test: `passed`, `failed` or `error` (at its end, or before its beginning), and what was said."""

    word: str
    text: str


def run_pytest(
    folder: Path, test: str, *before: str, configuration: str = CONFIGURATION, plugins: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Runs a test file, with nothing of this project's configuration. `before`: statements to run first."""
    (folder / "test_theirs.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text(configuration, encoding="utf-8")
    program = "; ".join([*before, "import pytest, sys", "sys.exit(pytest.main(sys.argv[1:]))"])
    # The entry point by its name, and nobody else's plugins: what they load or warn of is not what is asked here.
    options = ["-q", "-p", "no:cacheprovider", "-p", "alli_emulator", "--junitxml", "outcomes.xml"]
    for plugin in plugins:
        options += ["-p", plugin]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-c", program, *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=50, check=False)


def outcomes(folder: Path) -> dict[str, Outcome]:
    """What became of each test of the last run in a folder; a test that fails at its end has both told."""
    found: dict[str, Outcome] = {}
    for case in ET.parse(folder / "outcomes.xml").iter("testcase"):
        bad = [child for child in case if child.tag in ("failure", "error", "skipped")]
        word = {"failure": "failed", "error": "error", "skipped": "skipped"}[bad[0].tag] if bad else "passed"
        text = "\n".join(f"{child.get('message')}\n{child.text}" for child in bad)
        found[case.get("name", "")] = Outcome(word, text)
    return found
