"""README.md, cut into its blocks of code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.places import ROOT

__all__ = ["ROOT", "TEXT", "Block", "blocks"]

TEXT = (ROOT / "README.md").read_text("utf-8")


@dataclass(frozen=True)
class Block:
    """A block of code: its language, the heading above it, the line it begins in, and the code."""

    language: str
    heading: str
    line: int
    code: str

    @property
    def name(self) -> str:
        return re.sub(r"\W+", "_", self.heading.lower()).strip("_") + f"_{self.line}"


def blocks(language: str) -> list[Block]:
    """All blocks of a language, in the order of the page."""
    found: list[Block] = []
    for match in re.finditer(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        # A heading has an empty line above and below it; a comment in code has not.
        heading = re.findall(r"\n\n#+ (.+)\n\n", TEXT[: match.start()])[-1]
        found.append(Block(language, heading, TEXT.count("\n", 0, match.start(1)) + 1, match[1]))
    return found
