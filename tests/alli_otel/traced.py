"""The spans of a test."""

from __future__ import annotations

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

__all__ = ["Traced", "everything_in", "ids"]


class Traced:
    """What was traced so far.

    Attributes:
        tracer: for spans of the test.
    """

    def __init__(self, exporter: InMemorySpanExporter, tracer: Tracer) -> None:
        self._exporter = exporter
        self.tracer = tracer

    @property
    def spans(self) -> list[ReadableSpan]:
        """Those that have ended, first ended first."""
        return list(self._exporter.get_finished_spans())

    def only(self) -> ReadableSpan:
        """The one span there is."""
        (span,) = self.spans
        return span

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]


def ids(span: ReadableSpan) -> tuple[str, str]:
    """Trace and span, as `traceparent` has them."""
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


def everything_in(span: ReadableSpan) -> str:
    """All that an exporter sends of a span, as text."""
    return str(span.to_json())
