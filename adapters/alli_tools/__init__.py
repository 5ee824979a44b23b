"""Apps as tools for any agent: what an app is called, what it takes, and how it is called. Knows no framework.

    from alli_tools import AppTools, acting_for

    for tool in AppTools(types=["single_action"]):
        print(tool.name, tool.parameters)  # JSON Schema
        with acting_for(user="emp-7", thread="t-1"):
            outcome = tool.call({"text": "..."})  # .text, .artifact, .failed
        function = tool.as_function()  # signature, annotations, docstring; returns text

The key comes from ALLI_API_KEY.
"""

from .app_tool import AppTool
from .app_tools import AppTools
from .calls.acting import Caller, acting_for, user_of_caller
from .calls.conversations import ConversationResolver, MemoryStore
from .calls.errors import CallRefusedError
from .calls.offers import Offer
from .calls.outcomes import Outcome
from .calls.stopping import CallStoppedError
from .definition.arguments import FileResolver
from .definition.tool_definition import FREE_FORM
from .options import AfterCall, BeforeCall, StopCheck, ToolCall, ToolOptions, UserResolver
from .tool import Tool

__all__ = [
    "FREE_FORM",
    "AfterCall",
    "AppTool",
    "AppTools",
    "BeforeCall",
    "CallRefusedError",
    "CallStoppedError",
    "Caller",
    "ConversationResolver",
    "FileResolver",
    "MemoryStore",
    "Offer",
    "Outcome",
    "StopCheck",
    "Tool",
    "ToolCall",
    "ToolOptions",
    "UserResolver",
    "acting_for",
    "user_of_caller",
]
