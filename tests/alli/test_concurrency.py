"""What runs beside the caller: threads that are used again, and none that outlives what it serves."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue

import pytest
from alli._http.concurrency import MAX_IDLE_THREADS, in_thread


def _names(count: int, *, together: bool) -> list[int]:
    """The threads that do so many pieces of work, all at once or one after another."""
    done: SimpleQueue[int] = SimpleQueue()
    gate = threading.Barrier(count if together else 1)

    def work() -> None:
        gate.wait(10)
        done.put(threading.get_ident())

    found = []
    for _ in range(count):
        in_thread(work)
        if not together:
            found.append(done.get(timeout=10))
            _until_idle()
    return [done.get(timeout=10) for _ in range(count)] if together else found


def _until_idle() -> None:
    from alli._http import concurrency

    limit = threading.Event()
    while not concurrency._idle_threads:
        limit.wait(0.001)


def test_work_one_after_another_is_done_by_one_thread() -> None:
    _names(1, together=False)
    # Threads that other tests have left behind may come back in between.
    assert any(len(set(_names(5, together=False))) == 1 for _ in range(3))


def test_work_at_the_same_time_has_threads_of_its_own_of_which_few_are_kept() -> None:
    count = MAX_IDLE_THREADS + 4
    used = set(_names(count, together=True))
    assert len(used) == count
    workers = [thread for thread in threading.enumerate() if thread.ident in used]
    assert all(thread.daemon and thread.name == "alli-call" for thread in workers)
    limit = threading.Event()
    while sum(thread.is_alive() for thread in workers) > MAX_IDLE_THREADS:
        limit.wait(0.001)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_starts_threads_of_its_own() -> None:
    _names(1, together=False)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = len(_names(1, together=False)) - 1
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
