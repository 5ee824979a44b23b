"""Threads of generated answers: what each user asked in them."""

from __future__ import annotations

import threading

__all__ = ["Threads"]


class Threads:
    """The last query of each thread. May be used from any thread of execution."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], str] = {}

    def last(self, user_id: str, thread_id: str) -> str | None:
        """What a user asked last in a thread of theirs; None where nothing was kept."""
        with self._lock:
            return self._last.get((user_id, thread_id))

    def keep(self, user_id: str, thread_id: str, query: str) -> None:
        """Notes what was asked."""
        with self._lock:
            self._last[user_id, thread_id] = query

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._last.clear()
