"""Questions about JSON values that a type checker understands too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeGuard

__all__ = ["array_at", "is_array", "is_object", "object_at", "value_at"]


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """A JSON object? Documents are read by `files.load`, which makes every key text."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """A JSON array?"""
    return isinstance(value, list)


def value_at(node: Any, path: Iterable[str | int]) -> Any:
    """What stands at a path that exists."""
    for key in path:
        node = node[key]
    return node


def object_at(node: object, *keys: str) -> dict[str, Any]:
    """The object at a path of keys; an empty one if there is none."""
    for key in keys:
        node = node.get(key) if is_object(node) else None
    return node if is_object(node) else {}


def array_at(node: object, *keys: str) -> list[Any]:
    """The array at a path of keys; an empty one if there is none."""
    found = object_at(node, *keys[:-1]).get(keys[-1])
    return found if is_array(found) else []
