"""The three conversation endpoints of the old family: start, send, end.

An unknown or ended conversation is answered by `errors` inside a 200, the form their pages print.
"""

from __future__ import annotations

import time

from starlette.responses import Response

from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.model import App, AppFailure
from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints
from alli_emulator.runs.turns import Turn, draftjs

__all__ = ["endpoints"]

_LANGUAGE = "en"


def endpoints(context: Context) -> Endpoints:
    """start_conversation, send_chat, end_conversation."""

    async def turn(app: App, conversation: Conversation, exchange: Exchange, message: str) -> Turn:
        work = context.job(app, conversation, exchange, stays_open=True, message=message)
        await work.finish()
        return work.turn

    async def start_conversation(exchange: Exchange) -> Response:
        body = context.json_body("start_conversation", exchange)
        app = context.store.app_by_placement(body.get("placement"))
        if app is None:
            return context.answer("start_conversation", _errors("no published conversation app has this placement"))
        conversation = context.store.start(app, exchange.user_id)
        try:
            greeting = await turn(app, conversation, exchange, "")
        except AppFailure as failure:
            return context.answer("start_conversation", _errors(str(failure)))
        started = {
            "id": conversation.id,
            "project": {"nluLanguage": _LANGUAGE},
            "chats": {"edges": [{"node": node} for node in _chats(greeting)]},
        }
        return context.answer("start_conversation", {"result": {"conversation": started}, "errors": None})

    async def send_chat(exchange: Exchange) -> Response:
        body = context.json_body("send_chat", exchange)
        conversation = context.store.conversation(body["conversationId"])
        app = context.store.app(conversation.app_id) if conversation else None
        if conversation is None or app is None:
            return context.answer("send_chat", _errors("unknown conversation"))
        if conversation.ended:
            return context.answer("send_chat", _errors("the conversation has ended"))
        try:
            # The answer is not in the response: on the service one reads it from the conversation's chats.
            await turn(app, conversation, exchange, body["message"])
        except AppFailure as failure:
            return context.answer("send_chat", _errors(str(failure)))
        return context.answer("send_chat", {"errors": None})

    async def end_conversation(exchange: Exchange) -> Response:
        body = context.json_body("end_conversation", exchange)
        conversation = context.store.conversation(body["id"])
        if conversation is None:
            return context.answer("end_conversation", _errors("unknown conversation"))
        conversation.ended = True
        return context.answer("end_conversation", {"errors": None})

    return {
        "start_conversation": start_conversation,
        "send_chat": send_chat,
        "end_conversation": end_conversation,
    }


def _errors(message: str) -> dict[str, object]:
    return {"errors": {"message": message}}


def _chats(turn: Turn) -> list[dict[str, object]]:
    return [
        {
            "id": message.id,
            "message": draftjs(message.text),
            "createdAt": time.time() * 1000,
            "chatOptionInfos": [{"shortenOption": text, "longOption": text} for text in message.choices],
            "isDeleted": False,
        }
        for message in turn.messages
    ]
