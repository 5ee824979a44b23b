"""What can be wrong with a request or an answer, as it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["Json", "Judge", "Place", "Problem", "Violation"]

Json: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where (`("body", "name")`), which (`required`), and in words."""

    place: Place
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Violation:
    """An answer of the emulator that broke the spec: a defect of the emulator, or of an app of the user's."""

    operation: str
    status: int
    problem: Problem


Judge: TypeAlias = Callable[[object, Place], list[Problem]]
"""What is wrong with a value, which stands at a place; each problem once."""
