"""A way to stop a synchronous call from outside: a thread can't be cancelled, a connection can be closed."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from alli import AlliError, RunResult

__all__ = ["CallStoppedError", "StopWatch"]

_INTERVAL = 0.05  # seconds between two looks while the app is silent


class CallStoppedError(AlliError):
    """The application stopped the call through `ToolOptions.stop`. Raised whatever `on_error` says.

    Attributes:
        partial: what the app had answered before; None when nothing was sent.
        request_sent: False when the call was stopped before its request went out.
        outcome_unknown: the same: an app that was sent a request may go on running.
    """

    def __init__(self, text: str, *, partial: RunResult | None = None, request_sent: bool = True) -> None:
        super().__init__(text)
        self.partial = partial
        self.request_sent = request_sent
        self.outcome_unknown = request_sent


class StopWatch:
    """Asks `is_stopped` at intervals, and closes what is being read as soon as it says yes.

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
    def over(self, close: Callable[[], object] | None) -> Generator[None, None, None]:
        """Within the block, calls `close` from a separate thread if the call is stopped.

        `close` None: the caller is a task, which is cancelled instead.
        """
        if self._is_stopped is None or close is None:
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
