"""The program `python -m generator`: the API document and our overlay in, the package `alli` out.

    spec/alli.openapi.yaml + spec/sdk.overlay.yaml
        document → overlay → derive → validate → drift → raw (openapi-python-client, one parse) → facade (our templates)
        → formatting (ruff) → typecheck (mypy) → swap → generated/

Every step collects all that is wrong and raises one `problems.GenerationFailed`; nothing is written before the last
step. Not shipped in the wheel.
"""
