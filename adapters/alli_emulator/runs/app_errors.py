"""Errors of the functions that a test gives: what was raised, and where. A program that handles errors hides them."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alli_emulator.apps.model import App, AppFailure

__all__ = ["AppCrash", "AppError", "AppErrors"]

KEPT = 1000
"""The newest."""

_OWN_FOLDER = str(Path(__file__).parents[1])


class AppCrash(Exception):
    """An app raised something else than `AppFailure`, which is the cause; `kind` is its type's name."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(type(error).__name__)
        self.kind = type(error).__name__


@dataclass(frozen=True, slots=True)
class AppError:
    """An exception that came out of an app's function, or of a function given to `Emulator.answer`.

    Attributes:
        source: what raised it: `app 'Greeter'`, or `answer for GET /webapi/v2/apps`.
        error: the exception.
        places: file, line and function of each frame of the user's, outermost first.
    """

    source: str
    error: BaseException
    places: tuple[str, ...]

    def __str__(self) -> str:
        message = f": {self.error}" if str(self.error) else ""
        return "\n    at ".join([f"{self.source} raised {type(self.error).__name__}{message}", *self.places])


class AppErrors:
    """The errors so far, in their order, and whether any function is at work. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._at_work = 0
        self._errors: deque[AppError] = deque(maxlen=KEPT)

    @contextmanager
    def watching(self, app: App) -> Generator[None]:
        """Runs an app's function, or part of it, and notes what it raises. A client that has left hears no more of it."""
        with self._lock:
            self._at_work += 1
        try:
            yield
        except (AppFailure, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:
            if not app.may_fail:
                self.add(f"app {app.name!r}", error)
            raise
        finally:
            with self._lock:
                self._at_work -= 1
                self._lock.notify_all()

    def wait(self, timeout: float) -> bool:
        """Waits until no function is at work; False where `timeout` seconds passed."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._at_work, timeout)

    def add(self, source: str, error: BaseException) -> None:
        """Notes an error, once."""
        places: list[str] = []
        for frame in traceback.extract_tb(error.__traceback__):
            # What comes after the emulator's last frame is the function, and what that has called.
            is_own = frame.filename.startswith(_OWN_FOLDER)
            places = [] if is_own else [*places, f"{frame.filename}:{frame.lineno}, in {frame.name}"]
        with self._lock:
            if not any(one.error is error for one in self._errors):
                self._errors.append(AppError(source, error, tuple(places)))

    def all(self) -> list[AppError]:
        """All that were noted."""
        with self._lock:
            return list(self._errors)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._errors.clear()
