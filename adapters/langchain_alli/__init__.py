"""Alli apps as LangChain tools.

    from langchain_alli import AlliToolkit

    tools = AlliToolkit().get_tools()      # one per published app; ALLI_API_KEY
    agent = create_agent(model, tools)     # langchain.agents

For agents that summarise their messages there is `langchain_alli.middleware`, for tests and demos without a model
provider `langchain_alli.testing`. For agents of other frameworks there is `alli_tools`.
"""

from .extra import require_extra

require_extra()

from alli import retryable
from alli_tools import (
    CallRefusedError,
    CallStoppedError,
    ConversationResolver,
    FileResolver,
    StopCheck,
    UserResolver,
    acting_for,
)

from .agents.chat_model import ChatAlli
from .agents.graph import alli_subagent, create_alli_agent
from .calls.errors import AlliToolError
from .calls.identity import user_from_context, user_from_langgraph_auth
from .options import ToolOptions
from .retriever import AlliRetriever
from .toolkit import AlliToolkit
from .tools.app_tool import AlliAppTool
from .tools.schema import DeclaredSchema, FreeForm

__all__ = [
    "AlliAppTool",
    "AlliRetriever",
    "AlliToolError",
    "AlliToolkit",
    "CallRefusedError",
    "CallStoppedError",
    "ChatAlli",
    "ConversationResolver",
    "DeclaredSchema",
    "FileResolver",
    "FreeForm",
    "StopCheck",
    "ToolOptions",
    "UserResolver",
    "acting_for",
    "alli_subagent",
    "create_alli_agent",
    "retryable",
    "user_from_context",
    "user_from_langgraph_auth",
]
