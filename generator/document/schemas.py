"""Looks into the schemas of a document: where references lead, which properties an object has, what lies at a dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document.json_types import array_at, is_array, is_object, object_at
from generator.document.problems import JsonPath

__all__ = [
    "METHODS",
    "alternatives",
    "followed",
    "objects",
    "operations",
    "parameters",
    "properties",
    "resolved",
    "step",
    "walk",
]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The keys of a path item that hold operations."""

MAX_DEPTH = 30
"""References followed from one place; deeper is a circle."""


def operations(data: dict[str, Any]) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Every operation of a document with its path, in document order."""
    for url, item in object_at(data, "paths").items():
        for method, operation in object_at(item).items():
            if method in METHODS and is_object(operation):
                yield ("paths", url, method), operation


_VALUES = ("const", "default", "enum", "example", "examples")
_MAPS = ("$defs", "headers", "parameters", "patternProperties", "properties", "requestBodies", "responses", "schemas")
"""Keys of objects whose own keys are names."""


def walk(node: Any, path: JsonPath = ()) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Every object of a document but those in example values, with its path."""
    if is_object(node):
        yield path, node
        for key, value in node.items():
            if key not in _VALUES or (path and path[-1] in _MAPS):
                yield from walk(value, (*path, key))
    elif is_array(node):
        for index, item in enumerate(node):
            yield from walk(item, (*path, index))


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """These objects without their paths."""
    return (found for _, found in walk(node))


def alternatives(schema: Any) -> Iterator[Any]:
    """The schemas in allOf, anyOf and oneOf."""
    return (part for key in ("allOf", "anyOf", "oneOf") for part in array_at(schema, key))


def resolved(data: dict[str, Any], node: Any) -> dict[str, Any]:
    """The object that a node is or refers to; an empty one if there is none."""
    for _ in range(MAX_DEPTH):
        if not is_object(node) or not isinstance(reference := node.get("$ref"), str):
            break
        node = data
        for key in followed(reference):
            node = node.get(str(key)) if is_object(node) else None
    return node if is_object(node) else {}


def followed(reference: str) -> JsonPath:
    """The path in the document that a reference leads to."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in reference.removeprefix("#/").split("/"))


def properties(data: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """Properties of an object's schema by wire name, those of allOf, anyOf and oneOf included."""
    node = resolved(data, schema)
    found = dict(object_at(node, "properties"))
    for part in alternatives(node) if depth < MAX_DEPTH else ():
        found |= properties(data, part, depth + 1)
    return found


def step(data: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """The schema of an array's items, or the schema itself if it is not an array; null is passed over."""
    node = resolved(data, schema)
    if node.get("type") == "array" or "items" in node:
        return resolved(data, node.get("items"))
    for part in alternatives(node) if depth < MAX_DEPTH else ():
        inner = step(data, part, depth + 1)
        if inner is not resolved(data, part):
            return inner
    return node


def parameters(data: dict[str, Any], path_item: Any, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters of an operation and of its path, references followed."""
    return [resolved(data, item) for holder in (path_item, operation) for item in array_at(holder, "parameters")]
