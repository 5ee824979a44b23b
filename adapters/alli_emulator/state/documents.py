"""The documents of the knowledge base, and how far each has been read."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from alli_emulator.apps.ids import new_id

__all__ = ["READ", "SEARCHABLE", "STATES", "Document", "Documents"]

READ = ("initializing", "parsing", "completed", "post_parsing", "post_completed")
"""The states that a new document passes through where a test says nothing else."""

STATES = (*READ, "parsing_fail", "retrying", "post_parsing_fail", "post_retrying")
"""All that are documented."""

SEARCHABLE = ("completed", "post_parsing", "post_parsing_fail", "post_retrying", "post_completed")
"""States in which the text can be found."""


@dataclass(slots=True, eq=False)
class Document:
    """A document.

    Attributes:
        states: what its ingestion passes through; each question for its status goes one further, and the last stays.
        folder_id: None for the top level.
        number: how many documents there were before it.
        polls: how often its status was asked for.
        created_at: seconds since 1970.
    """

    name: str
    content: bytes = field(repr=False)
    hashtags: Sequence[str]
    folder_id: str | None
    states: Sequence[str]
    number: int
    polls: int = 0
    id: str = field(default_factory=lambda: new_id("KnowledgeBase"))
    created_at: float = field(default_factory=time.time)

    @property
    def state(self) -> str:
        """Where its ingestion stands."""
        return self.states[min(max(self.polls - 1, 0), len(self.states) - 1)]

    @property
    def text(self) -> str:
        """Its text; empty where its bytes are not UTF-8, as those of a PDF."""
        try:
            return self.content.decode()
        except ValueError:
            return ""


class Documents:
    """All documents. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[str, Document] = {}
        self._count = 0
        self._states: tuple[str, ...] = READ

    def ingest(self, *states: str) -> None:
        """What uploads from now on pass through, a state for each question: `ingest("parsing", "parsing_fail")`.

        Raises:
            ValueError: no state, or one that is not documented.
        """
        if not states or not set(states) <= set(STATES):
            raise ValueError(f"documents.ingest: give one or more of {', '.join(STATES)}")
        self._states = states

    def add(
        self,
        name: str,
        content: bytes | str,
        *,
        hashtags: Sequence[str] = (),
        folder_id: str | None = None,
        states: Sequence[str] = (READ[-1],),
    ) -> Document:
        """A new document, which is read to its end unless `states` says else. Its text is found if it is UTF-8."""
        data = content.encode() if isinstance(content, str) else content
        with self._lock:
            document = Document(name, data, tuple(hashtags), folder_id, tuple(states), self._count)
            self._count += 1
            self._documents[document.id] = document
        return document

    def upload(self, name: str, content: bytes, hashtags: Sequence[str], folder_id: str | None) -> Document:
        """A new document, which is yet to be read."""
        return self.add(name, content, hashtags=hashtags, folder_id=folder_id, states=self._states)

    def all(self) -> list[Document]:
        """All, the oldest first."""
        with self._lock:
            return [*self._documents.values()]

    def get(self, document_id: str) -> Document | None:
        """The document with this id."""
        with self._lock:
            return self._documents.get(document_id)

    def delete(self, document_id: str) -> bool:
        """Forgets a document; False where there is none with this id."""
        with self._lock:
            return self._documents.pop(document_id, None) is not None

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._documents.clear()
            self._count = 0
            self._states = READ
