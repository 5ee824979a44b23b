"""Passages of the documents, and which of them fit a question: those that share most words with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from alli_emulator.apps.ids import stable_id
from alli_emulator.state.documents import SEARCHABLE, Document

__all__ = ["Passage", "best_passages", "passage_of_clue"]

_WORD = re.compile(r"\w+")
_SHORTEST = 3
"""Letters of the shortest word that counts, in Latin script: `of` and `a` fit everything."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a document. `page` counts from 1; a form feed begins another."""

    document: Document
    clue_id: str
    page: int
    text: str = field(repr=False)


def best_passages(question: str, documents: Iterable[Document], limit: int) -> list[Passage]:
    """The passages that share a word with a question, the best first, and `limit` of them at most."""
    words = _words(question)
    scored = [(len(words & _words(f"{one.document.name} {one.text}")), one) for one in _passages(documents)]
    scored.sort(key=lambda pair: -pair[0])
    return [one for score, one in scored if score][: max(limit, 0)]


def passage_of_clue(clue_id: str, documents: Iterable[Document]) -> Passage | None:
    """The passage that a citation names."""
    return next((one for one in _passages(documents) if one.clue_id == clue_id), None)


def _passages(documents: Iterable[Document]) -> Iterator[Passage]:
    """All paragraphs of what has been read."""
    for document in documents:
        if document.state not in SEARCHABLE:
            continue
        number = 0
        for page, text in enumerate(document.text.split("\f"), 1):
            for paragraph in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
                yield Passage(document, stable_id("Clue", f"{document.id}/{number}"), page, paragraph)
                number += 1


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST or not word.isascii()}
