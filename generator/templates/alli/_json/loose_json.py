"""Reading parsed JSON of which nothing is certain: no function here raises, an odd value is an absent one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeGuard

__all__ = ["is_list", "is_object", "parsed", "text_in", "whole_in"]


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether value is a JSON array."""
    return isinstance(value, list)


def text_in(fields: Mapping[str, object], *names: str) -> str | None:
    """The first of these fields that holds text, or a number in its place; None when none does or it is empty."""
    for name in names:
        value = fields.get(name)
        if value is None:
            continue
        if isinstance(value, str) and value:
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
    return None


def whole_in(fields: Mapping[str, object], *names: str) -> int | None:
    """The first of these fields that holds a whole number, be it as 3, 3.0 or "3"; None when none does."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
    return None


def parsed(value: object) -> object:
    """What a string holds, if it is JSON; else value itself."""
    if not isinstance(value, str):
        return value
    try:
        loaded: object = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return loaded
