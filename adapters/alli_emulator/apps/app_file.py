"""The apps in a file of the user's: `python -m alli_emulator --apps my_apps.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from alli_emulator.apps.model import App

__all__ = ["AppFileError", "apps_in"]


class AppFileError(Exception):
    """The file gives no apps; the message says why, in one line."""


def apps_in(path: Path) -> list[App]:
    """Runs a Python file and gives the apps it made with `@app`, in the order of its names.

    The file may import others of its folder. What it raises comes through as it is.

    Raises:
        AppFileError: there is no such file, it is no Python, or it has no app.
    """
    if not path.is_file():
        raise AppFileError(f"{path}: no such file; --apps takes a Python file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise AppFileError(f"{path}: not a Python file; its name must end in .py")
    sys.path.insert(0, str(path.resolve().parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    apps = {id(one): one for one in vars(module).values() if isinstance(one, App)}
    if not apps:
        raise AppFileError(f"{path}: no app in it; make some with `from alli_emulator import app` and `@app()`")
    return list(apps.values())
