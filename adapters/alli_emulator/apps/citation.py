"""A place that an app took an answer from."""

from __future__ import annotations

from dataclasses import dataclass, field

from alli_emulator.apps.ids import new_id

__all__ = ["Citation"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement comes from; sent with the message it belongs to."""

    title: str
    source: str = "DOCUMENT"
    text: str | None = None
    page: int | None = None
    url: str | None = None
    clue_id: str = field(default_factory=lambda: new_id("Clue"))
    document_id: str | None = None
