"""What a schema asks of a value beyond its type (range, length, listed values, pattern), and whether that became stricter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.schemas import resolved

__all__ = ["TYPE_FORMATS", "Bounds", "bounds_of", "compare_bounds", "merged"]

Bounds = Mapping[str, Any]
"""Keywords of JSON Schema and their values."""

_LOWER = {"minimum": "", "exclusiveMinimum": "more than ", "minLength": "", "minItems": ""}
_UPPER = {"maximum": "", "exclusiveMaximum": "less than ", "maxLength": "", "maxItems": ""}
_UNITS = {"minLength": " characters", "maxLength": " characters", "minItems": " items", "maxItems": " items"}
_FORMS = {"pattern": "text of the pattern", "format": "text in the form"}
_OTHERS = ("enum", "default", "deprecated")
TYPE_FORMATS = (
    *("binary", "byte", "int32", "int64", "float", "double", "password"),
    *("date", "date-time", "uuid"),
)
"""Formats that are no matter of how a text is written, or that have a type of their own."""

_NOTHING = {"minLength": (0,), "minItems": (0,), "format": TYPE_FORMATS}
"""Values that ask nothing."""


def merged(data: dict[str, Any], schema: Any) -> dict[str, Any]:
    """The keywords that hold for a value, those of anyOf, oneOf and allOf included."""
    node = resolved(data, schema)
    found: dict[str, Any] = {}
    for key in ("anyOf", "oneOf", "allOf"):
        parts = node.get(key)
        for part in parts if is_array(parts) else ():
            found |= resolved(data, part)
    return {**found, **node, **(schema if is_object(schema) else {})}


def bounds_of(data: dict[str, Any], schema: Any) -> Bounds:
    """What the schema asks of a value."""
    node = merged(data, schema)
    keys = (*_LOWER, *_UPPER, *_FORMS, *_OTHERS)
    return {key: node[key] for key in keys if node.get(key) is not None and node[key] not in _NOTHING.get(key, ())}


def compare_bounds(before: Bounds, after: Bounds) -> Iterator[tuple[str, bool]]:
    """What changed, and whether a value that was right may be wrong now. Another default is told, and makes no value wrong."""
    for key in (*_LOWER, *_UPPER):
        old, new = before.get(key), after.get(key)
        if old != new:
            stricter = new is not None and (old is None or (new > old if key in _LOWER else new < old))
            yield f"takes {_limit(key, new)}, was {_limit(key, old)}", stricter
    for key in _FORMS:
        if before.get(key) != after.get(key):
            yield f"takes {_form(key, after)}, was {_form(key, before)}", key in after
    yield from _values(before.get("enum"), after.get("enum"))
    if before.get("default") != after.get("default"):
        yield f"the service's default is {_default(after)}, was {_default(before)}", False
    if after.get("deprecated") is True and before.get("deprecated") is not True:
        yield "is deprecated now", False


def _values(old: list[Any] | None, new: list[Any] | None) -> Iterator[tuple[str, bool]]:
    """Values that are listed besides are told of the enum itself."""
    if new is None:
        if old is not None:
            yield "takes any value, was one of a list", False
    elif old is None:
        yield f"takes one of {', '.join(map(repr, new))}, was any value", True
    else:
        yield from ((f"no longer takes {value!r}", True) for value in old if value not in new)


def _limit(key: str, value: Any) -> str:
    if value is None:
        return "any length" if key in _UNITS else "any number"
    strict = _LOWER.get(key) or _UPPER.get(key)
    side = strict or ("at least " if key in _LOWER else "at most ")
    return f"{side}{value}{_UNITS.get(key, '')}"


def _form(key: str, bounds: Bounds) -> str:
    return f"{_FORMS[key]} {bounds[key]}" if key in bounds else "any text"


def _default(bounds: Bounds) -> str:
    return repr(bounds["default"]) if "default" in bounds else "not told"
