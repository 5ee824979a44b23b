"""README.md, cut into its blocks of code."""

from __future__ import annotations

from tests.markdown import Block, blocks_of
from tests.places import ROOT

__all__ = ["ROOT", "TEXT", "Block", "blocks"]

README = ROOT / "README.md"
TEXT = README.read_text("utf-8")


def blocks(language: str) -> list[Block]:
    """All blocks of a language, in the order of the page."""
    return blocks_of(README, language)
