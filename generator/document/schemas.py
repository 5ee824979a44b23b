"""Looks into the schemas of a document: where references lead, which properties an object has, what lies at a dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath

__all__ = ["answers", "followed", "parameters", "properties", "request_bodies", "resolved", "step", "through"]

MAX_DEPTH = 30
"""References followed from one place; deeper is a circle."""


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


def is_open(data: dict[str, Any], schema: Any) -> bool:
    """Whether any property may be there: nothing is declared."""
    return not properties(data, schema)


def step(data: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """The schema of an array's items, or the schema itself where it is no array; null is passed over."""
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


def through(data: dict[str, Any], schema: Any, dotted: str) -> tuple[bool, str, list[str]]:
    """Whether a dotted path leads anywhere.

    Returns:
        Whether it does; else the key that does not exist, and the keys that do there. Below an object of which nothing is declared,
        any path may lead somewhere.
    """
    node: Any = schema
    for key in dotted.split("."):
        known = properties(data, node)
        if not known:
            return True, "", []
        if key not in known:
            return False, key, list(known)
        node = known[key]
    return True, "", []


def answers(data: dict[str, Any], operation: dict[str, Any]) -> list[Any]:
    """Schemas of what the operation answers when it went well, one for each media type."""
    responses = operation.get("responses")
    found: list[Any] = []
    for status, response in responses.items() if is_object(responses) else ():
        if str(status).startswith("2"):
            found += _schemas(resolved(data, response))
    return found


def request_bodies(data: dict[str, Any], operation: dict[str, Any]) -> list[Any]:
    """Schemas of the body, one for each media type."""
    return list(_schemas(resolved(data, operation.get("requestBody"))))


def _schemas(holder: dict[str, Any]) -> Iterator[Any]:
    content = holder.get("content")
    for media in content.values() if is_object(content) else ():
        if is_object(media) and "schema" in media:
            yield media["schema"]


def parameters(data: dict[str, Any], path_item: Any, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters of an operation and of its path, references followed."""
    found: list[dict[str, Any]] = []
    for holder in (path_item, operation):
        listed = holder.get("parameters") if is_object(holder) else None
        found += [resolved(data, item) for item in listed] if is_array(listed) else []
    return found
