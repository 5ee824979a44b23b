"""A way to stop a synchronous call from outside: a thread can't be cancelled, a connection can be closed."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

__all__ = ["StopWatch"]

_INTERVAL = 0.05  # seconds between two looks while the app is silent


class StopWatch:
    """Asks `is_stopped` again and again, and closes what is being read as soon as it says yes.

    `is_stopped` None: nobody can stop the call, and nothing is done here.
    """

    def __init__(self, is_stopped: Callable[[], bool] | None) -> None:
        self._is_stopped = is_stopped
        self.has_stopped = False

    def look(self) -> bool:
        """Has the call been stopped?"""
        if self._is_stopped is not None and not self.has_stopped and self._is_stopped():
            self.has_stopped = True
        return self.has_stopped

    @contextmanager
    def over(self, close: Callable[[], object]) -> Generator[None, None, None]:
        """For the length of the block, `close` is called from a thread of its own if the call is stopped meanwhile."""
        if self._is_stopped is None:
            yield
            return
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_INTERVAL):
                if self.look():
                    close()
                    return

        watcher = threading.Thread(target=watch, name="alli-stop", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
