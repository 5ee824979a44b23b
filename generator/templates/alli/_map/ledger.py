"""The resume file: which rows were sent and what became of them.

JSON Lines, appended. The first line names the app and the argument `key`; then each row has a line before it is sent and one when its outcome is known:

    {"alli_map": 1, "app": "TExN…", "keys": null}
    {"key": "17:9f…", "index": 17, "digest": "9f…", "status": "sent"}
    {"key": "17:9f…", "index": 17, "digest": "9f…", "status": "ok", "text": "…", "conversation_id": "…", "result": {…}}

A row whose last line is "sent" may have run: the process ended in between. Lines reach the system before the call goes on, so a
killed process loses none; they reach the disk once a second and at the end, so a power failure can lose the last second.
The file holds answers, and no API key and no inputs. Its index takes about 250 bytes of memory for each row of an earlier call.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._http.concurrency import in_thread
from .._json.loose_json import is_object
from ..errors import InvalidArgumentError
from .lock import lock, unlock
from .rows import Job, Key, Outcome, row_name

__all__ = ["Ledger"]

SYNC_SECONDS = 1.0
"""Longest time between two moments at which all lines are on the disk."""


class Ledger:
    """The resume file of one `apps.map`, which holds a lock on it from `open` to `close`. Its methods may be called from any thread.

    Args:
        path: the file; made when it does not exist.
        app_id: the app that the rows are for.
        key: what names a row. Another one would not find the rows that are done, and they would be sent again.
    """

    def __init__(self, path: str | os.PathLike[str], app_id: str, key: Key) -> None:
        given: object = path
        if not isinstance(given, (str, os.PathLike)):
            raise InvalidArgumentError(f"apps.map: resume must be a path, not {type(given).__name__}")
        self._path = Path(path)
        if "\0" in str(self._path):
            raise InvalidArgumentError("apps.map: resume must not hold NUL")
        self._app_id = app_id
        self._key = "a function" if callable(key) else key
        self._process = os.getpid()
        self._lock = threading.Condition()
        self._last: dict[int | str, tuple[str, str]] = {}  # row's name -> digest and status of its last line
        self._seen: set[str] = set()  # keys that are not the default ones, which can't be the same
        self._synced_at = 0.0
        self._is_syncing = False
        self._error: OSError | None = None  # of bringing lines to the disk
        self._users = 1  # the apps.map itself, and each row that is being sent
        self._file = -1
        self._is_over = False

    def open(self) -> None:
        """Read the file and keep it open for more lines.

        Raises:
            InvalidArgumentError: the file is not a resume file, belongs to another app or another `key`, or another `apps.map` has it open.
            OSError: it can't be read or written.
        """
        with self._lock:
            if self._is_over:
                return  # by a task that was cancelled before this thread had its turn
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
            try:
                if not stat.S_ISREG(os.fstat(self._file).st_mode):
                    raise self._not_a_resume_file()  # a pipe would be read for ever
                if not lock(self._file):
                    raise InvalidArgumentError(
                        f"apps.map: the resume file {self._path.name} is in use: another apps.map, or calls left over from one, write to it"
                    )
                if self._is_over:
                    unlock(self._file)
                    os.close(self._file)
                    self._file = -1
                    return
                self._read()
            except BaseException:
                os.close(self._file)
                self._file = -1
                raise

    def end(self) -> None:
        """Let an `open` whose thread has its turn late keep nothing; `close` follows, and may wait for its turn as well."""
        self._is_over = True

    def status_of(self, job: Job) -> str | None:
        """The status of the row's last line: "sent", "ok", "failed" or "unknown"; None where it has none.

        Raises:
            InvalidArgumentError: two rows have the same key, or the file has this key with other inputs.
        """
        if isinstance(job.name, str):
            if job.name in self._seen:
                raise InvalidArgumentError(
                    f"apps.map: row {job.index} has the key of an earlier row; keys must be unique to resume"
                )
            self._seen.add(job.name)
        digest, status = self._last.get(job.name, (job.digest, None))
        if digest != job.digest:
            raise InvalidArgumentError(
                f"apps.map: row {job.index} differs from the row with its key in the resume file; the rows have changed, so use a new file"
            )
        return status

    @contextmanager
    def row(self, job: Job) -> Generator[Callable[[Outcome], None]]:
        """Note that the row is about to be sent; gives the function that notes its outcome."""

        def note(outcome: Outcome) -> None:
            result, error = outcome.result, outcome.error
            if result is not None:
                more = {"text": result.text, "conversation_id": result.conversation_id, "result": result.raw}
            else:
                more = {"error": f"{type(error).__name__}: {error}"}
            self._append(job, outcome.status, **more)

        with self._lock:
            self._users += 1
        try:
            self._append(job, "sent")
            yield note
        finally:
            self._leave()

    def close(self) -> None:
        """Put all lines on the disk and release the file, once the rows that are still being sent have ended.

        Raises:
            OSError: lines could not be put on the disk.
        """
        self._leave()

    def _leave(self) -> None:
        if self._process != os.getpid():
            return  # a forked process: the lines and the lock are its parent's
        with self._lock:
            self._users -= 1
            # Others may come, and be the last to leave, while this one waits.
            self._lock.wait_for(lambda: self._users > 0 or not self._is_syncing)
            if self._users > 0 or self._file < 0:
                return
            file, self._file = self._file, -1
            try:
                os.fsync(file)
                self._raise_if_not_on_disk()
            finally:
                unlock(file)
                os.close(file)

    def _read(self) -> None:
        whole = 0  # bytes up to the end of the last whole line
        with open(os.dup(self._file), "rb") as lines:  # noqa: PTH123 - of a descriptor
            lines.seek(0)
            for number, line in enumerate(lines):
                if not line.endswith(b"\n"):
                    # Cut off while it was written. A file of another kind must not lose its one line for that.
                    if number == 0 and not self._header().startswith(line):
                        raise self._not_a_resume_file()
                    break
                self._take(line, number)
                whole += len(line)
        if os.fstat(self._file).st_size > whole:
            os.ftruncate(self._file, whole)
        if whole == 0:
            self._write(self._header())

    def _header(self) -> bytes:
        return json.dumps({"alli_map": 1, "app": self._app_id, "keys": self._key}).encode() + b"\n"

    def _not_a_resume_file(self) -> InvalidArgumentError:
        return InvalidArgumentError(f"apps.map: {self._path.name} is not a resume file; it was left as it is")

    def _take(self, line: bytes, number: int) -> None:
        try:
            entry: Any = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if number == 0:
            if not is_object(entry) or entry.get("alli_map") != 1:
                raise self._not_a_resume_file()
            if entry.get("app") != self._app_id:
                raise InvalidArgumentError(f"apps.map: the resume file {self._path.name} belongs to another app")
            if (key := entry.get("keys", self._key)) != self._key:
                raise InvalidArgumentError(
                    f"apps.map: the resume file {self._path.name} was begun with key={key!r}, not {self._key!r}; with another key its "
                    "rows would be sent again"
                )
            return
        match entry:
            case {"key": str(key), "index": int(index), "digest": str(digest), "status": str(status)}:
                self._last[row_name(index, key, digest)] = (digest, sys.intern(status))
            case _:
                raise InvalidArgumentError(
                    f"apps.map: the resume file {self._path.name} is damaged in line {number + 1}"
                )

    def _append(self, job: Job, status: str, **more: object) -> None:
        entry = {"key": job.key, "index": job.index, "digest": job.digest, "status": status, **more}
        self._write(json.dumps(entry, default=str).encode() + b"\n")

    def _write(self, line: bytes) -> None:
        with self._lock:
            left = memoryview(line)
            try:
                while left:
                    left = left[os.write(self._file, left) :]
            except BaseException:
                # A full disk takes a part of the line. The next line must not follow it.
                os.ftruncate(self._file, os.fstat(self._file).st_size - (len(line) - len(left)))
                raise
            self._raise_if_not_on_disk()
            now = time.monotonic()
            if now - self._synced_at >= SYNC_SECONDS and not self._is_syncing:
                self._synced_at, self._is_syncing = now, True
                in_thread(self._sync)  # neither other rows nor an event loop wait for the disk

    def _sync(self) -> None:
        error: OSError | None = None
        try:
            os.fsync(self._file)
        except OSError as failed:
            error = failed
        with self._lock:
            self._error, self._is_syncing = self._error or error, False
            self._lock.notify_all()

    def _raise_if_not_on_disk(self) -> None:
        if self._error is not None:
            raise self._error
