"""One message of a stream while it grows: what of it is shown, what is held back, and when.

A message that begins like DraftJS is held back until it can be read, and then given as Markdown; if it turns out to be
something else, it is given as it is. A snapshot may also be cut inside a character, by a service that counts in UTF-16 or a model that
writes bytes: half a surrogate pair or U+FFFD at its end waits for the next record (test_a_snapshot_cut_inside_a_character_is_held_back).
"""

from __future__ import annotations

import io
from typing import Final

from .._json.draftjs import may_become_draftjs, to_markdown
from .._results.messages import readable
from ..events import RunEvent, TextDelta, TextReplaced

__all__ = ["FIRST_HALF", "LAST_HALF", "DeltaMessage", "SnapshotMessage"]

# A message that still looks like DraftJS after so many characters is taken for it, until it can be read or has ended.
_DRAFTJS_PREFIX: Final = 64
# First halves of surrogate pairs, and what a decoder writes for bytes that are no character yet.
FIRST_HALF: Final = "\ud800"
LAST_HALF: Final = "\udbff"
_UNDECODABLE: Final = "\ufffd"


class SnapshotMessage:
    """One message of a stream of snapshots.

    Attributes:
        item: the last snapshot of it, as it came.
    """

    __slots__ = ("_content", "_held", "_index", "_is_plain", "_shown", "item")

    def __init__(self, index: int) -> None:
        self.item: object = None
        self._index = index
        self._content: object = None  # of the last snapshot
        self._shown: str | None = None  # what the events so far add up to; None before the first
        self._held = ""  # the end of the last snapshot, if it may be half a character
        self._is_plain = False  # it can't become DraftJS any more

    def take(self, item: object, content: object, events: list[RunEvent], *, is_completed: bool) -> None:
        """A snapshot of the message, and what it says."""
        self.item = item
        # The same text again gives no event, even if it has been replaced since.
        if content is None or content == self._content:
            if (self._shown is None or self._held) and is_completed:
                self.release(events)
            return
        self._content = content
        text = content if self._is_plain and isinstance(content, str) else self._read(content)
        if text is not None:
            self._show(text, events)
        if (text is None or self._held) and is_completed:
            self.release(events)

    def replace(self, text: str, events: list[RunEvent]) -> None:
        """The message reads `text` from now on."""
        self._held = ""
        if self._shown:
            self._shown = text
            events.append(TextReplaced(text, self._index))
        else:
            self._show(text, events)

    def release(self, events: list[RunEvent]) -> None:
        """No more will come: what was held back is given as it is."""
        if self._shown is None and self._content is not None:
            self._show(readable(self._content), events)
        if self._held:
            self._shown = f"{self._shown or ''}{self._held}"
            events.append(TextDelta(self._held, self._index))
            self._held = ""

    def so_far(self) -> str:
        return readable(self._content) if self._shown is None else self._shown

    def _read(self, content: object) -> str | None:
        """What is to be shown of `content`; None while that can't be known."""
        if not isinstance(content, str):
            return readable(content)
        if content.rstrip().endswith("}"):
            markdown = to_markdown(content)
            if markdown is not None:
                return markdown
        if may_become_draftjs(content):
            return None
        self._is_plain = bool(content)
        return content

    def _show(self, text: str, events: list[RunEvent]) -> None:
        shown = self._shown or ""
        # What may be half a character is nearly all that begins behind the Korean syllables.
        if text[-1:] >= FIRST_HALF:
            text, self._held = _split_unfinished(text)
        else:
            self._held = ""
        self._shown = text
        if len(text) > len(shown) and text.startswith(shown):
            events.append(TextDelta(text[len(shown) :], self._index))
        elif text != shown:
            events.append(TextReplaced(text, self._index))


def _split_unfinished(text: str) -> tuple[str, str]:
    """`text` without the half of a character that it may end with, and that."""
    if FIRST_HALF <= text[-1] <= LAST_HALF:
        return text[:-1], text[-1]
    whole = text.rstrip(_UNDECODABLE)
    return whole, text[len(whole) :]


class DeltaMessage:
    """The one message of a stream of deltas."""

    __slots__ = ("_buffer", "_half", "_is_draftjs", "_is_plain", "_is_shown", "is_running", "write")

    def __init__(self) -> None:
        # Pieces are given as they come: `write` is enough for those that end with a whole character.
        self.is_running = False
        self._is_plain = False  # it can't become DraftJS any more
        self._half = ""  # the first half of a surrogate pair that the last piece ended with
        self._is_draftjs = False
        self._is_shown = False
        self._begin()

    def _begin(self) -> None:
        self._buffer = io.StringIO()  # grows without copies, and holds no object per piece
        self.write = self._buffer.write

    def add(self, piece: object, events: list[RunEvent]) -> None:
        if not isinstance(piece, str):
            self._half, self.is_running = "", False
            self._set(readable(piece), events)
            return
        piece, self._half = _joined(self._half, piece)
        if not piece:
            pass
        elif self._is_plain:
            self.write(piece)
            events.append(TextDelta(piece))
        else:
            self.write(piece)
            self._decide(events)
        self.is_running = self._is_plain and not self._half

    def release(self, events: list[RunEvent]) -> None:
        """No more will come: what was held back is given, DraftJS as Markdown, other text as it is."""
        if not self._is_plain:
            self._set(self.so_far(), events)
        elif self._half:
            self.write(self._half)
            events.append(TextDelta(self._half))
        self._half = ""

    def so_far(self) -> str:
        text = self._buffer.getvalue() + self._half
        markdown = None if self._is_plain else to_markdown(text)
        return text if markdown is None else markdown

    def _decide(self, events: list[RunEvent]) -> None:
        if self._is_draftjs:
            return
        text = self._buffer.getvalue()
        if not may_become_draftjs(text):
            self._set(text, events)
        self._is_draftjs = not self._is_plain and len(text) > _DRAFTJS_PREFIX

    def _set(self, text: str, events: list[RunEvent]) -> None:
        """An object instead of a piece is the whole message."""
        self._begin()
        self.write(text)
        self._is_plain = self.is_running = True
        self._is_draftjs = False
        if self._is_shown:
            events.append(TextReplaced(text))
        elif text:
            events.append(TextDelta(text))
        self._is_shown = self._is_shown or bool(text)


def _joined(half: str, piece: str) -> tuple[str, str]:
    """A piece behind the half of a character, and the half that both end with."""
    text = half + piece
    if half:
        # In Python two halves side by side are not the character that they are in UTF-16.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return (text[:-1], text[-1]) if FIRST_HALF <= text[-1:] <= LAST_HALF else (text, "")
