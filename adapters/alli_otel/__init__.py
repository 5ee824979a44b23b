"""OpenTelemetry traces of an Alli client: one span per call.

    from alli_otel import AlliInstrumentor

    AlliInstrumentor().instrument()

`opentelemetry-instrument` finds it by itself. Needs `pip install 'alli-sdk[otel]'`.
"""

from .extra import require_extra

require_extra()

from .instrumentor import AlliInstrumentor

__all__ = ["AlliInstrumentor"]
