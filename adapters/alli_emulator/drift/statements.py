"""The graded statements of spec/README.md, read from its tables: nothing of them is written down a second time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

__all__ = ["Statement", "load_statements", "statements_in"]

_IN_THE_WHEEL = "statements.md"
_IN_THE_REPOSITORY = Path(__file__).parents[3] / "spec" / "README.md"
_ROW = re.compile(r"\d+|E\d+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One row: its name (`7`, `E1`), what it says, and how sure that is."""

    row: str
    text: str
    grade: str

    @property
    def is_about_the_service(self) -> bool:
        """False for a decision of this project."""
        return self.grade != "ours"


def load_statements() -> list[Statement]:
    """All statements.

    Raises:
        FileNotFoundError: the page is neither in the package nor in the repository.
    """
    packaged = resources.files("alli_emulator.drift").joinpath(_IN_THE_WHEEL)
    source = packaged if packaged.is_file() else _IN_THE_REPOSITORY
    return statements_in(source.read_text(encoding="utf-8"))


def statements_in(page: str) -> list[Statement]:
    """The rows of the tables whose first cell is a number, or E and a number, in their order."""
    found: list[Statement] = []
    for line in page.splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if not line.startswith("|") or not _ROW.fullmatch(cells[0]):
            continue
        if cells[0].startswith("E"):
            when, status, body, source = cells[1:5]
            found.append(Statement(cells[0], f"{when}: {status} {body}", source))
        else:
            found.append(Statement(cells[0], cells[1], cells[2]))
    return found
