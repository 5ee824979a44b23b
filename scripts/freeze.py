"""Freezes scripts/frozen.py with PyInstaller and runs it, and runs it from a zip file; fails if either does."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipapp
from pathlib import Path

PROGRAM = Path(__file__).with_name("frozen.py")
PIP = ["pip", "install", "--quiet", "--no-deps", "--force-reinstall"]


def main() -> None:
    """Do both in a folder that is removed afterwards."""
    # Not editable, since PyInstaller looks for packages where they are installed.
    _python(*PIP, ".")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        places = ["--distpath", f"{work / 'dist'}", "--workpath", f"{work / 'build'}", "--specpath", folder]
        _python("PyInstaller", "--log-level", "ERROR", "--noconfirm", *places, str(PROGRAM))
        subprocess.run([work / "dist/frozen/frozen"], cwd=work, check=True)
        _python(*PIP, "--target", str(work / "program"), ".")
        shutil.copy(PROGRAM, work / "program/__main__.py")
        zipapp.create_archive(work / "program", work / "program.pyz")
        # So that our packages can come from the zip file alone.
        _python("pip", "uninstall", "--quiet", "--yes", "alli-sdk")
        subprocess.run([sys.executable, work / "program.pyz"], cwd=work, check=True)


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", *arguments], check=True)


if __name__ == "__main__":
    main()
