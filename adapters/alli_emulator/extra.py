"""The packages of the extra `emulator`, and what to say where they are missing."""

from __future__ import annotations

from importlib import import_module

__all__ = ["MissingExtraError", "require_extra"]

_MODULES = {
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "python_multipart": "python-multipart",
    "jsonschema": "jsonschema",
}


class MissingExtraError(ImportError):
    """The emulator's own dependencies are not installed; the message gives the command that installs them."""


def require_extra() -> None:
    """Imports the extra's packages.

    Raises:
        MissingExtraError: at least one is missing; all missing ones are named.
    """
    missing: list[str] = []
    cause: ImportError | None = None
    for module, distribution in _MODULES.items():
        try:
            import_module(module)
        except ImportError as error:
            missing.append(distribution)
            cause = error
    if missing:
        raise MissingExtraError(
            f"alli_emulator needs {', '.join(missing)}, which a bare alli-sdk does not bring: "
            "pip install 'alli-sdk[emulator]'"
        ) from cause
