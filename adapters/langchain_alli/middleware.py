"""Conversations that outlive their messages: a middleware for agents that summarise or clear old messages.

    from langchain_alli.middleware import AlliConversations

    agent = create_agent(model, tools, middleware=[AlliConversations(), SummarizationMiddleware(...)])

Without it a tool finds its conversation in the thread's messages, and begins a new one when those are gone. A subagent's
tools need no middleware: their conversations are in the store. This module needs langchain; the rest of the package needs
langchain-core alone.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain.agents.middleware.types import PrivateStateAttr, ToolCallRequest
from langchain_core.messages import ToolMessage
from langgraph.types import Command

from langchain_alli.calls.graph_host import state_key
from langchain_alli.calls.thread_messages import conversation_of, merged

__all__ = ["AlliConversations", "AlliConversationsState"]

ToolAnswer = ToolMessage | Command[Any]


class AlliConversationsState(AgentState[Any]):
    """The agent's state, with the conversation of each app: app id → conversation id.

    It is part of neither the agent's input nor its output. LangGraph takes a reducer from the last annotation only.
    """

    alli_conversations: NotRequired[Annotated[dict[str, str], PrivateStateAttr, merged]]


class AlliConversations(AgentMiddleware[AlliConversationsState, Any, Any]):
    """Notes the conversation of each answer of an app in the thread's state, where the tools look first.

    The state is saved with the thread, so a fork goes on with the conversation as it was at the fork. The place among
    other middleware doesn't matter.
    """

    state_schema = AlliConversationsState

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolAnswer]) -> ToolAnswer:
        """Run the tool and note its conversation."""
        return _noted(handler(request))

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolAnswer]]
    ) -> ToolAnswer:
        """Run the tool and note its conversation."""
        return _noted(await handler(request))


def _noted(answer: ToolAnswer) -> ToolAnswer:
    found = conversation_of(answer)
    if found is None or not isinstance(answer, ToolMessage):
        return answer
    app_id, conversation_id, owner = found
    return Command(update={"messages": [answer], "alli_conversations": {state_key(app_id, owner): conversation_id}})
