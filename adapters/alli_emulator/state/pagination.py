"""Which apps a list request asks for, and which page of a list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from alli_emulator.apps.model import App

__all__ = ["CursorError", "cursor_of", "page_of", "wanted_v1", "wanted_v2"]

PAGE_SIZE = 50
"""Apps per page where the request doesn't say, as documented."""

_CURSOR_MARK = "after:"


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_HasId)


class CursorError(ValueError):
    """The cursor is not one that a list gave."""


def wanted_v2(apps: Sequence[App], query: Mapping[str, Any]) -> list[App]:
    """The apps that pass all filters of GET /webapi/v2/apps."""
    term = (query.get("searchTerm") or "").casefold()
    return [
        app
        for app in apps
        if (term in app.name.casefold() or term in (app.description or "").casefold())
        and (not query.get("categories") or app.category in query["categories"])
        and query.get("type") in (None, "", app.type)
        and query.get("published") in (None, app.published)
    ]


def wanted_v1(apps: Sequence[App], query: Mapping[str, Any]) -> list[App]:
    """The apps that pass all filters of GET /webapi/apps. An app limited to certain users is hidden from others."""
    user = query.get("user")
    return [
        app
        for app in apps
        if query.get("published") in (None, "", app.published)
        and (not query.get("id") or app.id in query["id"])
        and (not user or user in _allowed_users(app, user))
    ]


def page_of(items: Sequence[_Item], size: int, cursor: str | None) -> tuple[list[_Item], str | None]:
    """One page and the cursor of the next, None on the last. The cursor is opaque: it names the last item it showed.

    Raises:
        CursorError: the cursor is unknown.
    """
    start = 0
    if cursor:
        ids = [item.id for item in items]
        last = _decode(cursor)
        if last not in ids:
            raise CursorError("the cursor is not one that this list gave")
        start = ids.index(last) + 1
    page = list(items[start : start + size])
    more = start + size < len(items)
    return page, cursor_of(page[-1]) if page and more else None


def cursor_of(item: _HasId) -> str:
    """The cursor of the page that begins after an item."""
    return base64.urlsafe_b64encode(f"{_CURSOR_MARK}{item.id}".encode()).decode()


def _decode(cursor: str) -> str:
    try:
        text = base64.urlsafe_b64decode(cursor).decode()
    except (binascii.Error, ValueError):
        return ""
    return text.removeprefix(_CURSOR_MARK)


def _allowed_users(app: App, default: str) -> Sequence[str]:
    permission: Mapping[str, Any] = app.user_permission or {}
    return permission.get("ownUserIds") or [default]
