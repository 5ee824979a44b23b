"""Puts a finished tree in the place of the old one, or tells the differences between the two.

Before any work it is checked that the result can be written; a folder that the generator did not write is refused, and named.
"""

from __future__ import annotations

import difflib
import os
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem

__all__ = ["check_folder", "check_tree", "differences", "replace", "uninterrupted", "workshop"]

_CACHES = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"})


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


@contextmanager
def workshop(beside: Path | None) -> Generator[Path, None, None]:
    """A new folder to generate into, gone afterwards.

    Args:
        beside: The tree that the result will replace: the folder is on the same disk, so that replacing is a rename.
            None for a folder among the system's temporary ones, when nothing will be replaced.
    """
    parent = None
    if beside is not None:
        beside.parent.mkdir(parents=True, exist_ok=True)
        parent = beside.parent
    folder = Path(tempfile.mkdtemp(prefix=".generating-", dir=parent))
    try:
        # A process that is killed outright leaves the folder behind; version control should not see it.
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace(output: Path, new: Path) -> bool:
    """Move the tree `new` to `output`; whatever stood there goes. A tree that is the same already is left alone.

    `new` must be in a workshop beside `output`. Nothing is lost if it fails halfway.

    Returns:
        Whether anything changed.

    Raises:
        GenerationFailed: `output` holds something else than generated code.
    """
    if _files(output) == _files(new):
        return False
    if output.exists() and any(output.iterdir()) and not (output / "alli").is_dir():
        message = "is not empty and holds no package alli, so it is not replaced; give an empty or a new folder"
        raise GenerationFailed([Problem(message, Place(shown(output)))])
    old = new.parent / "old"
    with uninterrupted():
        if output.exists():
            output.rename(old)
        try:
            new.rename(output)
        except BaseException:
            if old.exists():
                old.rename(output)
            raise
    return True


@contextmanager
def uninterrupted() -> Generator[None, None, None]:
    """Ctrl-C and SIGTERM wait for the end of the block, such as two renames, between which there is no tree at all."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows has none
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def differences(output: Path, new: Path) -> Iterator[str]:
    """A unified diff, line by line, from `output` to `new`; nothing if they are the same."""
    old_files, new_files = _files(output), _files(new)
    for name in sorted(old_files.keys() | new_files.keys()):
        old, should = old_files.get(name), new_files.get(name)
        if old == should:
            continue
        if b"\0" in (old or b"") + (should or b""):
            yield f"{output.name}/{name}: differs, and is not text"
            continue
        before = f"{output.name}/{name}" if old is not None else "/dev/null"
        after = f"{output.name}/{name} (from the spec)" if should is not None else "/dev/null"
        lines = list(difflib.unified_diff(_lines(old), _lines(should), before, after, lineterm=""))
        # Bytes may differ where lines don't: line ends, or a file that is there and empty.
        yield from lines or [f"{output.name}/{name}: differs in bytes that make no line, or is an empty file too many"]


def _files(root: Path) -> dict[str, bytes]:
    """Content by relative path, without what tools leave behind, which no repository holds."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and _CACHES.isdisjoint(path.relative_to(root).parts)
    }


def _lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode("utf-8", "backslashreplace").splitlines()
