"""A folder of resume files: which rows were sent, also by actors that are gone.

Each batch has a file, named after the app and the keys of its rows; it is the resume file of `client.apps.map`. When an actor dies, Ray
gives its batch to another one, which finds the file. A later job may divide the rows into other batches: the files that were there when
an actor began are looked through once, so that each row is found by its key.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from alli import AsyncSend, Attempt, Response

__all__ = ["Entry", "LedgerFolder", "OnDisk"]

WEIGHT = {"failed": 0, "sent": 1, "unknown": 1, "ok": 2}
"""Status of a row's last line in a file → which file counts where several have the row: the highest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row's last line in a resume file."""

    key: str
    status: str
    text: str | None = None
    conversation_id: str | None = None
    result: object = None


class LedgerFolder:
    """The resume files of one app.

    Args:
        folder: made when it does not exist; in storage that all machines of the cluster share.
        app_id: the app.
    """

    def __init__(self, folder: str | os.PathLike[str], app_id: str) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._app_id = app_id
        self._earlier: dict[str, tuple[str, Path]] = {}  # key -> status and file, from before this actor began
        for path in sorted(filter(Path.is_file, self._folder.glob("*.jsonl"))):
            for entry in self.entries(path).values():
                status, _ = self._earlier.get(entry.key, ("failed", path))
                if WEIGHT[entry.status] >= WEIGHT[status]:
                    self._earlier[entry.key] = (entry.status, path)

    def file_of(self, keys: Sequence[str]) -> Path:
        """The resume file of a batch with these rows."""
        name = hashlib.blake2b(json.dumps([self._app_id, *keys]).encode(), digest_size=16).hexdigest()
        return self._folder / f"{name}.jsonl"

    def of_other_batches(self, keys: Sequence[str], file: Path) -> dict[str, Entry]:
        """Key → what became of a row in another batch than that of `file`; without rows that failed, which may be sent."""
        files: dict[Path, list[str]] = {}
        for key in keys:
            status, path = self._earlier.get(key, ("failed", file))
            if path != file and status != "failed":
                files.setdefault(path, []).append(key)
        found: dict[str, Entry] = {}
        for path, its_keys in files.items():
            entries = self.entries(path)
            found |= {key: entries[key] for key in its_keys}
        return found

    def entries(self, path: Path) -> dict[str, Entry]:
        """Key → last line of each row in a file; empty for a file of another app or none."""
        return {entry.key: entry for entry in self._lines(path)}

    def _lines(self, path: Path) -> Iterator[Entry]:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            header = _json(file.readline())
            if not isinstance(header, dict) or cast("dict[str, Any]", header).get("app") != self._app_id:
                return
            for line in file:
                found: Any = _json(line)
                # A line that is not an object was cut off while it was written; apps.map refuses any other damage.
                entry = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
                if isinstance(entry.get("key"), str) and str(entry.get("status")) in WEIGHT:
                    text, conversation_id = entry.get("text"), entry.get("conversation_id")
                    yield Entry(entry["key"], entry["status"], text, conversation_id, entry.get("result"))


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


class OnDisk:
    """A middleware that sends nothing before the lines of the resume file are on the disk: also a machine that fails leaves a trace of it.

    Calls that begin together share one `fsync`.
    """

    def __init__(self) -> None:
        self._file = -1
        self._wanted = 0  # calls that have come so far
        self._synced = 0  # of these, calls whose lines are on the disk
        self._lock = asyncio.Lock()

    def use(self, path: Path) -> None:
        """Goes on with another file, which is made when it does not exist."""
        self.close()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        if hasattr(os, "O_DIRECTORY"):  # Windows opens no folder
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)  # so that the file is found
            finally:
                os.close(folder)

    def close(self) -> None:
        """Releases the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    async def __call__(self, attempt: Attempt, send: AsyncSend) -> Response:
        """Sends the attempt."""
        self._wanted += 1
        mine = self._wanted
        async with self._lock:
            if self._synced < mine:
                reached = self._wanted
                await asyncio.to_thread(os.fsync, self._file)
                self._synced = reached
        return await send(attempt)
