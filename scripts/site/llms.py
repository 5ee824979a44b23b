"""`llms.txt`, a list of the pages for language models, and `llms-full.txt`, all of them in one file (https://llmstxt.org)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from scripts.site.pages import Page

__all__ = ["write_llms"]

ADDRESS = "https://alli-sdk.readthedocs.io"
HEAD = (
    "# alli-sdk\n\n> Python SDK for the Alli API of Allganize: run apps, stream answers, hold conversations, give apps to agents as tools, "
    "and test without the service.\n"
)


def write_llms(pages: Sequence[Page], output: Path) -> None:
    """Writes both files, and each page as Markdown beside its HTML. Pages made of docstrings are in the list only."""
    parts = [HEAD]
    for group, members in groupby(pages, key=lambda page: page.group):
        parts.append(f"\n## {group}\n\n")
        parts += [f"- [{page.title}]({ADDRESS}/{_address(page)}): {_first_sentence(page.text)}\n" for page in members]
    (output / "llms.txt").write_text("".join(parts), "utf-8")
    whole = [page for page in pages if not page.is_reference]
    (output / "llms-full.txt").write_text(HEAD + "".join(f"\n\n{page.text.strip()}\n" for page in whole), "utf-8")
    for page in whole:
        (output / page.path).parent.mkdir(parents=True, exist_ok=True)
        (output / page.path).write_text(page.text, "utf-8")


def _address(page: Page) -> str:
    """Of the Markdown where there is one, else of the HTML."""
    if not page.is_reference:
        return page.path
    return page.path.removesuffix("index.md").removesuffix(".md")


def _first_sentence(text: str) -> str:
    """The page's first plain sentence, else the names that it documents."""
    for paragraph in text.split("\n\n"):
        line = " ".join(paragraph.split())
        if line.startswith(":::"):
            names = [part.removeprefix("::: ") for part in text.split("\n") if part.startswith("::: ")]
            return ", ".join(names)
        if line and line[0] not in "#|`<-!>":
            return line.partition(". ")[0].rstrip(".:") + "."
    return ""
