"""The lines of `text/event-stream`, should a server send its JSON that way.

Only the data of events is of interest here; their names and ids are not. See the HTML standard, "Server-sent events".
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["EventLines"]

_FIELD: Final = re.compile(rb"(data|event|id|retry)?(?::[ ]?|\Z)")


class EventLines:
    """Turns chunks of bytes into the data of events, in order, wherever the bytes are cut.

    A line that is no field of an event is given as data too, so that a body which is no event stream fails as bad JSON
    instead of vanishing.
    """

    def __init__(self) -> None:
        self.size = 0
        """Bytes held back."""
        self._line: list[bytes] = []  # the line that has begun
        self._data: list[bytes] = []  # the data lines of the event that has begun
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that are complete with this chunk."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if not chunk:
            return []
        self._after_cr = chunk.endswith(b"\r")
        *lines, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        events: list[bytes] = []
        for line in lines:
            self._hold(line)
            self._end_line(events)
        self._hold(rest)
        return events

    def flush(self) -> list[bytes]:
        """The event that the end of the stream completes. The standard would drop it; here it may be the last word."""
        events: list[bytes] = []
        self._end_line(events)
        self._end_line(events)
        return events

    def held(self) -> bytes:
        """The data of the event that has begun, and the line that has, as far as they came."""
        return b"\n".join([*self._data, *([b"".join(self._line)] if self._line else [])])

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._line.append(piece)
            self.size += len(piece)

    def _end_line(self, events: list[bytes]) -> None:
        line = b"".join(self._line)
        self._line = []
        if not line:
            if self._data:
                events.append(b"\n".join(self._data))
                self._data = []
            self.size = 0
            return
        field = _FIELD.match(line)
        if field is None:
            self._data.append(line)
        elif field[1] == b"data":
            self._data.append(line[field.end() :])
        else:
            self.size -= len(line)
