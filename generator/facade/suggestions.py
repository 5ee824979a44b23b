"""What an operation looks like and the overlay doesn't say, with what to add: a method works without it, and gives less than it could."""

from __future__ import annotations

from collections.abc import Iterator

from generator.document.problems import JsonPath, Problem
from generator.model.api import Api, Field, Operation
from generator.model.types import ListOf, ModelRef, options

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
        if block.pagination is None and all(method.returns is None for method in block.methods):
            yield from _pages(api, operation)
        if block.stream is None and any(answer.kind == "records" for answer in operation.good_answers):
            yield _warning(
                operation,
                "answers a stream, and has no stream in the overlay, so that it gives the records as a list when all have come",
                _added(operation.path, "stream: {records: true}"),
            )


def _pages(api: Api, operation: Operation) -> Iterator[Problem]:
    fields: dict[str, Field] = {}
    for answer in operation.good_answers:
        for option in options(answer.type):
            if isinstance(option, ModelRef):
                fields |= {field.wire: field for field in api.model(option).fields}
    following = next((name for name in _CURSORS if name in fields), None)
    lists = [wire for wire, field in fields.items() if any(isinstance(each, ListOf) for each in options(field.type))]
    names = [parameter.wire for parameter in operation.placed("query")]
    parameter = next((name for name in names if name in (following, *_CURSORS, "pageToken", "page_token")), None)
    said = None
    if following is not None and parameter is not None:
        said = f"style: cursor, param: {parameter}, next: {following}"
    else:
        said = _counted(names)
    if said is not None and len(lists) == 1:
        block = f"pagination: {{{said}, items: {lists[0]}}}"
        yield _warning(
            operation,
            "looks like a list in pages, and has no pagination in the overlay, so that it gives the first page alone",
            _added(operation.path, block),
        )


def _counted(names: list[str]) -> str | None:
    """What to say of pages that are counted, by the names of the parameters; None where there seem to be none."""
    size = next((f", size: {name}" for name in names if name in _SIZES), "")
    for style, known in (("page", _PAGES), ("offset", _OFFSETS)):
        if parameter := next((name for name in names if name in known), None):
            return f"style: {style}, param: {parameter}{size}"
    return None


def _warning(operation: Operation, what: str, added: str) -> Problem:
    where = f"{str(operation.path[2]).upper()} {operation.path[1]}"
    return Problem(f"warning: {where} {what}; to say more, add this action: {added}", path=operation.path)


def _added(path: JsonPath, block: str) -> str:
    return f"{{target: \"$.paths['{path[1]}'].{path[2]}\", update: {{x-alli-sdk: {{{block}}}}}}}"
