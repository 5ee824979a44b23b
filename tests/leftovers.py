"""What a test leaves behind in its process: threads, open sockets, and tasks of its event loop.

One that spins, or holds a connection, slows or breaks the tests that come after it, far from the one to blame.
"""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Leftovers", "left_since", "lists_sockets", "open_sockets"]

ALLOWED_THREADS = ("alli-alarms", "alli-call", "asyncio_", "AnyIO worker thread", "Thread-tqdm", "Trio thread")
"""Beginnings of names. The client keeps up to 8 idle threads for calls with a deadline; the others are pools of libraries."""

PATIENCE = 2.0
"""Seconds that a thread or a socket may take to end after its test."""

_DESCRIPTORS = Path("/proc/self/fd")


@dataclass(frozen=True)
class Leftovers:
    """Threads and open sockets at one moment. Where the system lists no open files, no sockets are found."""

    threads: frozenset[threading.Thread]
    sockets: frozenset[str]

    @classmethod
    def now(cls) -> Leftovers:
        """Those that are there now."""
        threads = (thread for thread in threading.enumerate() if not thread.name.startswith(ALLOWED_THREADS))
        return cls(frozenset(threads), frozenset(open_sockets()))

    def __bool__(self) -> bool:
        return bool(self.threads or self.sockets)

    def __str__(self) -> str:
        names = sorted(thread.name for thread in self.threads)
        return f"threads: {', '.join(names) or 'none'}; open sockets: {len(self.sockets)}"


def left_since(before: Leftovers) -> Leftovers:
    """What is there now and was not before; given a moment to end."""
    until = time.monotonic() + PATIENCE
    while True:
        now = Leftovers.now()
        left = Leftovers(now.threads - before.threads, now.sockets - before.sockets)
        if not left or time.monotonic() > until:
            return left
        gc.collect()  # an object in a cycle closes its socket when it is collected
        time.sleep(0.01)


def lists_sockets() -> bool:
    """Whether the system lists the open files of a process, as Linux does."""
    return _DESCRIPTORS.is_dir()


def open_sockets() -> list[str]:
    """The sockets of this process; none where the system does not list them."""
    if not lists_sockets():
        return []
    found: list[str] = []
    # Asked before and after each test: paths as objects would take twice as long.
    for descriptor in os.listdir(_DESCRIPTORS):  # noqa: PTH208
        with contextlib.suppress(OSError):  # that of the listing itself is closed by now
            found.append(os.readlink(f"{_DESCRIPTORS}/{descriptor}"))  # noqa: PTH115
    return [name for name in found if name.startswith("socket:")]
