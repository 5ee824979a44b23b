"""What is wrong with an input, and where: one record per mistake, raised together.

A step collects its problems and raises them all in one `GenerationFailed`, so that a spec with five mistakes needs one
run to see them, not five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

__all__ = ["GenerationFailed", "JsonPath", "Place", "Problem"]

JsonPath: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the root of a document to a value, e.g. `("paths", "/apps", "get", "parameters", 0)`."""


@dataclass(frozen=True)
class Place:
    """A line of a file, or the whole file."""

    file: str
    """As it should be shown: relative to where the generator runs, if it lies below."""
    line: int | None = None
    """Counted from 1; None if no line is known."""

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One mistake, printed as one line: `place: message`.

    Attributes:
        message: What is wrong, what is accepted, what to do.
        place: Where it is. None if only `path` is known, or nothing.
        path: Where it is in the merged document. The pipeline turns it into the place the value was written at,
            in the spec or in the overlay.
    """

    message: str
    place: Place | None = None
    path: JsonPath | None = None

    def at(self, place: Place) -> Problem:
        """The same problem with its place known."""
        return replace(self, place=place)

    def __str__(self) -> str:
        one_line = " ".join(self.message.split())
        # It may quote the document, whose control characters would steer the terminal.
        shown = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in one_line)
        return shown if self.place is None else f"{self.place}: {shown}"


class GenerationFailed(Exception):
    """Raised by any step of the generator; holds every problem the step found, and nothing has been written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
