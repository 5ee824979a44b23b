"""One page of a list: where the overlay says an answer has its parts, and the parts as they were read. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from .._json.envelopes import reached
from .._json.loose_json import is_list, is_object

__all__ = ["PageFormat", "PageRead", "read_page"]

T = TypeVar("T")

_LAST_ITEM = "items[-1]."


@dataclass(frozen=True, slots=True)
class PageFormat:
    """How an answer that is a page is read; from the overlay (spec/README.md, `pagination`).

    Attributes:
        style: "cursor": the answer names the next page. "page": pages are counted from 1. "offset": the items before a page are counted.
        items: paths of the list, tried in turn.
        next: path of the next cursor; `items[-1].` before it for that of the last item.
        total: path of the number of all items.
    """

    style: Literal["cursor", "page", "offset"]
    items: tuple[str, ...]
    next: str = ""
    total: str = ""


@dataclass(frozen=True, slots=True)
class PageRead(Generic[T]):
    """One page as it was read.

    Attributes:
        items: its items.
        cursor: where the next page begins; None on the last one.
        total: how many items there are on all pages; None where the service does not say.
        raw: the items as they came, so that a page can be compared with the one before.
    """

    items: list[T]
    cursor: str | None
    total: int | None
    raw: list[Any]


def read_page(
    payload: Any, format: PageFormat, decode: Callable[[Any], T], start: str | None = None, size: int | None = None
) -> PageRead[T]:
    """The page that one answer holds; a missing list counts as empty. A TypeError for an answer that holds no page.

    An answer that has the list under `result` is read too: other operations wrap theirs so (spec/README.md), and to take it for an
    empty list would lose all items without a word. So is the bare list, where the next page can be found without a field beside it.

    Args:
        payload: parsed JSON.
        format: where the parts of the page are.
        decode: makes an item of its JSON.
        start: the cursor that the page was asked for with.
        size: how many items a full page has; None where that is not known.
    """
    if is_list(payload) and (format.style != "cursor" or format.next.startswith(_LAST_ITEM)):
        return PageRead(
            [decode(item) for item in payload], _next_cursor(payload, payload, format, start, size, None), None, payload
        )
    if not is_object(payload):
        raise TypeError("not an object")
    found = [(outer, reached(outer, path)) for outer in (payload, payload.get("result")) for path in format.items]
    raw: list[Any] = []
    lists = ((outer, value) for outer, value in found if is_list(value))
    if first := next(lists, None):
        payload, raw = first
    elif any(value is not None for _, value in found):
        raise TypeError("not a list")
    items = [decode(item) for item in raw]
    total = reached(payload, format.total) if format.total else None
    total = total if isinstance(total, int) and not isinstance(total, bool) else None
    return PageRead(items, _next_cursor(payload, raw, format, start, size, total), total, raw)


def _next_cursor(
    payload: object, raw: list[Any], format: PageFormat, start: str | None, size: int | None, total: int | None
) -> str | None:
    if format.style == "cursor":
        if not format.next.startswith(_LAST_ITEM):
            cursor = reached(payload, format.next)
        elif raw and (size is None or len(raw) >= size):
            cursor = reached(raw[-1], format.next.removeprefix(_LAST_ITEM))
        else:
            cursor = None
        return cursor if isinstance(cursor, str) and cursor else None
    if not raw:
        return None
    following = int(start or 0) + len(raw)
    if format.style == "offset" and total is not None:
        # The service's own word: it may give fewer items than it was asked for, on any page.
        return str(following) if following < total else None
    if size is not None and len(raw) < size:
        return None
    return str(int(start or 1) + 1) if format.style == "page" else str(following)
