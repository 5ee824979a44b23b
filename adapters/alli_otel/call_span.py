"""The span of one call, from its beginning to its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager

import alli
from opentelemetry.propagate import inject
from opentelemetry.trace import Span, Status, StatusCode, set_span_in_context, use_span
from opentelemetry.util.types import AttributeValue

__all__ = ["CallSpan"]


class CallSpan(alli.CallObserver):
    """Writes what happens to a call into its span.

    Args:
        span: as it was started.
        is_stream: the call gives a stream of text.
    """

    def __init__(self, span: Span, *, is_stream: bool) -> None:
        self._span = span
        self._is_stream = is_stream
        self._began = time.monotonic()

    def headers(self) -> Mapping[str, str]:
        """`traceparent`, or whatever the propagators of the process send."""
        headers: dict[str, str] = {}
        inject(headers, context=set_span_in_context(self._span))
        return headers

    def running(self) -> AbstractContextManager[object]:
        """Makes the span the current one, so that those of the HTTP library are its children."""
        return use_span(self._span, end_on_exit=False, record_exception=False, set_status_on_exception=False)

    def retried(self, error: alli.AlliError, attempt: int, pause: float) -> None:
        """Adds an event with the reason."""
        self._span.add_event("retry", {"http.request.resend_count": attempt, **_of_error(error)})

    def text_began(self) -> None:
        """Writes the time to the first text."""
        if self._is_stream:
            self._span.set_attribute("gen_ai.response.time_to_first_chunk", time.monotonic() - self._began)

    def ended(
        self, error: BaseException | None, status_code: int | None, attempts: int, conversation_id: str | None
    ) -> None:
        """Writes how the call ended, and ends the span."""
        if status_code is not None:
            self._span.set_attribute("http.response.status_code", status_code)
        if attempts > 1:
            self._span.set_attribute("http.request.resend_count", attempts - 1)
        if conversation_id is not None:
            self._span.set_attribute("gen_ai.conversation.id", conversation_id)
        if error is not None:
            self._span.set_attributes(_of_error(error))
            # Without a description: the text of an error may hold words of the service.
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


def _of_error(error: BaseException) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {"error.type": type(error).__qualname__}
    if isinstance(error, alli.APIStatusError):
        attributes["http.response.status_code"] = error.status_code
    return attributes
