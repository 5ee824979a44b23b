"""Documents: searched, uploaded, followed while they are read, deleted; and the hashtags they have.

Folders can't be made here: any id of a folder stands for one of that name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from alli_emulator.contract.problems import Problem
from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints
from alli_emulator.state.documents import Document
from alli_emulator.state.pagination import CursorError, cursor_of, page_of
from alli_emulator.wire.refusals import not_found

__all__ = ["endpoints", "has_hashtags"]

PAGE = 10
"""Documents per page where the request doesn't say, as documented."""

_ORDERS: Mapping[str, Callable[[Document], Any]] = {
    "name": lambda one: one.name,
    "created_at": lambda one: one.number,
    "updated_at": lambda one: one.number,
}


def endpoints(context: Context) -> Endpoints:
    """search_documents, upload_document, delete_document, get_ingestion_status, list_hashtags."""

    async def search(exchange: Exchange) -> Response:
        body = context.json_body("search_documents", exchange)
        wanted: dict[str, Any] = body.get("filter_") or {}
        field, _, direction = (body.get("order") or "").rpartition("_")
        if field not in _ORDERS:
            field, direction = "updated_at", "desc"
        found = [one for one in context.documents.all() if _is_wanted(one, wanted)]
        found.sort(key=_ORDERS[field], reverse=direction == "desc")
        try:
            page, _ = page_of(found, max(0, body.get("limit", PAGE)), body.get("after"))
        except CursorError as error:
            context.refuse(exchange, [Problem(("body", "after"), "value_error", str(error))])
            raise
        return context.answer("search_documents", {"result": [_node(one) for one in page]}, keeps_form=True)

    async def upload(exchange: Exchange) -> Response:
        fields = context.form_only("upload_document", exchange)
        file = (exchange.form or FormData()).get("file")
        content = await file.read() if isinstance(file, UploadFile) else (file or "").encode()
        document = context.documents.upload(
            fields["fileName"], content, fields.get("hashtags") or [], fields.get("targetFolderId") or None
        )
        return context.answer("upload_document", [{"result": _node(document)}])

    async def delete(exchange: Exchange) -> Response:
        if not context.documents.delete(exchange.record.path_params["node_id"]):
            raise not_found()
        return Response()

    async def ingestion_status(exchange: Exchange) -> Response:
        document = context.documents.get(exchange.record.path_params["kb_id"])
        if document is None:
            raise not_found()
        document.polls += 1
        is_over = document.polls >= len(document.states)
        status: dict[str, object] = {
            "status": document.state,
            "startedAt": document.created_at,
            "endedAt": document.created_at + document.polls if is_over else None,
            "elapsed": float(min(document.polls, len(document.states))),
            "steps": [],
        }
        return context.answer("get_ingestion_status", status)

    async def hashtags(_exchange: Exchange) -> Response:
        counts = Counter(tag for one in context.documents.all() for tag in set(one.hashtags))
        return context.answer("list_hashtags", {"result": dict(sorted(counts.items()))})

    return {
        "search_documents": search,
        "upload_document": upload,
        "delete_document": delete,
        "get_ingestion_status": ingestion_status,
        "list_hashtags": hashtags,
    }


def has_hashtags(document: Document, tags: Sequence[str] | None, operator: str | None, *, default: bool) -> bool:
    """Whether a document has any of some hashtags, or all where the operator is `and`; `default` where none are given."""
    if not tags:
        return default
    return (all if operator == "and" else any)(tag in document.hashtags for tag in tags)


def _node(document: Document) -> dict[str, object]:
    folder = None if document.folder_id is None else {"id": document.folder_id, "name": document.folder_id}
    return {
        "id": document.id,
        "name": document.name,
        "createdAt": document.created_at,
        "updatedAt": document.created_at,
        "nodeType": "file",
        "hashtags": [*document.hashtags],
        "status": "on",
        "size": len(document.content),
        "processState": document.state,
        "cursor": cursor_of(document),
        "parentFolder": folder,
        "breadcrumbs": [] if folder is None else [folder],
    }


def _is_wanted(document: Document, wanted: Mapping[str, Any]) -> bool:
    """Whether a document passes all filters. Each is a file, and switched on."""
    excluding = wanted.get("excludingHashtags"), wanted.get("excludingHashtagsSearchOperator")
    return (
        (wanted.get("searchTerm") or "").casefold() in document.name.casefold()
        and (not wanted.get("parentFolderIds") or document.folder_id in wanted["parentFolderIds"])
        and has_hashtags(document, wanted.get("hashtags"), wanted.get("hashtagsSearchOperator"), default=True)
        and not has_hashtags(document, *excluding, default=False)
        and (not wanted.get("processState") or document.state in wanted["processState"])
        and (not wanted.get("status") or "on" in wanted["status"])
        and (not wanted.get("nodeType") or "file" in wanted["nodeType"])
        and (not wanted.get("knowledgeBaseIds") or document.id in wanted["knowledgeBaseIds"])
    )
