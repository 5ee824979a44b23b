"""What a request is about: which app, which conversation. Faults are set by that, and the terminal's log names it."""

from __future__ import annotations

from dataclasses import dataclass

from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.model import App
from alli_emulator.requests.exchange import Exchange
from alli_emulator.state.store import Store

__all__ = ["Subject", "subject_of"]


@dataclass(frozen=True, slots=True)
class Subject:
    """`path` is decoded; `app` and `conversation` where the request names ones that exist."""

    method: str
    path: str
    app: App | None
    conversation: Conversation | None


def subject_of(exchange: Exchange, store: Store) -> Subject:
    """What `exchange` is about, from its path and its body. A request nobody can read is about nothing."""
    operation = exchange.record.operation
    parameters = exchange.record.path_params
    named = _text(exchange, "id") if operation == "end_conversation" else _text(exchange, "conversationId")
    conversation = store.conversation(parameters.get("conversation_id", named))
    app = None
    if "app_id" in parameters:
        app = store.app(parameters["app_id"])
    elif operation == "run_skill":
        app = store.app_by_skill_id(_text(exchange, "id"))
    elif operation == "start_conversation":
        app = store.app_by_placement(_text(exchange, "placement"))
    if app is None and conversation is not None:
        app = store.app(conversation.app_id)
    return Subject(exchange.method, exchange.path, app, conversation)


def _text(exchange: Exchange, name: str) -> str:
    value = exchange.fields.get(name)
    return value if isinstance(value, str) else ""
