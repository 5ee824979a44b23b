"""The package of the extra `mcp`, and what to say where it is missing."""

from importlib.util import find_spec

__all__ = ["MissingExtraError", "require_extra"]


class MissingExtraError(ImportError):
    """FastMCP is not installed; the message gives the command that installs it."""


def require_extra() -> None:
    """Looks whether the extra's package is there, without loading it.

    Raises:
        MissingExtraError: it is missing.
    """
    if find_spec("fastmcp") is None:
        raise MissingExtraError(
            "alli_mcp needs fastmcp, which a bare alli-sdk does not bring: pip install 'alli-sdk[mcp]'"
        )
