"""What a thread's messages say of the conversation with an app.

The id of an app's conversation is read from the newest successful answer of that app among the thread's messages.
That needs no set-up and is right on forks (a fork sees only its own messages). Where the messages are gone or are
another agent's, the store has it, unless that came after a fork.
"""

from collections.abc import Sequence
from typing import cast

from alli_tools.calls.conversations import Marks, no_mark
from langchain_core.messages import ToolMessage

__all__ = ["conversation_of", "has_answer_to", "last_conversation_id", "merged"]

_NEWEST = 256  # messages; the answer looked for is mostly among them

_NOTHING: dict[str, object] = {}  # never written to


def last_conversation_id(messages: Sequence[object], app_id: str, mark: Marks = no_mark) -> str | None:
    """The conversation of the newest successful answer of this app to this user's call, or None."""
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
            if found is not None and found[0] == app_id and found[2] == mark(found[1]):
                return found[1]
        end = start
    return None


def has_answer_to(messages: Sequence[object], call_id: str) -> bool:
    """Is the answer to this tool call among the messages?"""
    kinds = {kind for kind in set(map(type, messages)) if issubclass(kind, ToolMessage)}
    answers = (cast("ToolMessage", message) for message in messages if type(message) in kinds) if kinds else ()
    return any(answer.tool_call_id == call_id for answer in answers)


def conversation_of(message: object) -> tuple[str, str, str] | None:
    """(app id, conversation id, owner) of a successful answer of an app; None for any other message or answer."""
    if not isinstance(message, ToolMessage) or message.status != "success":
        return None
    alli = _json_object(_json_object(message.artifact).get("alli"))
    app_id, conversation_id = _json_object(alli.get("app")).get("id"), alli.get("conversation_id")
    owner = alli.get("owner", "")
    if isinstance(app_id, str) and isinstance(conversation_id, str) and conversation_id and isinstance(owner, str):
        return app_id, conversation_id, owner
    return None


def merged(old: dict[str, str] | None, new: dict[str, str] | None) -> dict[str, str]:
    """The reducer of app and mark → conversation id: what is new wins, and comes last."""
    latest = new or {}
    return {**{key: kept for key, kept in (old or {}).items() if key not in latest}, **latest}


def _json_object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else _NOTHING
