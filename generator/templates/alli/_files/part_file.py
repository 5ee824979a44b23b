"""A file on disk that is there whole or not at all: written beside its place under another name, and moved there at the end."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["PartFile", "place_of"]


def place_of(path: str | os.PathLike[str], name: str) -> Path:
    """Where a file goes that is saved to `path`: to that very place, or into it under `name` where it is a folder.

    Raises:
        FileNotFoundError: the path ends in a slash, and there is no such folder.
        FileExistsError: the path is that of a device, a pipe or the like, which must not be replaced by a file.
    """
    target = Path(path)
    if target.is_dir():
        target /= name
    elif os.fspath(path).endswith(("/", os.sep)):
        raise FileNotFoundError(errno.ENOENT, "there is no such folder; make it first", str(target))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "exists and is not a file; write `iter_bytes` to it", str(target))
    return target


class PartFile:
    """Writes a file. Leaving the block moves it to its place, where it replaces what is there; an error takes it away instead.

    Args:
        target: its place. The folder must be there.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        # Beside the target: only within one file system can a file be moved in one step.
        self._part = target.with_name(f".alli-{secrets.token_hex(8)}.part")

    def __enter__(self) -> Self:
        self._file = self._part.open("xb")
        return self

    def write(self, piece: bytes) -> None:
        self._file.write(piece)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
            if error is None:
                self._part.replace(self._target)
        finally:
            with suppress(FileNotFoundError):  # it was moved
                self._part.unlink()
