"""A copy of the repository in which a test may change anything, with its programs run on its own files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.places import ROOT

__all__ = ["RepositoryCopy"]

# mypy's cache comes along, for it takes seconds to fill.
_LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv*", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis", ".generating-*", "*.egg-info"),
    *("dist", "build", "site"),
)


@dataclass(frozen=True)
class RepositoryCopy:
    """All files of the repository below `folder`, without what is installed."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> RepositoryCopy:
        """Makes one; the folder must not exist."""
        shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
        return cls(folder)

    def insert(self, file: str, text: str, *, before: str = "") -> None:
        """Puts text into a file: before the line `before`, which is there once, or at the end."""
        path = self.folder / file
        content = path.read_text("utf-8")
        if before:
            assert f"\n{before}\n" in content, f"{file} has no line {before!r}"
            content = content.replace(f"\n{before}\n", f"\n{text.rstrip()}\n\n{before}\n", 1)
        else:
            content = f"{content.rstrip()}\n{text.rstrip()}\n"
        path.write_text(content, "utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`python -m …` in the copy, whose packages are found before any that are installed."""
        packages = os.pathsep.join(str(self.folder / name) for name in ("generated", "adapters"))
        # A test that is run with options of its own does not hand them on.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.folder,
            # hypothesis keeps a table of all characters there, which takes seconds to make.
            env=environment | {"PYTHONPATH": packages, "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def files(self) -> dict[str, bytes]:
        """Each file by its path in the copy."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not {".mypy_cache", "__pycache__"} & set(path.parts)
        }
