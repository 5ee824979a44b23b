"""What becomes of a statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from alli_emulator.drift.questions import Answer, Asked

__all__ = ["HOLDS", "Check", "Verdict", "Word", "unexpected", "unknown"]

Word: TypeAlias = Literal["holds", "differs", "can't tell"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a statement, and why. `alternative`: another row describes what was seen, so nothing is new."""

    word: Word
    reason: str = ""
    alternative: str | None = None

    def __str__(self) -> str:
        return f"{self.word}{': ' if self.reason else ''}{self.reason}"


Check: TypeAlias = Callable[[Asked], Verdict]

HOLDS = Verdict("holds")


def unknown(answer: Answer) -> Verdict:
    """For a question that was not answered."""
    return Verdict("can't tell", f"no answer ({answer.failure})")


def unexpected(answer: Answer, status: int) -> Verdict:
    """For an answer with another status."""
    if answer.status in (401, 403) and status not in (401, 403):
        return Verdict("can't tell", f"the key is not accepted (status {answer.status})")
    return Verdict("differs", f"status {answer.status}, not {status}")
