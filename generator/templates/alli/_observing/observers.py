"""Watching every call of the process from its beginning to its end, as tracing does; `alli-sdk[otel]` is built on this.

A middleware sees one attempt of one client. An observer sees a whole call, with its retries and the stream that it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass

import alli

__all__ = ["BeginObserving", "CallObserver", "ObservedCall", "beginners", "observe_calls"]


@dataclass(frozen=True, slots=True)
class ObservedCall:
    """One call of a client, as an observer sees it: without the key, the identity, the query and the body.

    Attributes:
        operation: the method that was called, e.g. "apps.run"; "request" and "stream_request" for those of the client, "raw" for a function
            of the raw layer.
        method: HTTP method, e.g. "POST".
        base_url: scheme, host and prefix of the service.
        path: path of the URL behind `base_url`, without query.
        template: the path with names for the ids in it, e.g. "/webapi/apps/{app_id}/run"; "" where no document describes it.
        request_id: sent as `X-Request-ID`, the same on each attempt.
        generates: it runs an app or a skill, or generates an answer.
        model: the model that the caller asked for; None where the call names none.
        is_stream: the call gives a stream or a file, and ends when that is read or closed.
    """

    operation: str
    method: str
    base_url: str
    path: str
    template: str
    request_id: str
    generates: bool
    model: str | None
    is_stream: bool


class CallObserver:
    """Watches one call. Override what you need; each method here does nothing.

    The methods are called in the thread or task that does the work, one at a time. What they raise is logged by its class and
    changes nothing for the call.
    """

    def headers(self) -> Mapping[str, str]:
        """More headers for the call, such as `traceparent`; asked for once, before the first attempt."""
        return {}

    def running(self) -> AbstractContextManager[object]:
        """A context that the call runs in, until it has its answer or its stream."""
        return nullcontext()

    def retried(self, error: alli.AlliError, attempt: int, pause: float) -> None:
        """An attempt has failed, and the request will be sent again.

        Args:
            error: what the attempt came to.
            attempt: its number, from 1.
            pause: seconds until the next one.
        """

    def text_began(self) -> None:
        """The first text of a stream has come."""

    def ended(
        self, error: BaseException | None, status_code: int | None, attempts: int, conversation_id: str | None
    ) -> None:
        """The call is over: it gave its result, or its stream ended or was closed. Called once.

        Args:
            error: what it raised; None where it raised nothing.
            status_code: HTTP status of the last answer; None where none came.
            attempts: how often the request was sent.
            conversation_id: the conversation that the call belongs to, when known.
        """


BeginObserving = Callable[[ObservedCall], CallObserver | None]
"""Called when a call begins, before its first attempt; gives what watches this call, or None."""

_beginners: list[BeginObserving] = []
"""Of all clients in the process, because a tracer does not know who makes them."""


def observe_calls(begin: BeginObserving) -> Callable[[], None]:
    """Has all calls watched that begin from now on, of every client in the process.

        stop = alli.observe_calls(lambda call: Timer(call.operation))

    Calls that the package makes to complete an error's text are not watched. Where an argument is refused, no call begins.

    Args:
        begin: called when a call begins; gives a `CallObserver`, or None to leave the call alone.

    Returns:
        A function that ends it. Calls that have begun are watched to their end.
    """
    # A new function each time, so that the same function can be registered twice, and each ended alone.
    entry: BeginObserving = lambda call: begin(call)  # noqa: E731
    _beginners.append(entry)

    def stop() -> None:
        with suppress(ValueError):  # stopped before
            _beginners.remove(entry)

    return stop


def beginners() -> list[BeginObserving]:
    """Those that want to know of a call that begins now."""
    return _beginners.copy()
