"""A lock on an open file, which one process at a time can hold, and in it one descriptor. It ends with the process at the latest."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from importlib import import_module
from typing import Any

__all__ = ["lock", "unlock"]

NO_LOCKS = {errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL}
"""What shared folders answer that have no locks."""
PLACE = 1 << 40
"""The byte that is locked on Windows, where a locked one can't be read: beyond the end of the file."""


def lock(file: int) -> bool:
    """Takes the lock; gives whether nobody else has it. On a system or a shared folder that has no such locks nobody has."""
    try:
        import fcntl
    except ImportError:
        return _on_windows(file, "LK_NBLCK")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return True


def unlock(file: int) -> None:
    """Releases the lock. Closing the file would keep it where a forked process has the file, too."""
    try:
        import fcntl
    except ImportError:
        _on_windows(file, "LK_UNLCK")
    else:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)


def _on_windows(file: int, mode: str) -> bool:
    try:
        msvcrt: Any = import_module("msvcrt")
    except ImportError:  # neither Windows nor Unix
        return True
    os.lseek(file, PLACE, os.SEEK_SET)
    try:
        msvcrt.locking(file, getattr(msvcrt, mode), 1)
    except OSError:
        return False
    return True
