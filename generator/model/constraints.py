"""What a schema asks of a value beyond its type (range, length, listed values, pattern): read from it, put in words, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.document.json_types import is_array, object_at
from generator.document.schemas import alternatives, resolved
from generator.model.api import Constraints
from generator.model.types import Type, listed_as

__all__ = ["compare_constraints", "constraints_of", "deprecation_changes", "limits", "sunset", "typed"]

_LOWER = {"minimum": "", "exclusiveMinimum": "more than ", "minLength": "", "minItems": ""}
_UPPER = {"maximum": "", "exclusiveMaximum": "less than ", "maxLength": "", "maxItems": ""}
_UNITS = {"minLength": " characters", "maxLength": " characters", "minItems": " items", "maxItems": " items"}
_FORMS = {"pattern": "text of the pattern", "format": "text in the form"}
_KNOWN = ("x-known-values", "x-extensible-enum")
"""List values of which the service may have more, unlike `enum`. The second is how some vendors write it."""

_OTHERS = ("enum", "x-known-values", "default", "deprecated", "x-sunset", "readOnly")
_TYPE_FORMATS = (
    *("binary", "byte", "int32", "int64", "float", "double", "password"),
    *("date", "date-time", "uuid"),
)
"""Formats that don't say how a text is written, or that have their own type."""

_NOTHING = {"minLength": (0,), "minItems": (0,), "format": _TYPE_FORMATS}
"""Values that ask nothing."""

_KEYWORDS = (*_LOWER, *_UPPER, *_FORMS, *_OTHERS)


def constraints_of(data: dict[str, Any], schema: Any) -> Constraints:
    """The keywords that hold for a value, those of anyOf, oneOf and allOf included."""
    node = resolved(data, schema)
    found: dict[str, Any] = {}
    for part in alternatives(node):
        found |= resolved(data, part)
    found |= {**node, **object_at(schema)}
    # What is listed for the items of a list is asked of each of them.
    items = resolved(data, node.get("items"))
    found = {**{key: items[key] for key in ("enum", *_KNOWN) if key in items}, **found}
    for key in _KNOWN[1:]:
        if key in found:
            found.setdefault(_KNOWN[0], found[key])
    return {key: found[key] for key in _KEYWORDS if found.get(key) is not None}


def typed(kind: Type, asked: Constraints) -> Type:
    """A type whose lists of values are closed where the document says `enum`, and open where it says which values are known."""
    return listed_as(kind, open="enum" not in asked or _KNOWN[0] in asked)


def limits(asked: Constraints) -> str:
    """The constraints as sentences for a docstring; "" if there are none."""
    return " ".join(_sentences(asked))


def _sentences(asked: Constraints) -> Iterator[str]:
    if asked.get("deprecated") is True:
        yield f"Deprecated; removed on {day}." if (day := asked.get("x-sunset")) else "Deprecated."
    listed, seen = asked.get("enum"), asked.get("x-known-values")
    if is_array(listed):
        yield f"One of: {', '.join(str(value) for value in listed if value is not None)}."
    elif is_array(seen):
        yield f"Seen: {', '.join(map(str, seen))}."
    yield from _range(asked.get("minimum"), asked.get("maximum"), "")
    if "exclusiveMinimum" in asked:
        yield f"More than {asked['exclusiveMinimum']}."
    if "exclusiveMaximum" in asked:
        yield f"Less than {asked['exclusiveMaximum']}."
    yield from _range(asked.get("minLength"), asked.get("maxLength"), " characters")
    yield from _range(asked.get("minItems"), asked.get("maxItems"), " items")
    if isinstance(form := asked.get("format"), str) and form not in _TYPE_FORMATS:
        yield f"In the form {form}."
    if asked.get("format") == "date-time":
        yield "With a time zone."
    if isinstance(pattern := asked.get("pattern"), str):
        yield f"Of the pattern {pattern}."
    if (default := asked.get("default")) is not None:
        yield f"The service takes {default if isinstance(default, str) else repr(default)} where it isn't set."


def _range(low: object, high: object, unit: str) -> Iterator[str]:
    if low is not None and high is not None:
        yield f"{low} to {high}{unit}."
    elif low is not None:
        yield f"{low}{unit} or more."
    elif high is not None:
        yield f"At most {high}{unit}."


def compare_constraints(old: Constraints, new: Constraints) -> Iterator[tuple[str, bool]]:
    """What changed, and whether a value that was right may be wrong now. A changed default is reported, but is not breaking."""
    before, after = _asking(old), _asking(new)
    for key in (*_LOWER, *_UPPER):
        was, now = before.get(key), after.get(key)
        if was != now:
            stricter = now is not None and (was is None or (now > was if key in _LOWER else now < was))
            yield f"takes {_limit(key, now)}, was {_limit(key, was)}", stricter
    for key in _FORMS:
        if before.get(key) != after.get(key):
            yield f"takes {_form(key, after)}, was {_form(key, before)}", key in after
    yield from _values(before.get("enum"), after.get("enum"))
    if before.get("default") != after.get("default"):
        yield f"the service's default is {_default(after)}, was {_default(before)}", False
    yield from ((text, False) for text in deprecation_changes(sunset(before), sunset(after)))


def sunset(node: Mapping[str, Any]) -> str | None:
    """When what is deprecated goes, "" where that isn't said; None for what is not deprecated."""
    return str(node.get("x-sunset", "")) if node.get("deprecated") is True else None


def deprecation_changes(before: str | None, after: str | None) -> Iterator[str]:
    """How a deprecation changed; see `sunset`."""
    if after is None:
        if before is not None:
            yield "is no longer deprecated"
    elif before is None:
        yield "is deprecated now" + (f", and goes on {after}" if after else "")
    elif before != after:
        yield f"goes on {after or 'a day not named'}, was {before or 'a day not named'}"


def _asking(asked: Constraints) -> Constraints:
    """Those that some value doesn't fulfil."""
    return {key: value for key, value in asked.items() if value not in _NOTHING.get(key, ())}


def _values(old: list[Any] | None, new: list[Any] | None) -> Iterator[tuple[str, bool]]:
    """Values that are new in the list are reported of the enum itself."""
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


def _form(key: str, asked: Constraints) -> str:
    return f"{_FORMS[key]} {asked[key]}" if key in asked else "any text"


def _default(asked: Constraints) -> str:
    return repr(asked["default"]) if "default" in asked else "not named"
