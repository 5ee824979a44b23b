"""What lies at a dotted path of parsed JSON. No function here raises: an odd value is an absent one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from .loose_json import is_list, is_object, text_in, whole_in

__all__ = ["Look", "list_at", "look", "object_at", "text_at", "value_at", "whole_at"]

Look: TypeAlias = Callable[[Mapping[str, object]], object]
"""Gives what lies at one path of an object; None where it leads nowhere."""


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


def value_at(fields: Mapping[str, object], paths: Sequence[str]) -> object:
    """The first value that is not null."""
    for path in paths:
        value = look(path)(fields)
        if value is not None:
            return value
    return None


def text_at(fields: Mapping[str, object], paths: Sequence[str]) -> str | None:
    """The first text, or number in its place, that is not empty."""
    for path in paths:
        value = look(path)(fields)
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
