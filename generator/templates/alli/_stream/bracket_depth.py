"""Where a JSON value ends, told by its brackets alone, over any number of pieces.

Every byte is looked at once, by the loops inside bytes methods; a loop in Python over the brackets is run only for pieces in which a
value may end.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["Depth"]

_BRACKETS: Final = b"{}[]"
_NO_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in _BRACKETS)
# Pairs inside pairs that are taken out by whole passes over a piece; what is nested deeper is counted one by one.
_PASSES: Final = 16
_STRING_OR_BRACKET: Final = re.compile(rb'"[^"]*(?:"|\Z)|[{}\[\]]')


class Depth:
    """Counts brackets over pieces of JSON, skipping strings."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False  # the piece before ended with a backslash that escapes

    def count(self, piece: bytes) -> int:
        """The end of the last value that this piece completes, as an offset; -1 when it completes none."""
        if not piece:
            return -1
        if self._escaped:
            piece = b"_" + piece[1:]
        # Blank the escapes, keeping the length; then each quote is a real one. Backslashes pair up from the left.
        piece = piece.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        self._escaped = piece.endswith(b"\\")
        if self._depth and self._count_without_end(piece):
            return -1
        return self._count_one_by_one(piece)

    def _count_without_end(self, piece: bytes) -> bool:
        """Count a piece in which the depth can't come to zero; False, and nothing counted, if it might."""
        parts = piece.split(b'"')
        left = b"".join(parts[self._in_string :: 2]).translate(None, _NO_BRACKETS)
        for _ in range(_PASSES):
            before = len(left)
            left = left.replace(b"{}", b"").replace(b"[]", b"")
            if len(left) == before:
                break
        opening = left.lstrip(b"}]")
        if b"}" in opening or b"]" in opening or len(left) - len(opening) >= self._depth:
            return False
        self._depth += 2 * len(opening) - len(left)
        self._in_string ^= len(parts) % 2 == 0
        return True

    def _count_one_by_one(self, piece: bytes) -> int:
        start, end = 0, -1
        if self._in_string:
            start = piece.find(b'"') + 1
            if not start:
                return -1
            self._in_string = False
        for token in _STRING_OR_BRACKET.finditer(piece, start):
            found = token[0]
            if found in (b"{", b"["):
                self._depth += 1
            elif found in (b"}", b"]"):
                self._depth = max(0, self._depth - 1)
                if not self._depth:
                    end = token.end()
            else:
                self._in_string = len(found) == 1 or not found.endswith(b'"')
        return end
