"""The program `python -m generator`: the API document and our overlay in, the package `alli` out.

    spec/alli.openapi.yaml + spec/sdk.overlay.yaml
        document → overlay → derive → validate → drift → raw (openapi-python-client, one parse) → facade (our templates)
        → formatting (ruff) → typecheck (mypy) → provenance → swap → generated/

Every step collects all that is wrong and raises one `problems.GenerationFailed`; nothing is written before the last
step. Not shipped in the wheel.
"""

__all__ = ["__version__"]

__version__ = "1.0"
"""Stands in the first line of every generated file. Raised when the same spec gives another public surface."""
