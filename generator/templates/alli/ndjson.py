"""Bytes in, JSON records out: the reader of every streamed answer.

It exists although `json` and the HTTP library's line iterator are at hand, because their sum doesn't hold for a
stream: text splitters also end a line at U+2028 and U+0085, which are legal inside JSON strings, and a parser per line
knows nothing of records that share a line or span several.

How it works. A *region* is a run of bytes that ends where a record may end: at the last LF received, or at the last
bracket that brings the depth back to zero. A region is decoded in one go, value after value, so lines, values joined
without newline and values printed over many lines are all the same to it. Brackets are counted only where an LF does
not tell the same, piece by piece and never twice, so the work is linear however the bytes are cut.

Nothing here does I/O or knows what a record means. Errors name positions and sizes, never content.
"""

from __future__ import annotations

import json
import re
from json.scanner import make_scanner
from typing import Final

from .depth import Depth
from .event_lines import EventLines

__all__ = ["DEFAULT_MAX_RECORD_BYTES", "Reader", "RecordError"]

DEFAULT_MAX_RECORD_BYTES: Final = 64 * 1024 * 1024
"""Largest record accepted by default, in bytes: far above any answer, and below what would hurt the process."""

# Up to this many bytes, a record without LF is looked at when its last byte could be its end. Beyond, a stream that has
# shown that it uses lines waits for the LF: counting brackets over large records would cost more than parsing them.
_EAGER_BYTES: Final = 16 * 1024

_BOM: Final = b"\xef\xbb\xbf"
_SPACE_BYTES: Final = b" \t\r\n"
_NOT_SPACE: Final = re.compile(r"[^ \t\r\n]")
# What the end of a cut value can look like when the parser names another place than the end.
_CUT_TOKEN: Final = re.compile(r"(?:t(?:r|ru)?|f(?:a|al|als)?|n(?:u|ul)?|-|[,:{\[])?[ \t\r\n]*\Z")
_CUT_ESCAPE: Final = re.compile(r"\\u[0-9A-Fa-f]{0,3}\Z")


class RecordError(ValueError):
    """A record that is not JSON, is incomplete, or is too large.

    Attributes:
        index: number of the record, from 0; so many records came before it.
        size: how many of its bytes had arrived.
        incomplete: what arrived is a good beginning, cut off by the end of the stream.
    """

    def __init__(self, message: str, index: int, size: int, incomplete: bool = False) -> None:
        super().__init__(message, index, size, incomplete)
        self.index = index
        self.size = size
        self.incomplete = incomplete

    def __str__(self) -> str:
        return str(self.args[0])


