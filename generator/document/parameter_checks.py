"""Finds the parameters that the SDK would leave out, or write in another way than the service reads.

In the query each is written as it says itself, elsewhere in the way that is the default of its place: what wants another way is refused,
and so is one without a schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document.json_types import array_at, is_object, object_at
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import alternatives, properties, resolved, step, types_of

__all__ = ["separator", "unwritable"]

_STYLES = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "cookie": ("form",),
    "path": ("simple",),
    "header": ("simple",),
}
"""How a parameter can be written in each place; the first is how it is unless it says so itself."""

_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def separator(parameter: dict[str, Any]) -> str | None:
    """What stands between the parts of a query parameter that is written in one piece, "[]" for an object with its keys in brackets;
    None where each part is a parameter of its name.
    """
    style = str(parameter.get("style") or "form")
    if parameter.get("in") != "query" or (parameter.get("explode", style == "form") and style != "deepObject"):
        return None
    return "[]" if style == "deepObject" else _SEPARATORS.get(style)


def unwritable(data: dict[str, Any]) -> Iterator[Problem]:
    """The parameters that the SDK would leave out, or write in another way than the service reads; and hosts it would not call."""
    for path, parameter in _parameters(data):
        name, place = parameter.get("name"), str(parameter.get("in"))
        style, schema = parameter.get("style"), resolved(data, parameter.get("schema"))
        mistake = ""
        if "content" in parameter:
            mistake = "is described by `content`, which the SDK can't write; remove that and give it a schema"
        elif style is not None and style not in _STYLES.get(place, ()):
            mistake = f"is written in the style {style}, which the SDK can't write; remove `style`, and give it another schema"
        elif style == "deepObject" and not _NO_OBJECTS.isdisjoint(_types(schema)):
            mistake = "is written in the style deepObject, which is for objects alone; remove `style`, and give it another schema"
        elif not _is_writable(data, place, schema):
            mistake = "holds objects where the SDK can write text only; give it another schema"
        if mistake:
            advice = "with the overlay: {type: string} is text that the caller writes as the service wants it"
            yield Problem(f"{place} parameter '{name}' {mistake} {advice}", path=path)
    for path, holder in _holders(data):
        if "servers" in holder:
            message = (
                "has its own servers, which the SDK would not call: one client has one; remove them with the overlay"
            )
            yield Problem(f"{' '.join(str(key) for key in reversed(path[1:]))} {message}", path=(*path, "servers"))


_NO_OBJECTS = frozenset({"string", "integer", "number", "boolean", "array"})


def _types(schema: dict[str, Any]) -> list[str]:
    """Of the schema and of those it is one of."""
    return types_of(schema) + [kind for part in alternatives(schema) if is_object(part) for kind in _types(part)]


def _is_writable(data: dict[str, Any], place: str, schema: dict[str, Any]) -> bool:
    """An object can be written in the query alone, and no object in a list."""
    held = step(data, schema)
    allowed = place == "query" and held is schema
    return allowed or not ("object" in _types(held) or properties(data, held))


def _holders(data: dict[str, Any]) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Path items and operations."""
    for url, item in object_at(data, "paths").items():
        if is_object(item):
            yield ("paths", url), item
            yield from ((("paths", url, key), inner) for key, inner in item.items() if is_object(inner))


def _parameters(data: dict[str, Any]) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Parameters where they are written."""
    for path, holder in _holders(data):
        for index, parameter in enumerate(array_at(holder, "parameters")):
            if is_object(parameter):
                yield (*path, "parameters", index), parameter
    for name, parameter in object_at(data, "components", "parameters").items():
        if is_object(parameter):
            yield ("components", "parameters", name), parameter
