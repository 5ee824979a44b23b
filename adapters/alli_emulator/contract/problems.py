"""What can be wrong with a request or an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["Json", "Place", "Problem", "SchemaCheck", "Violation"]

Json: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where (`("body", "name")`), which (`required`), and in words."""

    place: Place
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.place))} {self.message}"


@dataclass(frozen=True, slots=True)
class Violation:
    """An answer of the emulator that broke the spec: a defect of the emulator, or of an app of the user's."""

    operation: str
    status: int
    problem: Problem

    def __str__(self) -> str:
        return f"{self.operation}, status {self.status}: {self.problem}"


SchemaCheck: TypeAlias = Callable[[object, Place], list[Problem]]
"""What is wrong with a value that stands at a place; each problem once. Empty where the value is valid."""
