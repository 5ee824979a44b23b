"""Reading parsed JSON of which nothing is certain: no function here raises, an odd value is an absent one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeGuard

__all__ = [
    "Look",
    "first_of",
    "is_list",
    "is_object",
    "list_at",
    "look",
    "object_at",
    "parsed",
    "text_at",
    "text_in",
    "value_at",
    "whole_at",
    "whole_in",
]

Look: TypeAlias = Callable[[Mapping[str, object]], object]
"""Gives what lies at one path of an object; None where it leads nowhere."""


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


@cache
def look(path: str) -> Look:
    """A function that follows `path` into an object."""
    first, *rest = path.split(".")
    if not rest:
        return lambda fields: fields.get(first)
    *between, last = rest

    def follow(fields: Mapping[str, object]) -> object:
        value: Any = fields.get(first)
        for key in between:
            if value.__class__ is not dict:
                return None
            value = value.get(key)
        return value.get(last) if value.__class__ is dict else None

    return follow


@cache
def first_of(paths: tuple[str, ...]) -> Look:
    """A function that gives the first value at these paths that is not null."""
    looks = [look(path) for path in paths]
    if len(looks) == 1:
        return looks[0]

    def find(fields: Mapping[str, object]) -> object:
        for each in looks:
            value = each(fields)
            if value is not None:
                return value
        return None

    return find


def value_at(fields: Mapping[str, object], paths: tuple[str, ...]) -> object:
    """The first value that is not null."""
    return first_of(paths)(fields)


def text_at(fields: Mapping[str, object], paths: Sequence[str]) -> str | None:
    """The first text, or number in its place, that is not empty."""
    for path in paths:
        value = look(path)(fields)
        if isinstance(value, str) and value:  # nearly all are, and this runs for each record of a stream
            return value
        if value is not None and (text := text_in({"": value}, "")):
            return text
    return None


def whole_at(fields: Mapping[str, object], paths: Sequence[str]) -> int | None:
    """The first whole number."""
    for path in paths:
        number = whole_in({"": look(path)(fields)}, "")
        if number is not None:
            return number
    return None


def list_at(fields: Mapping[str, object], paths: Sequence[str]) -> Sequence[object]:
    """The first list that is not empty; else an empty one."""
    for path in paths:
        value = look(path)(fields)
        if value and is_list(value):
            return value
    return ()


def object_at(fields: Mapping[str, object], paths: Sequence[str]) -> Mapping[str, object] | None:
    """The first object."""
    for path in paths:
        value = look(path)(fields)
        if is_object(value):
            return value
    return None
