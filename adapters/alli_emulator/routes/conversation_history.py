"""The conversations so far: their list, one of them, its messages, whether a background run goes on in it, and its stop.

Times are in seconds since 1970, which is assumed: the pages don't name their unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from alli_emulator.apps.conversations import Chat, Conversation
from alli_emulator.contract.problems import Problem
from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints
from alli_emulator.runs.turns import draftjs
from alli_emulator.state.pagination import PAGE_SIZE, CursorError, page_of
from alli_emulator.wire.refusals import not_found
from alli_emulator.wire.wire_shapes import citation

__all__ = ["endpoints"]

CHATS_PER_PAGE = 100
LATEST_CHATS = 20
"""Most chats in one conversation's answer, as documented."""


def endpoints(context: Context) -> Endpoints:
    """list_conversations, get_conversation, list_chats, is_conversation_running, stop_conversation."""

    def conversation_of(exchange: Exchange) -> Conversation:
        found = context.store.conversation(exchange.record.path_params["conversation_id"])
        if found is None:
            raise not_found("Conversation not found")
        return found

    def shown_chat(chat: Chat) -> dict[str, object]:
        sources = [citation(one, context.dialect.citation_case) for one in chat.citations]
        return {
            "id": chat.id,
            "type": "llm",
            "sender": chat.sender,
            "message": draftjs(chat.message) if context.dialect.message_format == "draftjs" else chat.message,
            "timestamp": chat.said_at,
            # Null is documented for other fields of a citation, and not for this one.
            "citations": [source | {"text": source["text"] or ""} for source in sources],
            "rating": None,
            "agentRating": None,
        }

    def shown(
        conversation: Conversation, chats: Sequence[Chat], variables: Sequence[str] | None, latest: int
    ) -> dict[str, object]:
        app = context.store.app(conversation.app_id)
        user = conversation.user_id
        known = conversation.variables
        return {
            "id": conversation.id,
            "title": _title(chats),
            "user": None if user is None else {"userId": user, "firstName": "", "lastName": ""},
            "createdAt": conversation.began_at,
            "lastChatTime": chats[-1].said_at if chats else None,
            "isEnd": conversation.ended,
            "categories": [],
            "memo": "",
            "chats": [shown_chat(chat) for chat in chats[len(chats) - min(latest, len(chats)) :]],
            "chatCount": len(chats),
            "llmApp": None if app is None else {"id": app.id, "name": app.name},
            "variables": {name: value for name, value in known.items() if variables is None or name in variables},
        }

    async def list_conversations(exchange: Exchange) -> Response:
        query = context.query("list_conversations", exchange)
        running = context.background.running()
        kept = context.store.conversations()
        said = {one.id: context.background.chats(one) for one in kept}
        found = [one for one in kept if _is_wanted(one, said[one.id], running, query)]
        found.sort(key=lambda one: _last_time(one, said[one.id]), reverse=True)
        try:
            page, cursor = page_of(found, query.get("pageSize", PAGE_SIZE), query.get("cursor"))
        except CursorError as error:
            context.refuse(exchange, [Problem(("query", "cursor"), "value_error", str(error))])
            raise
        listed = [shown(one, said[one.id], query.get("variables"), latest=0) for one in page]
        return context.answer("list_conversations", {"conversations": listed, "cursor": cursor})

    async def get_conversation(exchange: Exchange) -> Response:
        context.query("get_conversation", exchange)
        conversation = conversation_of(exchange)
        names = [name for text in exchange.query.getlist("variables") for name in text.split(",")]
        chats = context.background.chats(conversation)
        return context.answer("get_conversation", shown(conversation, chats, names or None, LATEST_CHATS))

    async def list_chats(exchange: Exchange) -> Response:
        number: int = context.query("list_chats", exchange).get("pageNo", 1)
        if number < 1:
            context.refuse(exchange, [Problem(("query", "pageNo"), "minimum", "must not be below 1")])
        first = (number - 1) * CHATS_PER_PAGE
        chats = context.background.chats(conversation_of(exchange))[first : first + CHATS_PER_PAGE]
        return context.answer("list_chats", {"chats": [shown_chat(chat) for chat in chats]})

    async def is_running(exchange: Exchange) -> Response:
        running = conversation_of(exchange).id in context.background.running()
        return context.answer("is_conversation_running", {"isRunning": running})

    async def stop(exchange: Exchange) -> Response:
        await context.background.stop(conversation_of(exchange))
        # What the service answers is not documented; nothing is what its other calls without a result answer.
        return Response()

    return {
        "list_conversations": list_conversations,
        "get_conversation": get_conversation,
        "list_chats": list_chats,
        "is_conversation_running": is_running,
        "stop_conversation": stop,
    }


def _title(chats: Sequence[Chat]) -> str:
    """The user's first words; how the service makes titles is not known."""
    return next((chat.message[:80] for chat in chats if chat.sender == "USER"), "")


def _last_time(conversation: Conversation, chats: Sequence[Chat]) -> float:
    return chats[-1].said_at if chats else conversation.began_at


def _is_wanted(conversation: Conversation, chats: Sequence[Chat], running: set[str], query: Mapping[str, Any]) -> bool:
    """Whether a conversation passes all filters. None has a category here."""
    term = (query.get("searchTerm") or "").casefold()
    first = chats[0].said_at if chats else conversation.began_at
    return (
        (not query.get("userIds") or conversation.user_id in query["userIds"])
        and query.get("llmAppId") in (None, "", conversation.app_id)
        and not query.get("categoryId")
        and (not term or any(term in chat.message.casefold() for chat in chats))
        and _is_between(_last_time(conversation, chats), query.get("startedAt"), query.get("endAt"))
        and _is_between(first, query.get("firstChatStartedAt"), query.get("firstChatEndAt"))
        and not (query.get("activeOnly") and conversation.ended)
        and query.get("backgroundRunning") in (None, conversation.id in running)
    )


def _is_between(time: float, after: float | None, before: float | None) -> bool:
    return (after is None or time > after) and (before is None or time < before)
