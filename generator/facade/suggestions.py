"""What an operation looks like and the overlay doesn't say, with what to add: a method works without it, and gives less than it could."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from generator.document.jsonpath import action
from generator.document.problems import Problem
from generator.document.schemas import called
from generator.model.api import Api, Operation
from generator.model.types import items_in

__all__ = ["suggestions"]

_CURSORS = ("cursor", "nextCursor", "next_cursor", "nextPageToken", "next_page_token", "next")
"""Fields of an answer that lead to the next page."""

_PAGES = ("page", "pageNo", "page_no", "pageNumber", "page_number")
_OFFSETS = ("offset", "skip")
_SIZES = ("limit", "pageSize", "page_size", "perPage", "per_page", "size")
"""Parameters that say where a page begins, by its number or by the items before it, and how many items it has."""


def suggestions(api: Api) -> Iterator[Problem]:
    """A warning for each thing that is left out, with its path in the merged document."""
    for operation in api.operations:
        block = operation.block
        if block is None:
            continue
        paged = block.pagination is not None or any(method.returns is not None for method in block.methods)
        if not paged and (pagination := _pagination(api, operation)):
            looks = "looks like a list in pages, and has no pagination in the overlay, so that it gives the first page alone"
            yield _warning(operation, looks, f"pagination: {{{pagination}}}")
        if block.stream is None and any(answer.kind == "records" for answer in operation.good_answers):
            streams = "answers a stream, and has no stream in the overlay, so that it gives the records as a list when all have come"
            yield _warning(operation, streams, "stream: {records: true}")


def _pagination(api: Api, operation: Operation) -> str | None:
    """What to say of the pages of an operation; None where it seems to have none."""
    fields = api.fields(*(answer.type for answer in operation.good_answers))
    following = _first(_CURSORS, fields)
    lists = [wire for wire, field in fields.items() if items_in([field.type])]
    names = [parameter.wire for parameter in operation.placed("query")]
    if len(lists) != 1:
        return None
    if following and (cursor := _first(names, (*_CURSORS, "pageToken", "page_token"))):
        return f"style: cursor, param: {cursor}, next: {following}, items: {lists[0]}"
    size = f", size: {size}" if (size := _first(names, _SIZES)) else ""
    for style, known in (("page", _PAGES), ("offset", _OFFSETS)):
        if parameter := _first(names, known):
            return f"style: {style}, param: {parameter}{size}, items: {lists[0]}"
    return None


def _first(names: Iterable[str], known: Container[str]) -> str | None:
    return next((name for name in names if name in known), None)


def _warning(operation: Operation, what: str, block: str) -> Problem:
    added = action(operation.path, f"x-alli-sdk: {{{block}}}")
    message = f"warning: {called(operation.path)} {what}; to say more, add this action: {added}"
    return Problem(message, path=operation.path)
