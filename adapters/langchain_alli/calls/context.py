"""What a running agent tells a tool call: messages so far, the application's context, where to send progress.

LangGraph hands all this over as one object named `runtime`. It is read by attribute, so that importing this package
needs langchain-core alone. A tool that a node of a graph invokes by itself is handed nothing, and asks for the runtime of
that node, which has no messages. Outside a graph there is no runtime, and everything here is empty.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from alli import ConfigurationError
from langchain_core.messages import BaseMessage

from .errors import AlliToolError

__all__ = ["CallContext", "UserResolver", "user_from_context"]

UserResolver = Callable[[Any], str | None]
"""`resolver(context)` gives the user a call is made for, or None for the client's own user. `context` is what the
application gave as `context=` to the agent's invoke, None without one. Called once per call, in its thread or task;
an exception in it ends the call before anything is sent."""

_JSON_TYPES = (dict, list, str, int, float, bool)


@dataclass(frozen=True, slots=True)
class CallContext:
    """Attributes:
    messages: the thread's messages, oldest first.
    conversations: app id → conversation id, as the middleware `AlliConversations` has noted them.
    context: the application's `context=`.
    tool_call_id: None outside an agent.
    write_custom: sends to `stream_mode="custom"`.
    emit_delta: sends text to `stream_mode="tools"`; LangGraph has it since 2026.
    """

    messages: Sequence[object] = ()
    conversations: Mapping[str, object] = field(default_factory=dict[str, object])
    context: object = None
    tool_call_id: str | None = None
    write_custom: Callable[[object], object] | None = None
    emit_delta: Callable[[str], object] | None = None

    @classmethod
    def of(cls, runtime: object) -> "CallContext":
        """From an injected runtime, or None, which stands for that of the node that is running, if any.

        Raises:
            AlliToolError: the runtime is JSON, so a model made it up: LangGraph removes such an argument, a bare
                `tool.invoke` does not.
        """
        if isinstance(runtime, _JSON_TYPES):
            raise AlliToolError("runtime is not an argument of this tool; call it again without")
        runtime = runtime if runtime is not None else _of_running_node()
        if runtime is None:
            return cls()
        call_id = getattr(runtime, "tool_call_id", None)
        state = getattr(runtime, "state", None)
        return cls(
            messages=_messages(state),
            conversations=_conversations(state),
            context=getattr(runtime, "context", None),
            tool_call_id=call_id if isinstance(call_id, str) else None,
            write_custom=_function(getattr(runtime, "stream_writer", None)),
            emit_delta=_function(getattr(runtime, "emit_output_delta", None)),
        )


def user_from_context(context: Any) -> str | None:
    """The default `UserResolver`: the context's attribute or key `alli_user`. None, or none such: the client's own user.

    Raises:
        ConfigurationError: it is no text, or empty, which may mean that nobody is signed in and must not mean somebody.
    """
    if isinstance(context, Mapping):
        user = cast("Mapping[str, object]", context).get("alli_user")
    else:
        user = getattr(context, "alli_user", None)
    if user is None or (isinstance(user, str) and user):
        return user
    given = "empty" if user == "" else type(user).__name__
    raise ConfigurationError(
        f"context.alli_user must be the user's id as text, or None for the client's own user, not {given}"
    )


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


def _messages(state: object) -> Sequence[object]:
    """The list under "messages"; without one, as with a ToolNode of another `messages_key`, the first that has messages."""
    if isinstance(state, list):  # in a graph of messages alone
        return cast("list[object]", state)
    fields = _fields(state)
    if "messages" in fields:
        found = fields["messages"]
        return cast("Sequence[object]", found) if isinstance(found, list | tuple) else ()
    lists = (cast("list[object]", value) for value in fields.values() if isinstance(value, list) and value)
    return next((value for value in lists if isinstance(value[-1], BaseMessage)), ())


def _conversations(state: object) -> Mapping[str, object]:
    found = _fields(state).get("alli_conversations")
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}


def _function(value: object) -> Callable[[Any], object] | None:
    return cast("Callable[[Any], object]", value) if callable(value) else None
