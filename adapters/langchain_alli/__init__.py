"""Alli apps as LangChain tools.

    from langchain_alli import AlliToolkit

    tools = AlliToolkit().get_tools()      # one per published app; ALLI_API_KEY
    agent = create_agent(model, tools)     # langchain.agents

For agents that summarise their messages there is `langchain_alli.middleware`, for tests and demos without a model
provider `langchain_alli.testing`.
"""

from alli import retryable
from alli_tools.calls.stopping import CallStoppedError
from alli_tools.definition.arguments import FileResolver

from langchain_alli.calls.context import UserResolver, user_from_context
from langchain_alli.calls.conversations import ConversationResolver
from langchain_alli.calls.errors import AlliToolError
from langchain_alli.tools.app_tool import AlliAppTool
from langchain_alli.tools.schema import DeclaredSchema, FreeForm

from .options import StopCheck, ToolOptions
from .toolkit import AlliToolkit

__all__ = [
    "AlliAppTool",
    "AlliToolError",
    "AlliToolkit",
    "CallStoppedError",
    "ConversationResolver",
    "DeclaredSchema",
    "FileResolver",
    "FreeForm",
    "StopCheck",
    "ToolOptions",
    "UserResolver",
    "retryable",
    "user_from_context",
]
