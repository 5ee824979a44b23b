"""Looks into the schemas of a document: where references lead, which properties an object has, what lies at a dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath

__all__ = ["METHODS", "followed", "objects", "operations", "parameters", "properties", "resolved", "step"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The keys of a path item that hold operations."""

MAX_DEPTH = 30
"""References followed from one place; deeper is a circle."""


def operations(data: dict[str, Any]) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Every operation of a document with its path, in document order."""
    paths: object = data.get("paths")
    for url, item in paths.items() if is_object(paths) else ():
        for method, operation in item.items() if is_object(item) else ():
            if method in METHODS and is_object(operation):
                yield ("paths", url, method), operation


_VALUES = ("const", "default", "enum", "example", "examples")


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document but those in example values."""
    if is_object(node):
        yield node
        for key, value in node.items():
            if key not in _VALUES:
                yield from objects(value)
    elif is_array(node):
        for item in node:
            yield from objects(item)


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
    found: dict[str, Any] = dict(node["properties"]) if is_object(node.get("properties")) else {}
    for key in ("allOf", "anyOf", "oneOf"):
        parts = node.get(key)
        for part in parts if is_array(parts) and depth < MAX_DEPTH else ():
            found |= properties(data, part, depth + 1)
    return found


def step(data: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """The schema of an array's items, or the schema itself if it is not an array; null is passed over."""
    node = resolved(data, schema)
    if node.get("type") == "array" or "items" in node:
        return resolved(data, node.get("items"))
    for key in ("anyOf", "oneOf", "allOf"):
        parts = node.get(key)
        for part in parts if is_array(parts) and depth < MAX_DEPTH else ():
            inner = step(data, part, depth + 1)
            if inner is not resolved(data, part):
                return inner
    return node


def parameters(data: dict[str, Any], path_item: Any, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters of an operation and of its path, references followed."""
    found: list[dict[str, Any]] = []
    for holder in (path_item, operation):
        listed = holder.get("parameters") if is_object(holder) else None
        found += [resolved(data, item) for item in listed] if is_array(listed) else []
    return found
