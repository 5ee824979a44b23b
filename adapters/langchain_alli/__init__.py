"""Alli apps as LangChain tools.

    from langchain_alli import AlliToolkit

    tools = AlliToolkit().get_tools()      # one per published app; ALLI_API_KEY
    agent = create_agent(model, tools)     # langchain.agents

For tests and demos without a model provider there is `langchain_alli.testing`.
"""

from .arguments import FileResolver
from .context import UserResolver, user_from_context
from .errors import AlliToolError
from .options import ToolOptions
from .schema import DeclaredSchema
from .tool import AlliAppTool
from .toolkit import AlliToolkit

__all__ = [
    "AlliAppTool",
    "AlliToolError",
    "AlliToolkit",
    "DeclaredSchema",
    "FileResolver",
    "ToolOptions",
    "UserResolver",
    "user_from_context",
]
