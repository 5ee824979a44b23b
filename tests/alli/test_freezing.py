"""The hooks of the package for PyInstaller. scripts/test-frozen freezes a program for real."""

from __future__ import annotations

import runpy
from importlib import import_module
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


def hook(package: str) -> dict[str, Any]:
    """The variables of a package's hook, found as PyInstaller finds it."""
    (entry,) = [each for each in distribution("alli-sdk").entry_points if each.group == "pyinstaller40"]
    assert entry.name == "hook-dirs"
    (folder,) = entry.load()()
    return runpy.run_path(str(Path(folder, f"hook-{package}.py")))


@pytest.mark.parametrize("package", ["alli", "alli_emulator"])
def test_every_module_of_a_package_is_frozen_with_it(package: str) -> None:
    named = hook(package)["hiddenimports"]
    assert not [name for name in named if find_spec(name) is None]
    folder = Path(import_module(package).__file__ or "").parent
    modules = [path for path in folder.rglob("*.py") if not path.name.startswith("hook-")]
    left_out = {"__main__", "pytest_plugin", "vcr"}
    assert len(named) == len(modules) - len({path.stem for path in folder.glob("*.py")} & left_out)


def test_the_document_is_frozen_with_the_package() -> None:
    ((source, place),) = hook("alli")["datas"]
    assert (Path(source).read_bytes()[:1], Path(source).name, place) == (b"{", "openapi.json", "alli")


def test_nothing_for_tests_is_frozen_with_the_emulator() -> None:
    assert not {"alli_emulator.pytest_plugin", "alli_emulator.vcr"} & set(hook("alli_emulator")["hiddenimports"])
