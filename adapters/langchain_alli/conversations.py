"""Which conversation a tool call belongs to.

The id of an app's conversation is read from the newest successful answer of that app among the thread's messages.
That needs no set-up, is right on forks (a fork sees only its own messages) and lets no thread see another's. It ends
where the application removes old tool messages: then a new conversation begins.
"""

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, cast

from langchain_core.messages import ToolMessage

__all__ = ["Claims", "ConversationPolicy", "last_conversation_id"]

ConversationPolicy = Literal["thread", "fresh"]
"""`thread`: a conversational app goes on with its conversation of this thread. `fresh`: each call begins a new one."""


def last_conversation_id(messages: Sequence[object], app_id: str) -> str | None:
    """The conversation of the newest successful answer of this app, or None."""
    for message in reversed(messages):
        if isinstance(message, ToolMessage) and message.status == "success":
            alli = _mapping(_mapping(message.artifact).get("alli"))
            conversation_id = alli.get("conversation_id")
            if _mapping(alli.get("app")).get("id") == app_id and isinstance(conversation_id, str) and conversation_id:
                return conversation_id
    return None


class Claims:
    """The conversations in which a call is under way, so that no two calls ever write to one at a time.

    Two parallel calls of one app in one step both find the same conversation. The first goes on with it, the second
    begins one of its own; the answer that stands last in the messages is the one later calls go on with.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: set[str] = set()

    @contextmanager
    def hold(self, conversation_id: str | None) -> Generator[str | None, None, None]:
        """`conversation_id` for the length of the block, or None if another call holds it."""
        with self._lock:
            free = conversation_id is not None and conversation_id not in self._held
            if free and conversation_id is not None:
                self._held.add(conversation_id)
        if not free:
            yield None
            return
        try:
            yield conversation_id
        finally:
            with self._lock:
                self._held.discard(cast("str", conversation_id))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
