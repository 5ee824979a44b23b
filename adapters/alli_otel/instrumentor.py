"""The instrumentor, as OpenTelemetry's own for other libraries: `instrument()`, `uninstrument()`, and found by its entry point."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import alli

# Its module says `type: ignore` on top, so that type checkers find no names in it.
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.trace import SpanKind, Tracer, get_tracer

from .call_span import CallSpan
from .start_attributes import start_attributes

__all__ = ["AlliInstrumentor"]


class AlliInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # as above
    """Traces every call of every `Alli` and `AsyncAlli` in the process, also of clients that were made before.

        AlliInstrumentor().instrument(tracer_provider=provider)

    A call is one span of kind CLIENT, named by its method, such as `apps.run`. It begins with the first attempt and ends with the
    result; that of a stream ends when the stream is read to its end, fails or is closed. Each repeated attempt is an event `retry`.
    The service gets `traceparent`, or whatever the propagators of the process send. No span holds a prompt, an answer, a query
    value, a user's id or the API key.

    Arguments of `instrument`:
        tracer_provider: where spans go. Default: the provider of the process.
    """

    _stop: Callable[[], None] | None = None

    def instrumentation_dependencies(self) -> Collection[str]:
        """What is traced."""
        return ("alli-sdk",)

    def _instrument(self, **kwargs: Any) -> None:
        tracer = get_tracer("alli_otel", alli.__version__, kwargs.get("tracer_provider"))
        self._stop = alli.observe_calls(lambda call: _begin(tracer, call))

    def _uninstrument(self, **kwargs: Any) -> None:
        if self._stop is not None:
            self._stop()
        self._stop = None


def _begin(tracer: Tracer, call: alli.ObservedCall) -> CallSpan | None:
    if not is_instrumentation_enabled():
        return None
    span = tracer.start_span(call.operation, kind=SpanKind.CLIENT, attributes=start_attributes(call))
    return CallSpan(span, is_stream=call.is_stream and call.generates)
