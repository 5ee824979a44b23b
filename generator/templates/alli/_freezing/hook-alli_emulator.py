"""PyInstaller's hook for `alli_emulator`: as of `alli`; what is for pytest and VCR is left out."""

from pathlib import Path

import alli_emulator
from alli._freezing import modules_of

_folder = Path(alli_emulator.__file__).parent
hiddenimports = modules_of(_folder, "__main__", "pytest_plugin", "vcr")
datas = [(str(path), "alli_emulator/drift") for path in sorted(_folder.glob("drift/*.md"))]
