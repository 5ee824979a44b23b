"""What is found in the documents: generated answers, passages, and where a passage stands on its page.

No model answers here: an answer is the passage that shares most words with the query.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from starlette.responses import Response

from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.documents import has_hashtags
from alli_emulator.routes.endpoints import Endpoints
from alli_emulator.runs.turns import draftjs
from alli_emulator.state.documents import Document
from alli_emulator.state.passages import Passage, best_passages, passage_of_clue
from alli_emulator.wire.dialect import Dialect
from alli_emulator.wire.record_stream import MEDIA_TYPE, RecordStream
from alli_emulator.wire.refusals import not_found

__all__ = ["endpoints"]

PASSAGES = 3
"""Passages of a retrieval where the request doesn't say, as documented; and clues of an answer, which is assumed."""

NOTHING_FOUND = "I found nothing about that in the documents."


def endpoints(context: Context) -> Endpoints:
    """generate_answer, search_passages, get_highlight."""

    async def generate(exchange: Exchange) -> Response:
        body = context.json_body("generate_answer", exchange)
        query: str = body["query"]
        user = exchange.user_id
        thread_id: str = body.get("threadId") or str(uuid.uuid4())
        before = context.threads.last(user, thread_id) if user is not None else None
        rewritten = None if before is None else f"{before} {query}"
        tags: dict[str, Any] = body.get("hashtags") or {}
        documents = [
            one
            for one in (context.documents.all() if "document" in (body.get("search_from") or ["document"]) else [])
            if has_hashtags(one, tags.get("docsInclude"), tags.get("docsIncludeOption"), default=True)
            and not has_hashtags(one, tags.get("docsExclude"), tags.get("docsExcludeOption"), default=False)
        ]
        found = best_passages(rewritten or query, documents, PASSAGES)
        text = found[0].text if found else NOTHING_FOUND
        rest: dict[str, object] = {"intent": "SEARCH", "fuQuestion": rewritten}
        if body.get("clues"):
            rest["clues"] = [_clue(one, context.dialect, with_text=bool(body.get("clueText"))) for one in found]
        if user is not None:
            rest["threadId"] = thread_id
            if body.get("isStateful"):
                context.threads.keep(user, thread_id, rewritten or query)
        if body.get("mode") == "stream":
            return RecordStream(_deltas(context, text, rest), context.pace)
        answer = text if body.get("answerFormat") == "MARKDOWN" else draftjs(text)
        return context.answer("generate_answer", {"answer": answer, **rest})

    async def search_passages(exchange: Exchange) -> Response:
        body = context.json_body("search_passages", exchange)
        limit: int = body.get("maxDocumentClues", body.get("max_document_clues", PASSAGES))
        documents = [one for one in context.documents.all() if _is_wanted(one, body)]
        found = [
            {"ranking": ranking, "title": one.document.name, "text": one.text, "page_no": one.page}
            for ranking, one in enumerate(best_passages(body["question"], documents, limit), 1)
        ]
        return context.answer("search_passages", {"result": found})

    async def get_highlight(exchange: Exchange) -> Response:
        passage = passage_of_clue(exchange.record.path_params["clue_id"], context.documents.all())
        if passage is None:
            raise not_found()
        # One box for each line; the unit is not documented.
        lines = range(len(passage.text.splitlines()))
        boxes = [{"left": 10.0, "top": 20.0 * line, "right": 90.0, "bottom": 20.0 * line + 15} for line in lines]
        return context.answer("get_highlight", {"bboxes": boxes, "type": "PARAGRAPH"})

    return {"generate_answer": generate, "search_passages": search_passages, "get_highlight": get_highlight}


async def _deltas(context: Context, text: str, rest: Mapping[str, object]) -> AsyncGenerator[object, None]:
    """Each record holds the next word, and all that is not text, as the service was seen to repeat it."""
    for piece in re.findall(r"\S+\s*|\s+", text):
        record = {"answer": piece, **rest}
        context.check("generate_answer", MEDIA_TYPE, record)
        yield record


def _clue(passage: Passage, dialect: Dialect, *, with_text: bool) -> dict[str, object]:
    """A place that an answer was taken from: spelled as seen on the service, or as its page prints it."""
    names = ("clue_id", "page_no", "kb_id", "faq_id")
    if dialect.profile == "documented":
        names = ("clueId", "pageNo", "kbId", "faqId")
    values = (passage.clue_id, passage.page, passage.document.id, None)
    clue: dict[str, object] = dict(zip(names, values, strict=True))
    clue |= {"source": "DOCUMENT", "title": passage.document.name}
    return clue | {"text": passage.text} if with_text else clue


def _is_wanted(document: Document, body: Mapping[str, Any]) -> bool:
    """Whether a document passes the filters of a retrieval."""
    return (
        has_hashtags(document, body.get("hashtags"), body.get("hashtags_operator"), default=True)
        and not has_hashtags(
            document, body.get("exclude_hashtags"), body.get("exclude_hashtags_operator"), default=False
        )
        and (not body.get("targetFolders") or document.folder_id in body["targetFolders"])
    )
