"""What becomes of a statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from alli_emulator.drift.questions import Answer, Asked

__all__ = ["HOLDS", "Check", "Verdict", "Word", "by_status"]

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


def by_status(answer: Answer, wanted: int = 200) -> Verdict | None:
    """What an answer's status alone says; None where it is the wanted one, so that the body decides."""
    status = answer.status
    if status == wanted:
        return None
    if not status:
        return Verdict("can't tell", f"no answer ({answer.failure})")
    if status == 501:
        return Verdict("can't tell", "the service says that it does not serve it (status 501)")
    if status in (401, 403) and wanted not in (401, 403):
        return Verdict("can't tell", f"the key is not accepted (status {status})")
    return Verdict("differs", f"status {status}, not {wanted}")