class Reader:
    """Turns chunks of bytes into parsed JSON records, in order, wherever the bytes are cut.

    Records may be separated by LF or CRLF, by other white space or by nothing, and may span lines. Blank lines are
    skipped; the last record needs no LF. With the content type `text/event-stream` the records are the data of its
    events.

    Args:
        max_record_bytes: a record larger than this is an error; default 64 MiB.
        content_type: of the response; only `text/event-stream` makes a difference.
    """

    def __init__(self, max_record_bytes: int = DEFAULT_MAX_RECORD_BYTES, content_type: str | None = None) -> None:
        if max_record_bytes < 1:
            raise ValueError(f"Reader: max_record_bytes must be 1 or more, not {max_record_bytes}")
        self.error: RecordError | None = None
        """Why reading has ended: `feed` first gives the records before the bad one, and the next call raises this."""
        media_type = (content_type or "").partition(";")[0].strip().lower()
        self._events = EventLines() if media_type == "text/event-stream" else None
        self._limit = max_record_bytes
        # What json.loads calls in the end, without the layers that would cost as much again for a small record.
        self._scan = make_scanner(json.JSONDecoder())  # type: ignore[arg-type]  # typeshed: it takes a decoder
        self._count = 0  # records so far
        self._started = False  # the first bytes are known not to be a byte order mark
        self._lines = False  # an LF has ended a record, so an LF is what to wait for
        self._forget()

    def _forget(self) -> None:
        self._pending: list[bytes] = []  # the record that has begun
        self._size = 0  # bytes in _pending
        self._depth = Depth()
        self._counted = 0  # pieces of _pending that _depth has seen
        self._spans_lines = False  # an LF came inside it, so an LF does not end it
        self._next_check = 0  # size at which a record that spans lines is checked again

    def feed(self, chunk: bytes) -> list[object]:
        """The records that are complete with this chunk.

        Raises:
            RecordError: the first record that this chunk completes is bad, or an earlier one was.
        """
        records: list[object] = []
        if self.error is None:
            self._feed(chunk, records)
        return self._given_out(records)

    def flush(self) -> list[object]:
        """The records that the end of the stream completes; to be called once, at the end.

        Raises:
            RecordError: the stream ended inside a record, or a record was bad.
        """
        records: list[object] = []
        if self.error is None and self._events is not None:
            self._read_events(self._events.flush(), records)
        if self.error is None and self._pending:
            region = b"".join(self._pending)
            self._forget()
            self._read(region, records, is_whole=True)
        return self._given_out(records)

    def _given_out(self, records: list[object]) -> list[object]:
        if self.error is not None and not records:
            raise self.error
        return records

    def _feed(self, chunk: bytes, records: list[object]) -> None:
        if not self._started:
            chunk = b"".join([*self._pending, chunk])
            self._forget()
            if chunk != _BOM and _BOM.startswith(chunk):
                self._keep(chunk)
                return
            self._started = True
            chunk = chunk.removeprefix(_BOM)
        if self._events is None:
            self._feed_values(chunk, records)
            return
        self._read_events(self._events.feed(chunk), records)
        if self._events.size > self._limit and self.error is None:
            self._fail(f"is larger than {self._limit} bytes", self._events.size)

    def _read_events(self, events: list[bytes], records: list[object]) -> None:
        for data in events:
            if self.error is None and data.strip() != b"[DONE]":
                self._read(data, records, is_whole=True)

    def _feed_values(self, chunk: bytes, records: list[object]) -> None:
        if not self._spans_lines and (cut := chunk.rfind(b"\n") + 1):
            region = chunk[:cut]
            if self._pending:
                region = b"".join([*self._pending, region])
                self._forget()
            before = len(records)
            rest = self._read(region, records, is_whole=False)
            if self.error is not None:
                return
            self._lines = self._lines or len(records) > before
            if rest:
                self._keep(rest)
                self._spans_lines = True
                self._next_check = 2 * len(rest)
            chunk = chunk[cut:]
        if not self._pending:
            chunk = chunk.lstrip(_SPACE_BYTES)
        if chunk:
            self._keep(chunk)
        if self._pending and self._is_worth_counting():
            self._read_counted(records)
        if self._size > self._limit and self.error is None:
            self._fail(f"is larger than {self._limit} bytes", self._size)

    def _keep(self, piece: bytes) -> None:
        self._pending.append(piece)
        self._size += len(piece)

    def _is_worth_counting(self) -> bool:
        if self._spans_lines or self._size > self._limit:
            return True
        last = self._pending[-1]
        small = self._size <= _EAGER_BYTES
        if not self._lines and (small or b"}{" in last):
            return True
        return (small or not self._lines) and last.rstrip(_SPACE_BYTES).endswith((b"}", b"]"))

    def _read_counted(self, records: list[object]) -> None:
        """Read what is whole by its brackets, keep the rest."""
        pieces = self._pending
        last = end = -1
        for number in range(self._counted, len(pieces)):
            found = self._depth.count(pieces[number])
            if found >= 0:
                last, end = number, found
        self._counted = len(pieces)
        if last < 0:
            if self._spans_lines and self._size >= self._next_check:
                self._check_beginning()
            return
        region = b"".join([*pieces[:last], pieces[last][:end]])
        rest = b"".join([pieces[last][end:], *pieces[last + 1 :]]).lstrip(_SPACE_BYTES)
        depth = self._depth
        self._forget()
        self._read(region, records, is_whole=True)
        if self.error is not None or not rest:
            return
        if b"\n" in rest:
            self._feed_values(rest, records)
            return
        self._keep(rest)
        self._depth, self._counted = depth, 1

    def _check_beginning(self) -> None:
        """Fail now if a record that spans lines is broken; it may else swallow all that follows.

        Done at doubling sizes, so that all checks together read each byte about twice.
        """
        self._next_check = 2 * self._size
        self._read(b"".join(self._pending).rpartition(b"\n")[0] + b"\n", [], is_whole=False)

    def _read(self, region: bytes, records: list[object], *, is_whole: bool) -> bytes:
        """Append the values in `region`. Unless it is whole, gives the beginning of a value that it ends with."""
        cut_character = False
        try:
            text = str(region, "utf-8")
        except UnicodeDecodeError as error:
            text = str(region[: error.start], "utf-8")
            # Cut between the bytes of a character, or a byte that no UTF-8 has.
            cut_character = error.reason == "unexpected end of data"
            is_utf8 = False
        else:
            is_utf8 = True
        scan, skip, checked = self._scan, _NOT_SPACE.search, len(region) > self._limit
        position, end, before = 0, len(text), len(records)
        reason, cut = "", False
        try:
            while True:
                # The branch is taken before nearly every record and costs less than the pattern.
                if position < end and text[position] == "\n":
                    position += 1
                if position < end and text[position] in " \t\r\n":
                    found = skip(text, position)
                    position = found.start() if found else end
                if position == end:
                    break
                value, stop = scan(text, position)
                if checked and (size := len(text[position:stop].encode())) > self._limit:
                    reason = f"is larger than {self._limit} bytes ({size} bytes)"
                    break
                records.append(value)
                position = stop
        except StopIteration as error:
            place: int = error.value
            cut = _is_cut(text, place)
            reason = f"is not JSON (Expecting value, character {place - position})"
        except json.JSONDecodeError as error:
            cut = _is_cut(text, error.pos, error.msg)
            reason = (
                f"is not JSON ({error.msg.partition(':')[0].removesuffix(' at')}, character {error.pos - position})"
            )
        except RecursionError:
            reason = "is nested too deeply"
        except ValueError:
            reason = "holds a number of too many digits"
        self._count += len(records) - before
        if not is_utf8 and (cut or not reason):
            cut = cut_character
            reason = "is not UTF-8"
        if not reason:
            return b""
        rest = text[position:].encode() if is_utf8 else region[len(text[:position].encode()) :]
        if cut and not is_whole:
            return rest
        self._fail("is cut off by the end of the stream" if cut else reason, len(rest), cut)
        return b""

    def _fail(self, reason: str, size: int, incomplete: bool = False) -> None:
        # The parser's error would carry the whole text along, so this one has no cause.
        message = f"record {self._count} of the stream {reason}; {size} bytes of it arrived"
        self.error = RecordError(message, self._count, size, incomplete)
        self._forget()


def _is_cut(text: str, place: int, told: str = "") -> bool:
    """Whether text ends too early, rather than being wrong at `place`, where the parser gave up."""
    if told.startswith("Unterminated string"):
        return True
    if told.startswith("Invalid control character"):  # an LF inside a string: no JSON, whatever follows
        return False
    if _CUT_ESCAPE.search(text, max(0, place - 2)):
        return True
    return _CUT_TOKEN.match(text, place) is not None
