"""Arguments held against their JSON Schema, without a library: the bare package needs none. Pure.

Only what `CHECKED` lists is known, which is what is said of the arguments of apps and what an application may declare; a
schema that says more is refused when a tool is made, instead of being checked half. Problems name arguments and types,
never values: a value may be a secret.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, cast

__all__ = ["CHECKED", "one_of", "problems_of", "unknown_words"]

_NOTES = frozenset({"description", "title", "examples", "format", "$schema", "deprecated", "default"})
CHECKED = {
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf", "minLength", "maxLength",
    "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
}  # fmt: skip
"""The words of JSON Schema that are checked; beside them there may be notes for people, such as a description."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (Mapping,),
    "null": (type(None),),
}
_NEAR = 10  # options that are named to a model that gave none of them


def unknown_words(schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What of a schema can't be checked, each with its place."""
    yield from (f"{place or 'the schema'} has {word}" for word in schema if word not in CHECKED and word not in _NOTES)
    kinds = schema.get("type", [])
    yield from (f"{place or 'the schema'} has type {kind}" for kind in _listed(kinds) if kind not in _TYPES)
    for name, inner in cast("Mapping[str, Any]", schema.get("properties", {})).items():
        yield from unknown_words(inner, f"{place}.{name}" if place else name)
    if isinstance(schema.get("items"), Mapping):
        yield from unknown_words(schema["items"], f"{place}[]")
    for option in schema.get("anyOf", ()):
        yield from unknown_words(option, place)
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from unknown_words(schema["additionalProperties"], f"{place}.*")


def problems_of(schema: Mapping[str, Any], value: object, name: str = "") -> Iterator[str]:
    """What is wrong with `value`, in words for a model; nothing where it fits. `name` is that of the argument."""
    where = f"{name} " if name else ""
    options: Sequence[Any] = schema.get("anyOf", ())
    if options:
        found = [list(problems_of(option, value, name)) for option in options]
        if all(found):
            # Of the alternatives, the one that isn't null says best what was wanted.
            yield min(found, key=lambda problems: any("null" in problem for problem in problems))[0]
            return
    kinds = _listed(schema.get("type", []))
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{where}must be {' or '.join(_an(kind) for kind in kinds)}, not {_an(_kind_of(value))}"
        return
    if "const" in schema and not _equal(value, schema["const"]):
        yield f"{where}must be {schema['const']}"
    if "enum" in schema and not any(_equal(value, option) for option in schema["enum"]):
        yield f"{where}{one_of([str(option) for option in schema['enum']], str(value))}"
    yield from (f"{where}{problem}" for problem in _bounds(schema, value))
    if isinstance(value, Mapping):
        yield from _of_object(schema, cast("Mapping[str, object]", value), name)
    if isinstance(value, list | tuple) and isinstance(schema.get("items"), Mapping):
        for index, item in enumerate(cast("Sequence[object]", value)):
            yield from problems_of(schema["items"], item, f"{name}[{index}]")


def one_of(options: Sequence[str], given: str) -> str:
    """What to say to a model that gave none of the options; of many, those nearest to what it gave."""
    if len(options) <= _NEAR:
        return f"must be one of {', '.join(options)}"
    near = get_close_matches(given, options, n=_NEAR, cutoff=0.0)
    return f"must be one of {len(options)} options, such as: {', '.join(near)}"


def _of_object(schema: Mapping[str, Any], value: Mapping[str, object], name: str) -> Iterator[str]:
    prefix = f"{name}." if name else ""
    properties: Mapping[str, Any] = schema.get("properties", {})
    yield from (f"{prefix}{key} is missing" for key in schema.get("required", ()) if key not in value)
    others = schema.get("additionalProperties", True)
    for key, item in value.items():
        if key in properties:
            yield from problems_of(properties[key], item, f"{prefix}{key}")
        elif others is False:
            yield f"{prefix}{key} is not an argument"
        elif isinstance(others, Mapping):
            yield from problems_of(cast("Mapping[str, Any]", others), item, f"{prefix}{key}")


_BOUNDS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minLength": (lambda value, bound: len(value) >= bound, "must have {} characters or more"),
    "maxLength": (lambda value, bound: len(value) <= bound, "must have {} characters at most"),
    "pattern": (lambda value, bound: re.search(bound, value) is not None, "must match {}"),
    "minItems": (lambda value, bound: len(value) >= bound, "must have {} items or more"),
    "maxItems": (lambda value, bound: len(value) <= bound, "must have {} items at most"),
    "minimum": (lambda value, bound: value >= bound, "must be {} or more"),
    "maximum": (lambda value, bound: value <= bound, "must be {} or less"),
    "exclusiveMinimum": (lambda value, bound: value > bound, "must be more than {}"),
    "exclusiveMaximum": (lambda value, bound: value < bound, "must be less than {}"),
}


def _bounds(schema: Mapping[str, Any], value: object) -> Iterator[str]:
    kind = _kind_of(value)
    words = {
        "string": ("minLength", "maxLength", "pattern"),
        "array": ("minItems", "maxItems"),
        "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    }.get(kind, ())
    for word in words:
        if word in schema:
            holds, says = _BOUNDS[word]
            if not holds(value, schema[word]):
                yield says.format(schema[word])


def _equal(value: object, option: object) -> bool:
    return value == option and isinstance(value, bool) is isinstance(option, bool)  # to Python, True is 1


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()  # JSON has one kind of number
    return isinstance(value, _TYPES[kind])


def _kind_of(value: object) -> str:
    exact = (kind for kind in ("boolean", "integer", "number", "string", "array", "object", "null") if _is(value, kind))
    return next(exact, type(value).__name__)


def _an(kind: str) -> str:
    if kind == "null":
        return "null"
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"


def _listed(kinds: str | Sequence[str]) -> Sequence[str]:
    return [kinds] if isinstance(kinds, str) else kinds
