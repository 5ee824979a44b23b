"""PyInstaller's hook for `alli`: its names load modules when they are asked for, and `strict=True` reads the document."""

from pathlib import Path

import alli
from alli._freezing import modules_of

_folder = Path(alli.__file__).parent
hiddenimports = modules_of(_folder, "__main__")
datas = [(str(_folder / "openapi.json"), "alli")]
