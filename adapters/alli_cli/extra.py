"""The packages of the extra `cli`, and what to say where they are missing."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["MissingExtraError", "require_extra"]


class MissingExtraError(ImportError):
    """The command's packages are not installed; the message gives the command that installs them."""


def require_extra() -> None:
    """Checks that the extra's packages are installed, without loading them.

    Raises:
        MissingExtraError: names the missing ones.
    """
    missing = [name for name in ("typer", "rich") if find_spec(name) is None]
    if missing:
        raise MissingExtraError(f"this needs {' and '.join(missing)}: pip install 'alli-sdk[cli]'")
