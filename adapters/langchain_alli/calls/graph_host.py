"""What a running agent tells a tool call: whose it is, which thread's, messages so far, where to send partial answers.

LangGraph hands all this over as one object named `runtime`. It is read by attribute, so that importing this package
needs langchain-core alone. A tool that a node of a graph invokes by itself is handed nothing, and asks for the runtime of
that node, which has no messages. Outside a graph there is no runtime, and the call is as one of plain Python.
"""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from alli_tools.calls.acting import current_caller
from alli_tools.calls.conversations import Marks, Remembered
from alli_tools.calls.errors import CallRefusedError
from alli_tools.calls.hosts import Host
from langchain_core.messages import BaseMessage

from .channels import Channel, Channels
from .identity import configurable, resolve_user
from .thread_messages import has_answer_to, last_conversation_id

__all__ = ["GraphHost", "state_key"]

_JSON_TYPES = (dict, list, str, int, float, bool)


class GraphHost(Host):
    """A LangChain agent or LangGraph graph that calls a tool; plain Python where there is none.

    Args:
        runtime: as LangGraph injected it, or None, which stands for that of the node that is running, if any.
        channels: where partial answers go.
        tool_call_id: the model's id of the call, None for a bare `tool.invoke`.

    Raises:
        CallRefusedError: the runtime is JSON, so a model made it up: LangGraph removes such an argument, a bare
            `tool.invoke` does not.
    """

    def __init__(self, runtime: object, channels: Collection[Channel], tool_call_id: str | None = None) -> None:
        if isinstance(runtime, _JSON_TYPES):
            raise CallRefusedError("runtime is not an argument of this tool; call it again without")
        super().__init__()
        runtime = runtime if runtime is not None else _of_running_node()
        self.runtime = runtime
        self.context = getattr(runtime, "context", None)
        self.tool_call_id = tool_call_id
        self.store = getattr(runtime, "store", None)
        self._state: object = getattr(runtime, "state", None)
        self._settings = configurable()
        self._channels = Channels(
            channels,
            _function(getattr(runtime, "stream_writer", None)),
            _function(getattr(runtime, "emit_output_delta", None)),
        )

    @property
    def thread(self) -> str | None:
        """The graph's thread, else that of `acting_for`."""
        thread = self._settings.get("thread_id")
        return str(thread) if thread not in (None, "") else current_caller().thread

    def find_user(self, resolver: Any) -> object:
        """Whom the call is made for, by the application's resolver."""
        return resolve_user(resolver, self.context, self.runtime)

    def find_conversation(self, app_id: str, mark: Marks) -> str | None:
        """As the middleware `AlliConversations` has noted it, else as the messages have it."""
        noted = _fields(self._state).get("alli_conversations")
        kept: Mapping[str, object] = cast("Mapping[str, object]", noted) if isinstance(noted, Mapping) else {}
        for key, found in reversed(list(kept.items())):
            if isinstance(found, str) and key == state_key(app_id, mark(found)):
                return found
        return last_conversation_id(self._messages, app_id, mark)

    def may_go_on(self, remembered: Remembered) -> bool:
        """Not on a fork from before that conversation: there the call that noted it is not among the messages."""
        if remembered.call is None or remembered.call == self.tool_call_id or not self._has_thread_messages:
            return True
        return has_answer_to(self._messages, remembered.call)

    def remember(self, conversation_id: str) -> Remembered:
        """With the tool call, where the messages will have its answer."""
        return Remembered(conversation_id, self.tool_call_id if self._has_thread_messages else None)

    def send(self, updates: list[dict[str, Any]]) -> None:
        """Delivers partial answers, from a thread."""
        self._channels.send(updates)

    async def asend(self, updates: list[dict[str, Any]]) -> None:
        """Delivers partial answers, from a task."""
        await self._channels.asend(updates)

    @property
    def _has_thread_messages(self) -> bool:
        """Are the messages here those of the whole thread? A subagent has its own, which begin again with each call."""
        return bool(self._messages) and "|" not in str(self._settings.get("checkpoint_ns", ""))

    @property
    def _messages(self) -> Sequence[object]:
        """The list under "messages"; without one, as with a ToolNode of another `messages_key`, the first that has messages."""
        state = self._state
        if isinstance(state, list):  # in a graph of messages alone
            return cast("list[object]", state)
        fields = _fields(state)
        if "messages" in fields:
            found = fields["messages"]
            return cast("Sequence[object]", found) if isinstance(found, list | tuple) else ()
        lists = (cast("list[object]", value) for value in fields.values() if isinstance(value, list) and value)
        return next((value for value in lists if isinstance(value[-1], BaseMessage)), ())


def state_key(app_id: str, owner: str) -> str:
    """The key of an app's conversation in the state of `AlliConversations`."""
    return f"{app_id}#{owner}" if owner else app_id


def _of_running_node() -> object:
    langgraph = sys.modules.get("langgraph.runtime")
    if langgraph is None:  # then no graph is running
        return None
    try:
        return langgraph.get_runtime()
    except (RuntimeError, LookupError):  # no runnable is running, or one that is in no graph
        return None


def _fields(state: object) -> Mapping[str, object]:
    """A graph's state as its fields: it may be a dict, a pydantic model or a dataclass."""
    if isinstance(state, Mapping):
        return cast("Mapping[str, object]", state)
    declared = getattr(type(state), "__dataclass_fields__", ())  # a dataclass with slots has no __dict__
    return {name: getattr(state, name, None) for name in declared} or getattr(state, "__dict__", {})


def _function(value: object) -> Callable[[Any], object] | None:
    return cast("Callable[[Any], object]", value) if callable(value) else None
