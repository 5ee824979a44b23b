"""Follows README.md and the start guide as a newcomer would, in the environment that runs this; scripts/release makes an empty one.

The newcomer's project has dangerous apps, and one that the newcomer chose. Every example has to work, and none may run another app.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import alli

from tests.markdown import Block, blocks_of
from tests.reader import project

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs/start.md")
COMMANDS = (["doctor"], ["apps"], ["run", "Summary", "-i", "text=Noon was when the sun stood highest."])


class Environment:
    """The process's environment, in the form in which a test changes it."""

    def setenv(self, name: str, value: str) -> None:
        os.environ[name] = value

    def delenv(self, name: str, raising: bool = True) -> None:
        if raising or name in os.environ:
            del os.environ[name]


def main() -> int:
    """Follows the pages; returns the exit status."""
    installed = Path(alli.__path__[0])
    if installed.is_relative_to(ROOT):
        print(
            f"scripts/first_steps.py: alli is that of this tree, {installed}; this wants one that was installed",
            file=sys.stderr,
        )
        return 1
    failed = [block.name for path in PAGES for block in blocks_of(path, "python") if not _runs(block)]
    with project(Environment(), "Summary") as reader, tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            done = subprocess.run([Path(sys.executable).parent / "alli", *command], cwd=folder, check=False)
            if done.returncode or reader.harm:
                failed.append(f"alli {command[0]}")
    for name in failed:
        print(f"scripts/first_steps.py: {name} failed, or ran an app that nobody chose", file=sys.stderr)
    return 1 if failed else 0


def _runs(block: Block) -> bool:
    """Does the block run by itself, without running an app that nobody chose?"""
    with project(Environment(), block.app) as reader, tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "program.py")
        program.write_text(block.code, "utf-8")
        done = subprocess.run([sys.executable, program], cwd=folder, check=False)
        return done.returncode == 0 and not reader.harm


if __name__ == "__main__":
    sys.exit(main())
