"""Pages of Markdown, cut into their blocks of code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Block", "blocks_of"]

DEFAULT_APP = "Summary"


@dataclass(frozen=True)
class Block:
    """A block of code of a page.

    Attributes:
        language: the word after the fence.
        heading: the heading above it.
        line: the line of the page that the code begins in.
        code: the code.
        note: the comment in the line above the fence, such as `test: APP_ID is Summary`; empty if there is none.
        page: the page's file name without its suffix.
    """

    language: str
    heading: str
    line: int
    code: str
    note: str
    page: str

    @property
    def name(self) -> str:
        """For the id of a test: page, heading and line."""
        return re.sub(r"\W+", "_", f"{self.page} {self.heading}".lower()).strip("_") + f"_{self.line}"

    @property
    def app(self) -> str:
        """The name of the app that a reader of this block has chosen for it."""
        found = re.search(r"APP_ID is (.+)", self.note)
        return found[1].strip() if found else DEFAULT_APP


def blocks_of(path: Path, language: str) -> list[Block]:
    """All blocks of a language on a page, in its order."""
    text = path.read_text("utf-8")
    found: list[Block] = []
    fence = rf"(?:^<!-- (test: [^\n]*?) -->\n)?^```{language}\b[^\n]*\n(.*?)^```$"
    for match in re.finditer(fence, text, re.MULTILINE | re.DOTALL):
        # A heading has an empty line above and below it; a comment in code has not.
        heading = re.findall(r"(?:\A|\n\n)#+ (.+)\n(?=\n)", text[: match.start()])[-1]
        line = text.count("\n", 0, match.start(2)) + 1
        found.append(Block(language, heading, line, match[2], match[1] or "", path.stem))
    return found
