"""The program `python -m generator`: the API document and our overlay in, the package `alli` out.

    spec/alli.openapi.yaml + spec/sdk.overlay.yaml
        document (files, overlay, validation) → model (blocks, default names) → raw (openapi-python-client, one parse)
        → facade (our views) → output (templates, ruff, mypy, swap) → generated/

Every step collects all that is wrong and raises one `document.problems.GenerationFailed`; nothing is written before the last
step. Not shipped in the wheel.
"""
