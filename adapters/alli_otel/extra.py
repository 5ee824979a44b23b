"""The package of the extra `otel`, and what to say where it is missing."""

from importlib.util import find_spec

__all__ = ["MissingExtraError", "require_extra"]


class MissingExtraError(ImportError):
    """OpenTelemetry is not installed; the message gives the command that installs it."""


def require_extra() -> None:
    """Looks whether the extra's packages are there, without loading them.

    Raises:
        MissingExtraError: one is missing.
    """
    # Others bring opentelemetry without its part for instrumentations.
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.instrumentation") is None:
        raise MissingExtraError(
            "alli_otel needs opentelemetry-instrumentation, which a bare alli-sdk does not bring: pip install 'alli-sdk[otel]'"
        )
