"""What the answers say of the rows on conversations, projects and documents. What needs a POST is not asked.

A message names types, fields and numbers, never values, as in `checks`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, cast

from alli_emulator.drift.questions import CHATS_PER_PAGE, Answer, Asked
from alli_emulator.drift.verdict import HOLDS, Check, Verdict, by_status

__all__ = ["HISTORY_CHECKS"]

_FOUND_STATES = ("completed", "post_parsing", "post_retrying", "post_completed", "post_parsing_fail")
"""States of a document that can be found (row 53)."""
_NO_CONVERSATION = Verdict("can't tell", "the project has no conversation")
_NO_DOCUMENT = Verdict("can't tell", "no message of the conversations that were read cites a document")


def _chats(asked: Asked) -> Verdict:
    first = asked.operation("list_chats")
    if first is None:
        return _NO_CONVERSATION
    if (verdict := by_status(first)) is not None:
        return verdict
    if len(asked.chats) > CHATS_PER_PAGE:
        return Verdict("differs", f"a page of {len(asked.chats)} messages")
    times = [chat["timestamp"] for chat in asked.chats if isinstance(chat.get("timestamp"), int | float)]
    if any(later < earlier for earlier, later in itertools.pairwise(times)):
        return Verdict("differs", "a later message comes before an earlier one")
    after = asked.chats_after
    if after is None:
        return Verdict("can't tell", f"the page has {CHATS_PER_PAGE} messages, so that it need not be the last")
    if (verdict := by_status(after)) is not None:
        return verdict
    return (
        Verdict("differs", "a page with fewer messages is followed by another one") if after.items("chats") else HOLDS
    )


def _messages(asked: Asked) -> Verdict:
    if not asked.chats:
        return _NO_CONVERSATION
    for chat in asked.chats:
        if not isinstance(chat.get("message"), str | None):
            return Verdict("differs", f"a message that is {type(chat['message']).__name__}")
    without = any(chat.get("message") is None for chat in asked.chats)
    return HOLDS if without else Verdict("can't tell", "all messages that were read have text")


def _citations(asked: Asked) -> Verdict:
    if not asked.citations:
        return Verdict("can't tell", "no message that was read has a citation")
    for one in asked.citations:
        if not one.keys() & {"clueId", "clue_id"}:
            return Verdict(
                "differs", f"a citation without an id of its clue; it has {', '.join(sorted(one)) or 'nothing'}"
            )
    return HOLDS


def _running(asked: Asked) -> Verdict:
    answer = asked.operation("is_conversation_running")
    if answer is None:
        return _NO_CONVERSATION
    if (verdict := by_status(answer)) is not None:
        return verdict
    if isinstance(answer.fields.get("isRunning"), bool):
        return HOLDS
    return Verdict("differs", f"an answer without a boolean `isRunning`; it has {_names(answer)}")


def _projects(asked: Asked) -> Verdict:
    answer = asked.operation("list_projects")
    if answer is None:
        return Verdict("can't tell", "it was not asked")
    if (verdict := by_status(answer)) is not None:
        return verdict
    projects: object = answer.json
    if not isinstance(projects, list):
        return Verdict("differs", f"not a bare list but {type(projects).__name__}")
    for one in cast("list[object]", projects):
        if not isinstance(one, dict) or not {"id", "name", "cognitiveSearchApiKey"} <= set(
            cast("dict[str, object]", one)
        ):
            return Verdict("differs", "a project without id, name or cognitiveSearchApiKey")
    return HOLDS


def _ingestion(asked: Asked) -> Verdict:
    answer = asked.operation("get_ingestion_status")
    if answer is None:
        return _NO_DOCUMENT
    if (verdict := by_status(answer)) is not None:
        return verdict
    fields: Mapping[str, Any] = answer.fields
    if not isinstance(fields.get("status"), str):
        return Verdict("differs", f"an answer without text in `status`; it has {_names(answer)}")
    steps: object = fields.get("steps")
    return HOLDS if isinstance(steps, list | None) else Verdict("differs", f"`steps` is {type(steps).__name__}")


def _found_states(asked: Asked) -> Verdict:
    answer = asked.operation("get_ingestion_status")
    if answer is None:
        return _NO_DOCUMENT
    if (verdict := by_status(answer)) is not None:
        return verdict
    status: object = answer.fields.get("status")
    return HOLDS if status in _FOUND_STATES else Verdict("differs", "a document that an app cites has another state")


def _names(answer: Answer) -> str:
    return ", ".join(sorted(answer.fields)) or "nothing"


HISTORY_CHECKS: Mapping[str, Check] = {
    "13": _citations,
    "43": _chats,
    "44": _messages,
    "45": _running,
    "47": _projects,
    "52": _ingestion,
    "53": _found_states,
}
