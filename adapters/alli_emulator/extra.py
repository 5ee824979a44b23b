"""The packages of the extra `emulator`, and what to say where they are missing."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["MissingExtraError", "require_extra"]

_MODULES = {
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "python_multipart": "python-multipart",
    "jsonschema_rs": "jsonschema-rs",
}


class MissingExtraError(ImportError):
    """The emulator's own dependencies are not installed; the message gives the command that installs them."""


def require_extra() -> None:
    """Looks whether the extra's packages are there, without loading them.

    Raises:
        MissingExtraError: at least one is missing; all missing ones are named.
    """
    missing = [distribution for module, distribution in _MODULES.items() if find_spec(module) is None]
    if missing:
        raise MissingExtraError(
            f"alli_emulator needs {', '.join(missing)}, which a bare alli-sdk does not bring: "
            "pip install 'alli-sdk[emulator]'"
        )
