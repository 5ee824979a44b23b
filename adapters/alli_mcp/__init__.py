"""Alli apps over the Model Context Protocol.

python -m alli_mcp                       # over stdio; ALLI_API_KEY
python -m alli_mcp --transport http      # at http://127.0.0.1:8000/mcp

from alli_mcp import create_server
create_server(types=["agent"]).run()     # a FastMCP server
"""

from .extra import require_extra

require_extra()

from .server import acreate_server, create_server, user_from_token

__all__ = ["acreate_server", "create_server", "user_from_token"]
