"""What a block of a worker costs: CPU time, memory, and how busy the server was meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ENOUGH", "Spent", "check", "encrypted", "forget_peak", "measured", "memory", "repeated"]

ENOUGH = 0.05
"""Seconds of CPU below which a figure is little more than chance."""
_MOST = 20
"""Repetitions to get there."""


class Spent:
    """What a block has cost.

    Attributes:
        cpu: seconds of CPU of this process, all threads.
        server: the server's CPU time as a part of the time that passed; 1 would be a server that does nothing but answer.
    """

    cpu = 0.0
    server = 0.0

    def per(self, count: int) -> dict[str, float]:
        """The figures of a case that did `count`."""
        return {"cpu": self.cpu / count, "server": self.server}


@contextmanager
def measured(url: str) -> Generator[Spent]:
    """Measures the block, beside the server at `url`."""
    # Not above: the first client is measured with next to nothing loaded.
    import gc
    from contextlib import closing

    from scripts.benchmarks.serving import ServerClock

    spent = Spent()
    with closing(ServerClock(url)) as clock:
        gc.collect()
        server, passed, began = clock.read(), time.perf_counter(), time.process_time()
        yield spent
        spent.cpu = time.process_time() - began
        passed = time.perf_counter() - passed
        spent.server = (clock.read() - server) / passed


def repeated(action: Callable[[], int], count: int) -> int:
    """Does `action`, which does `count` of something and tells how many, until it has cost enough CPU to be measured.

    Returns:
        How many were done in all.

    Raises:
        ValueError: it did not do `count`.
    """
    began, done = time.process_time(), 0
    for _ in range(_MOST):
        check(action(), count)
        done += count
        if time.process_time() - began >= ENOUGH:
            break
    return done


def check(found: object, wanted: object) -> None:
    """That a peer did its job.

    Raises:
        ValueError: it did not.
    """
    if found != wanted:
        raise ValueError(f"a peer gave {found!r:.80}, not {wanted!r:.80}")


def encrypted(url: str) -> str:
    """The address at which the server of `url` speaks TLS."""
    from contextlib import closing

    from scripts.benchmarks.serving import ServerClock

    with closing(ServerClock(url)) as clock:
        return f"https://127.0.0.1:{clock.encrypted_port()}"


def memory() -> float:
    """The largest this process has been, in MiB, since its start or `forget_peak`."""
    status = Path("/proc/self/status")
    if status.exists():  # the process's own peak; ru_maxrss may be the parent's
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def forget_peak() -> float:
    """Makes `memory` start again from what is in use now, where the system can do that; returns that."""
    try:
        # A peak of before would hide what comes below it.
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass
    return memory()
