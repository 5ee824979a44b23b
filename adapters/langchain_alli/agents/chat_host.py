"""What a chat model's call knows of its conversation: the messages it is given, and the graph it runs in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from alli import InvalidArgumentError
from alli_tools.calls.conversations import Marks, Remembered
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from langchain_alli.calls.graph_host import GraphHost

__all__ = ["ChatHost", "arguments_of", "details_of"]


class ChatHost(GraphHost):
    """A program or graph that calls a chat model.

    Args:
        messages: what the model is given.
        answer_id: the id of the message that will be the answer.
    """

    def __init__(self, messages: Sequence[BaseMessage], answer_id: str) -> None:
        super().__init__(None, ())
        self.tool_call_id = answer_id
        self.for_people = True
        self._given = messages

    def find_conversation(self, app_id: str, mark: Marks) -> str | None:
        """That of the newest answer of this app among the messages, if it is this user's."""
        for message in reversed(self._given):
            alli = details_of(message)
            found = alli.get("conversation_id")
            if _app_of(message) == app_id and isinstance(found, str):
                return found if alli.get("owner") == mark(found) else None
        return None

    def may_go_on(self, remembered: Remembered) -> bool:
        """Not on a fork from before that conversation."""
        if remembered.call is None or not self._has_thread_messages:
            return True
        return any(message.id == remembered.call for message in self._given)

    @property
    def _messages(self) -> Sequence[object]:
        return self._given


def details_of(message: BaseMessage) -> Mapping[str, object]:
    """What an answer of an app says of itself; empty for any other message."""
    found: object = message.response_metadata.get("alli") if isinstance(message, AIMessage) else None
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}


def arguments_of(messages: Sequence[BaseMessage], app_id: str) -> dict[str, object]:
    """What is said to the app: the newest human messages that it has not answered. What was before the app keeps by itself.

    Between them and the end there may be what others did in this turn: a supervisor's handoff, another agent's answer. A human
    message may carry `additional_kwargs={"alli": {"choices": [0]}}` or `{"form": {...}}`, which replies to what the app has
    offered.

    Raises:
        InvalidArgumentError: nothing is said, or more than text.
    """
    newest: list[HumanMessage] = []
    for message in reversed(messages):
        if isinstance(message, HumanMessage):
            newest.append(message)
        elif isinstance(message, AIMessage):
            is_answer = not message.tool_calls
            if _app_of(message) == app_id or (is_answer and newest):
                break
    if others := sorted({kind for message in newest for kind in _kinds_in(message)} - {"text"}):
        raise InvalidArgumentError(f"messages: an app is sent text alone, not content of type {', '.join(others)}")
    reply: dict[str, Any] = {}
    for message in newest:
        reply = {**message.additional_kwargs.get("alli", {}), **reply}
    text = "\n\n".join(message.text for message in reversed(newest) if message.text)
    if not text and not reply:
        raise InvalidArgumentError("messages: the app has answered all of them; end with a human message")
    return {**({"message": text} if text else {}), **reply}


def _kinds_in(message: HumanMessage) -> Iterator[str]:
    """The types of its blocks of content."""
    content = cast("str | list[str | dict[str, object]]", message.content)
    for block in [content] if isinstance(content, str) else content:
        yield "text" if isinstance(block, str) else str(block.get("type"))


def _app_of(message: BaseMessage) -> object:
    app = details_of(message).get("app")
    return cast("Mapping[str, object]", app).get("id") if isinstance(app, Mapping) else None
