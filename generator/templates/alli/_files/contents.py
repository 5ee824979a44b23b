"""What is read while a file is sent: one on disk, opened when it is needed, or one that the caller has opened."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InvalidArgumentError

__all__ = ["OpenContent", "PathContent", "check_open"]


class _Content(io.RawIOBase):
    """A file that is read from its beginning to the end that it had when its size was asked for, which is the size that is announced."""

    _where: str

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _checked(self, data: bytes, wanted: int) -> bytes:
        """What was read.

        Raises:
            InvalidArgumentError: nothing, although there are bytes to come: the rest of the body can't be made up.
        """
        if wanted > 0 and not data:
            raise InvalidArgumentError(
                f"{self._where}: the file became shorter while it was sent; pass one that does not change"
            )
        return data


class PathContent(_Content):
    """A file on disk, opened on the first read and closed at its end. A call that ends before that closes it by `release`."""

    def __init__(self, where: str, path: Path) -> None:
        self._where = where
        self._path = path
        self._position = 0
        self._open: io.FileIO | None = None
        try:
            found = path.stat()
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        if not stat.S_ISREG(found.st_mode):
            what = "is a folder" if stat.S_ISDIR(found.st_mode) else "is not a regular file; pass it opened"
            raise InvalidArgumentError(f"{where}: {what}: {path}")
        self._size = found.st_size
        with self._opened() as file:
            if not self._size and file.read(1):
                # Those of /proc are files without a size.
                raise InvalidArgumentError(f"{where}: its size is not known; pass it opened: {path}")

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        self.release()
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        # The inherited one reads into new memory and copies that, which doubles what sending a large file costs.
        if size < 0:
            return self.readall()
        size = min(size, self._size - self._position)
        if size <= 0:
            self.release()
            return b""
        if self._open is None:
            self._open = self._opened()
            self._open.seek(self._position)
        data = self._checked(self._open.read(size), size)
        self._position += len(data)
        return data

    def _opened(self) -> io.FileIO:
        try:
            # What sends it reads large pieces, for which a buffer would be one more copy.
            return self._path.open("rb", buffering=0)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> InvalidArgumentError:
        what = "no such file" if isinstance(error, FileNotFoundError) else "can't be read"
        return InvalidArgumentError(f"{self._where}: {what}: {self._path}")

    def release(self) -> None:
        """Closes the file until it is read again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def close(self) -> None:
        self.release()
        super().close()


class OpenContent(_Content):
    """A file the caller opened, from where it stands to its end; closing this leaves it open."""

    def __init__(self, where: str, file: BinaryIO) -> None:
        self._where = where
        self._file = file
        self._seekable = file.seekable() if hasattr(file, "seekable") else False
        self._start = file.tell() if self._seekable else 0
        self._size: int | None = None

    def seekable(self) -> bool:
        return self._seekable

    def tell(self) -> int:
        return self._seekable_file().tell() - self._start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = self._start if whence == os.SEEK_SET else 0
        position = self._seekable_file().seek(base + offset, whence) - self._start
        if whence == os.SEEK_END:
            self._size = position
        return position

    def read(self, size: int = -1, /) -> bytes:
        check_open(self._where, self._file)
        if self._size is not None:
            left = max(0, self._size - self.tell())
            size = left if size < 0 else min(size, left)
        data = self._checked(self._file.read(size), 0 if self._size is None else size)
        return data if isinstance(data, bytes) else bytes(data)

    def _seekable_file(self) -> BinaryIO:
        check_open(self._where, self._file)
        if not self._seekable:
            raise io.UnsupportedOperation("seek")
        return self._file


def check_open(where: str, file: object) -> None:
    """Raises InvalidArgumentError for a file that is closed."""
    if getattr(file, "closed", False):
        raise InvalidArgumentError(f"{where}: the file is closed; keep it open until the call returns")
