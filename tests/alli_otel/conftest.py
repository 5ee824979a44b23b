"""What the tests of traces share: an exporter in memory, and both clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alli_otel import AlliInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.alli.conftest import client_kind, pytest_generate_tests
from tests.alli_otel.traced import Traced

__all__ = ["client_kind", "pytest_generate_tests", "traced"]


@pytest.fixture
def traced() -> Iterator[Traced]:
    """Calls are traced, and the spans are kept."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    AlliInstrumentor().instrument(tracer_provider=provider)
    try:
        yield Traced(exporter, provider.get_tracer("test"))
    finally:
        AlliInstrumentor().uninstrument()
        provider.shutdown()
