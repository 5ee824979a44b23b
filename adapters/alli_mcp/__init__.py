"""Alli apps over the Model Context Protocol.

    python -m alli_mcp                       # over stdio
    python -m alli_mcp --transport http      # at http://127.0.0.1:8000/mcp

The same in a program, with the key in ALLI_API_KEY as well:

    from alli_mcp import create_server

    create_server(types=["agent"]).run()     # a FastMCP server
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import acreate_server, create_server, user_from_token

__all__ = ["acreate_server", "create_server", "user_from_token"]

if not TYPE_CHECKING:
    # Names are looked up when they are asked for: without the extra, `python -m alli_mcp` can then say in one line
    # what to install (test_without_the_extra_the_error_gives_the_pip_command).
    def __dir__() -> list[str]:
        return sorted(__all__)

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import_module("alli_mcp.extra").require_extra()
        return getattr(import_module("alli_mcp.server"), name)
