"""The apps in a file of the user's: `python -m alli_emulator --apps my_apps.py`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from alli_emulator.apps.model import App

__all__ = ["AppFile", "AppFileError"]


class AppFileError(Exception):
    """The file gives no apps; the message says why, in one line."""


class AppFile:
    """A Python file, run, and the apps that it made with `@app`.

    The file may import others of its folder; a change of one of these is a change of the file. What it raises comes through
    as it is.

    Attributes:
        apps: in the order of their names in the file.

    Raises:
        AppFileError: there is no such file, it is not Python, or it has no app.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.apps: Sequence[App] = ()
        self._seen: dict[Path, int] = {}
        if not path.is_file():
            raise AppFileError(f"{path}: no such file; --apps takes a Python file")
        if path.suffix != ".py":
            raise AppFileError(f"{path}: not a Python file; its name must end in .py")
        self.load()

    def has_changed(self) -> bool:
        """Whether the file, or one it imports from its folder, was changed since it was last read."""
        return any(_changed_at(path) != seen for path, seen in self._seen.items())

    def load(self) -> None:
        """Runs the file, also one that was run before.

        Raises:
            AppFileError: it has no app; the apps from before stay.
        """
        folder = self.path.resolve().parent
        self._seen = {path: _changed_at(path) for path in {*self._seen, self.path}}
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        for name in [name for name, module in sys.modules.items() if _file_in(module, folder)]:
            del sys.modules[name]
        # Bytecode is dated in seconds: a file that was changed twice in one would be read as it was before.
        had, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            module = self._run()
        finally:
            sys.dont_write_bytecode = had
            beside = [path for one in list(sys.modules.values()) if (path := _file_in(one, folder))]
            self._seen.update((path, _changed_at(path)) for path in beside if path not in self._seen)
        apps = {id(one): one for one in vars(module).values() if isinstance(one, App)}
        if not apps:
            raise AppFileError(f"{self.path}: no app in it; make some with `from alli_emulator import app` and `@app`")
        self.apps = list(apps.values())

    def _run(self) -> ModuleType:
        importlib.invalidate_caches()
        module = ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        sys.modules[module.__name__] = module
        exec(compile(self.path.read_text(encoding="utf-8"), str(self.path), "exec"), vars(module))  # noqa: S102  (the user's file)
        return module


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        # An editor may replace a file by removing it first.
        return 0


def _file_in(module: ModuleType, folder: Path) -> Path | None:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return None
    path = Path(file)
    return path if path.parent == folder else None
