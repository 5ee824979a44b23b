"""The nearest existing name to one that doesn't exist, for error messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["ALIKE", "likeness", "nearest", "nearest_of"]

ALIKE = 0.6
"""Likeness of two names from which on one may be a slip of the other, or its new name."""


def nearest(name: str, existing: Iterable[str]) -> str:
    """The most similar of the existing names, whatever the case of the letters; "" where there is none.

    Of two that are as similar the one first in the alphabet, so that a message is always the same.
    """
    return max(sorted(existing), key=lambda other: likeness(name, other), default="")


def nearest_of(name: str, existing: Iterable[str]) -> str:
    """What a message adds of a name that doesn't exist."""
    near = nearest(name, existing)
    return f"the nearest is '{near}'" if near else "it has none"


def likeness(one: str, other: str) -> float:
    """1 for equal names, whatever the case of the letters, 0 for names with nothing in common."""
    return difflib.SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()
