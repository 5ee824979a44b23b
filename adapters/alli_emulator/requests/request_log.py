"""The requests an emulator has been sent, and how one reads in a terminal."""

from __future__ import annotations

import threading
from collections import deque

from alli_emulator.requests.record import RequestRecord

__all__ = ["KEPT", "KEPT_BYTES", "RequestLog", "line_of"]

KEPT = 10_000
"""The newest so many requests are kept: an emulator that runs for days must not fill the memory."""

KEPT_BYTES = 256 * 1024 * 1024
"""And of these the newest whose bodies take no more than this in all."""


class RequestLog:
    """Requests in the order in which they were complete. May be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: deque[RequestRecord] = deque()
        self._bytes = 0

    def add(self, record: RequestRecord) -> None:
        """Notes a request."""
        with self._lock:
            if len(self._records) == KEPT:
                self._bytes -= self._records.popleft().kept_bytes
            self._records.append(record)
            self._bytes += record.kept_bytes
            while self._bytes > KEPT_BYTES and len(self._records) > 1:
                self._bytes -= self._records.popleft().kept_bytes

    def all(self) -> list[RequestRecord]:
        """Those that are kept, oldest first."""
        with self._lock:
            return list(self._records)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._records.clear()
            self._bytes = 0


def line_of(record: RequestRecord, seconds: float) -> str:
    """One request and its answer in one line; an app stands there by its name. Nothing of what was sent is shown."""
    path = record.printable_path
    if record.app is not None:
        path = path.replace(record.app.id, f"<{record.app.name}>")
    end = "  client left" if record.client_left else "  cut" if record.cut else ""
    return f"{record.status or '---'}  {record.method:<6} {path}  {seconds * 1000:.0f} ms{end}"
