"""Alli apps as LangChain tools.

    from langchain_alli import AlliToolkit

    tools = AlliToolkit().get_tools()      # one per published app; ALLI_API_KEY
    agent = create_agent(model, tools)     # langchain.agents

For agents that summarise their messages there is `langchain_alli.middleware`, for tests and demos without a model
provider `langchain_alli.testing`.
"""

from alli import retryable

from .arguments import FileResolver
from .context import UserResolver, user_from_context
from .conversations import ConversationResolver
from .errors import AlliToolError
from .options import StopCheck, ToolOptions
from .schema import DeclaredSchema, FreeForm
from .stopping import CallStoppedError
from .tool import AlliAppTool
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
