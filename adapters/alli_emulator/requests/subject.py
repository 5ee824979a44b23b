"""What a request is about: which app, which conversation. Faults are set by that, and the terminal's log says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.model import App
from alli_emulator.requests.exchange import Exchange
from alli_emulator.state.store import Store
from alli_emulator.wire.wire_json import loads

__all__ = ["Subject", "subject_of"]

_APP_PATH = re.compile(r"/webapi/(?:v2/)?apps/(.+?)(?:/run|/run_conversation)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """`path` as sent; `app` and `conversation` where the request names ones that exist."""

    method: str
    path: str
    app: App | None
    conversation: Conversation | None


def subject_of(exchange: Exchange, store: Store) -> Subject:
    """What `exchange` is about, from its path and its body. A request nobody can read is about nothing."""
    fields = _fields(exchange)
    conversation = store.conversation(_text(fields, "conversationId"))
    app = None
    if found := _APP_PATH.fullmatch(exchange.path):
        app = store.app(found[1])
    elif exchange.path == "/webapi/skill":
        app = store.app_by_skill_id(_text(fields, "id"))
    elif exchange.path == "/webapi/start_conversation":
        app = store.app_by_placement(_text(fields, "placement"))
    elif exchange.path == "/webapi/end_conversation_by_agent":
        conversation = store.conversation(_text(fields, "id"))
    if app is None and conversation is not None:
        app = store.app(conversation.app_id)
    return Subject(exchange.method, exchange.record.path, app, conversation)


def _fields(exchange: Exchange) -> Mapping[str, Any]:
    """The body's fields; those of the part `json` where a form has one."""
    source: bytes | str = b""
    if exchange.form is not None:
        own: dict[str, Any] = dict(exchange.form.items())
        if not isinstance(own.get("json"), str):
            return own
        source = own["json"]
    try:
        body = loads(source or exchange.body())
    except ValueError:
        return {}
    return cast(Mapping[str, Any], body) if isinstance(body, dict) else {}


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
