"""Questions about JSON values that a type checker understands too."""

from __future__ import annotations

from typing import Any, TypeGuard

__all__ = ["is_array", "is_object"]


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """A JSON object? Documents are read by `files.load`, which makes every key text."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """A JSON array?"""
    return isinstance(value, list)
