"""Checks before any work that the result can be written; refuses a folder that the generator did not write, and names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem

__all__ = ["check_folder", "check_tree"]


def check_tree(root: Path) -> None:
    """Can the tree at `root`, which need not be there, be replaced by another?

    Raises:
        GenerationFailed: a folder in the tree, or the one that holds it, can't be written; or a file stands in the way.
    """
    _check([_existing(root.parent), *_folders(root)], "give another --output")


def check_folder(folder: Path) -> None:
    """Can a file in this folder be replaced by another?

    Raises:
        GenerationFailed: the folder can't be written.
    """
    _check([folder], "copy the spec to a folder of yours and name it with --spec")


def _check(folders: list[Path], instead: str) -> None:
    for folder in folders:
        if not folder.is_dir():
            message = f"is not a folder, so nothing can be written below it; {instead}"
        elif not os.access(folder, os.W_OK | os.X_OK):
            message = f"this folder can't be written by the user who runs this; change its owner or its mode (chown, chmod), or {instead}"
        else:
            continue
        raise GenerationFailed([Problem(message, Place(shown(folder)))])


def _existing(folder: Path) -> Path:
    """The nearest folder above that is there: the others can be made in it."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)


def _folders(root: Path) -> Iterator[Path]:
    """The tree is moved away and then taken apart, for which each of its folders is written."""
    if root.is_dir():
        yield root
        yield from (Path(parent, name) for parent, names, _ in os.walk(root) for name in names)
