"""The observers of one call, asked all at once. What they raise is kept from the call."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from .._calls.headers import checked_headers
from .._privacy.logs import logger
from .observers import CallObserver, ObservedCall, beginners

if TYPE_CHECKING:
    from ..errors import AlliError

__all__ = ["UNWATCHED", "Watch", "watched"]


class Watch:
    """Passes on what happens to a call.

    Args:
        observers: of this call.
    """

    __slots__ = ("_has_text", "_is_over", "_observers")

    def __init__(self, observers: list[CallObserver]) -> None:
        self._observers = observers
        # Mutable from here.
        self._has_text = not observers
        self._is_over = not observers

    @property
    def awaits_text(self) -> bool:
        """Whether anybody wants to know when the first text comes."""
        return not self._has_text

    def headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for observer in self._observers:
            with _kept_from_the_call():
                found.update(checked_headers("observer", observer.headers()))
        return found

    def running(self) -> ExitStack:
        """The contexts of all, entered; to be closed."""
        stack = ExitStack()
        for observer in self._observers:
            with _kept_from_the_call():
                context = observer.running()
                context.__enter__()
                stack.callback(_leave, context.__exit__)
        return stack

    def retried(self, error: AlliError, attempt: int, pause: float) -> None:
        self._notify(lambda observer: observer.retried(error, attempt, pause))

    def text_began(self) -> None:
        """Nothing happens from the second time on."""
        if not self._has_text:
            self._has_text = True
            self._notify(lambda observer: observer.text_began())

    def ended(
        self, error: BaseException | None, status_code: int | None, attempts: int, conversation_id: str | None
    ) -> None:
        """Nothing happens from the second time on."""
        if not self._is_over:
            self._is_over = True
            self._notify(lambda observer: observer.ended(error, status_code, attempts, conversation_id))

    def _notify(self, call: Callable[[CallObserver], None]) -> None:
        for observer in self._observers:
            with _kept_from_the_call():
                call(observer)


UNWATCHED = Watch([])
"""Of a call that nobody watches."""


def watched(describe: Callable[[], ObservedCall]) -> Watch:
    """The watch over a call that begins.

    Args:
        describe: says what the call is; not called where nobody wants to know.
    """
    begins = beginners()
    if not begins:
        return UNWATCHED
    call = describe()
    observers: list[CallObserver] = []
    for begin in begins:
        with _kept_from_the_call():
            observer = begin(call)
            if observer is not None:
                observers.append(observer)
    return Watch(observers) if observers else UNWATCHED


def _leave(leave: Callable[[None, None, None], object]) -> None:
    # Without the error, which `ended` is given.
    with _kept_from_the_call():
        leave(None, None, None)


@contextmanager
def _kept_from_the_call() -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in an observer must not end a run
        logger.warning("an observer of calls raised %s", type(error).__name__)
