"""Which conversation a tool call belongs to.

The id of an app's conversation is read from the newest successful answer of that app among the thread's messages.
That needs no set-up, is right on forks (a fork sees only its own messages) and lets no thread see another's. It ends
where the application removes old tool messages: then a new conversation begins, unless the agent has the middleware
`AlliConversations`, which keeps the ids in the thread's state.
"""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, cast

from langchain_core.messages import ToolMessage

__all__ = ["Claims", "ConversationPolicy", "ConversationResolver", "conversation_of", "last_conversation_id", "merged"]

ConversationResolver = Callable[[str, Any], str | None]
"""`resolver(app_id, context)` gives the conversation a call goes on with, or None to begin one. `context` is what the
application gave as `context=` to the agent. Called once per call of a conversational app, in its thread or task; an
exception in it ends the call before anything is sent."""

ConversationPolicy = Literal["thread", "fresh"] | ConversationResolver
"""`thread`: a conversational app goes on with its conversation of this thread. `fresh`: each call begins a new one. A
function: the application decides."""


_NEWEST = 256  # messages; the answer looked for is mostly among them

_NOTHING: dict[str, object] = {}  # never written to


def last_conversation_id(messages: Sequence[object], app_id: str) -> str | None:
    """The conversation of the newest successful answer of this app, or None."""
    # A thread may have thousands of messages, most of them of no tool, or of tools without artifacts. Asking each what
    # it is would take longer than the call; asking all at once for their types takes some 40 ns each, and a copy of the
    # list half as much again, since both have to touch every message.
    end = len(messages)
    for start in (max(0, end - _NEWEST), 0):
        if start == end:
            break
        kinds = set(map(type, messages[start:] if start else messages))
        answers = {kind for kind in kinds if issubclass(kind, ToolMessage)}
        for index in range(end - 1, start - 1, -1) if answers else ():
            message = messages[index]
            artifact = getattr(message, "artifact", None) if type(message) in answers else None
            found = conversation_of(message) if isinstance(artifact, dict) and "alli" in artifact else None
            if found is not None and found[0] == app_id:
                return found[1]
        end = start
    return None


def conversation_of(message: object) -> tuple[str, str] | None:
    """(app id, conversation id) of a successful answer of an app; None for any other message or answer."""
    if not isinstance(message, ToolMessage) or message.status != "success":
        return None
    alli = _json_object(_json_object(message.artifact).get("alli"))
    app_id, conversation_id = _json_object(alli.get("app")).get("id"), alli.get("conversation_id")
    if isinstance(app_id, str) and isinstance(conversation_id, str) and conversation_id:
        return app_id, conversation_id
    return None


def merged(old: dict[str, str] | None, new: dict[str, str] | None) -> dict[str, str]:
    """The reducer of app id → conversation id: what is new wins, app by app."""
    return {**(old or {}), **(new or {})}


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


def _json_object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else _NOTHING
