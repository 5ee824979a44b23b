"""The faults that are set: which comes next, how often each may still be used, and which never were."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from alli_emulator.faults.fault import Fault
from alli_emulator.requests.subject import Subject

__all__ = ["FaultBook"]


@dataclass(slots=True)
class _Entry:
    fault: Fault
    left: int | None
    uses: int = 0


class FaultBook:
    """Faults in the order they were set. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[_Entry] = []

    def add(self, fault: Fault) -> None:
        """Sets a fault, after those already set."""
        with self._lock:
            self._entries.append(_Entry(fault, fault.times))

    def clear(self) -> None:
        """Forgets all faults."""
        with self._lock:
            self._entries.clear()

    def pending(self) -> list[tuple[Fault, int | None]]:
        """The faults that have not been used up, each with how often it may still be used."""
        with self._lock:
            return [(one.fault, one.left) for one in self._entries if one.left != 0]

    def unused(self) -> list[Fault]:
        """The faults that no request has met."""
        with self._lock:
            return [one.fault for one in self._entries if not one.uses]

    def take(self, find_subject: Callable[[], Subject]) -> tuple[Fault, Subject] | None:
        """The first fault for a request, counted as used once more. `find_subject` is called where any fault is set."""
        if not self.pending():
            return None
        subject = find_subject()
        with self._lock:
            for entry in self._entries:
                if entry.left != 0 and entry.fault.matches(subject):
                    entry.uses += 1
                    if entry.left is not None:
                        entry.left -= 1
                    return entry.fault, subject
        return None
