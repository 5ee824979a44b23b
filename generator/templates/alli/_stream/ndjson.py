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

import codecs
import json
import re
from collections.abc import Generator, Iterable, Iterator
from json.scanner import make_scanner
from typing import Final

from .bracket_depth import Depth
from .cut_off import decoded_part, is_cut

__all__ = ["DEFAULT_MAX_RECORD_BYTES", "Reader", "RecordError"]

DEFAULT_MAX_RECORD_BYTES: Final = 64 * 1024 * 1024
"""Largest record accepted by default, in bytes: far above any answer, and below what would hurt the process."""

_KEPT_BYTES: Final = 1000
"""Bytes of a bad record that are kept for its error."""

# Up to this many bytes, a record without LF is looked at when its last byte could be its end. Beyond, a stream that has
# shown that it uses lines waits for the LF: counting brackets over large records would cost more than parsing them.
_EAGER_BYTES: Final = 16 * 1024

_BOM: Final = b"\xef\xbb\xbf"
_CLOSING: Final = (b"}", b"]")
_SPACE_BYTES: Final = b" \t\r\n"
_NOT_SPACE: Final = re.compile(r"[^ \t\r\n]")
# What json.loads calls in the end, without the layers that would cost as much again for a small record.
_SCAN: Final = make_scanner(json.JSONDecoder())  # type: ignore[arg-type]  # typeshed: it takes a decoder
_UTF_8: Final = codecs.getincrementaldecoder("utf-8")


class _Untold(bytes):
    """Bytes whose repr tells how many there are and not which: they may hold an answer, and dumps of errors show all attributes."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


class RecordError(ValueError):
    """A record that is not JSON, is incomplete, or is too large.

    Attributes:
        index: number of the record, from 0; so many records came before it.
        size: how many of its bytes had arrived.
        incomplete: what arrived is a good beginning, cut off by the end of the stream.
        raw: the first of these bytes, at most 1,000; not in the text.
    """

    def __init__(self, message: str, index: int, size: int, incomplete: bool = False, raw: bytes = b"") -> None:
        super().__init__(message, index, size, incomplete)
        self.index = index
        self.size = size
        self.incomplete = incomplete
        self.raw = _Untold(raw)

    def __str__(self) -> str:
        return str(self.args[0])


class Reader:
    """Turns chunks of bytes into parsed JSON records, in order, wherever the bytes are cut.

    Records may be separated by LF or CRLF, by other white space or by nothing, and may span lines. Blank lines are
    skipped; the last record needs no LF.

    Args:
        max_record_bytes: a record larger than this is an error; default 64 MiB.
    """

    def __init__(self, max_record_bytes: int = DEFAULT_MAX_RECORD_BYTES) -> None:
        if max_record_bytes < 1:
            raise ValueError(f"Reader: max_record_bytes must be 1 or more, not {max_record_bytes}")
        self.error: RecordError | None = None
        """Why reading has ended: `feed` first gives the records before the bad one, and the next call raises this."""
        self.count = 0
        """Records read so far."""
        self._limit = max_record_bytes
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
        return self._given_out(list(self.read(chunk)))

    def flush(self) -> list[object]:
        """The records that the end of the stream completes; to be called once, at the end.

        Raises:
            RecordError: the stream ended inside a record, or a record was bad.
        """
        return self._given_out(list(self.read_end()))

    def _given_out(self, records: list[object]) -> list[object]:
        if self.error is not None and not records:
            raise self.error
        return records

    def read(self, chunk: bytes) -> Iterable[object]:
        """As `feed`, one by one, and without raising: look at `error` afterwards. Must be read to its end.

        A record that is dropped before the next is made costs a third less than one that is kept in a list.
        """
        line = chunk.find(b"\n") + 1
        is_record = line == len(chunk) or (not line and chunk.endswith(_CLOSING))
        if is_record and self.error is None and not self._pending and len(chunk) <= self._limit:
            # How a live stream arrives, and a whole answer. Nearly all that a record costs then are calls, so there are few.
            try:
                text = str(chunk, "utf-8")
                value, stop = _SCAN(text, 0)
            except (ValueError, StopIteration, RecursionError):
                pass  # what it is instead is found out below
            else:
                if stop + (line > 0) == len(text):
                    self._started = True
                    self._lines = self._lines or line > 0
                    self.count += 1
                    return (value,)
        if self.error is not None:
            return ()
        if not self._started:
            chunk = b"".join([*self._pending, chunk])
            self._forget()
            if chunk != _BOM and _BOM.startswith(chunk):
                self._keep(chunk)
                return ()
            self._started = True
            chunk = chunk.removeprefix(_BOM)
        return self._read_values(chunk)

    def read_end(self) -> Iterator[object]:
        """As `flush`, in the manner of `read`."""
        if self.error is None and self._pending:
            pieces = self._pending
            self._forget()
            yield from self._read_region(pieces, is_whole=True)

    def _read_values(self, chunk: bytes) -> Iterator[object]:
        if not self._spans_lines and (cut := chunk.rfind(b"\n") + 1):
            pieces = [*self._pending, chunk[:cut]]
            if self._pending:
                self._forget()
            before = self.count
            rest = yield from self._read_region(pieces, is_whole=False)
            if self.error is not None:
                return
            self._lines = self._lines or self.count > before
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
            yield from self._read_counted()
        if self._size > self._limit and self.error is None:
            self._fail(f"is larger than {self._limit} bytes", self._size, raw=b"".join(self._pending))

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
        return (small or not self._lines) and last.rstrip(_SPACE_BYTES).endswith(_CLOSING)

    def _read_counted(self) -> Iterator[object]:
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
        whole = [*pieces[:last], pieces[last][:end]]
        rest = b"".join([pieces[last][end:], *pieces[last + 1 :]]).lstrip(_SPACE_BYTES)
        depth = self._depth
        self._forget()
        yield from self._read_region(whole, is_whole=True)
        if self.error is not None or not rest:
            return
        if b"\n" in rest:
            yield from self._read_values(rest)
            return
        self._keep(rest)
        self._depth, self._counted = depth, 1

    def _check_beginning(self) -> None:
        """Fail now if a record that spans lines is broken; it may else swallow all that follows.

        Done at doubling sizes, so that all checks together read each byte about twice.
        """
        self._next_check = 2 * self._size
        whole_lines = b"".join(self._pending).rpartition(b"\n")[0] + b"\n"
        for _ in self._read_region([whole_lines], is_whole=False):
            pass

    def _read_region(self, pieces: list[bytes], *, is_whole: bool) -> Generator[object, None, bytes]:
        """The values in a region. Unless it is whole, returns the beginning of a value that it ends with."""
        is_utf8, is_cut_character = True, False
        try:
            text = _decoded(pieces)
        except UnicodeDecodeError:
            is_utf8 = False
            pieces = [b"".join(pieces)]
            text, is_cut_character = decoded_part(pieces[0])
        scan, find, is_large = _SCAN, _NOT_SPACE.search, sum(map(len, pieces)) > self._limit
        position = count = 0
        length = len(text)
        reason, cut = "", False
        while not reason and (found := find(text, position)):
            position = found.start()
            try:
                while True:
                    value, stop = scan(text, position)
                    if is_large and (size := len(text[position:stop].encode())) > self._limit:
                        reason = f"is larger than {self._limit} bytes ({size} bytes)"
                        break
                    position = stop
                    count += 1
                    yield value
                    # An LF is between nearly all records, and looking for one costs less than the pattern.
                    if position == length or text[position] != "\n":
                        break
                    position += 1
            except StopIteration as error:
                place: int = error.value
                if place != position or (place < length and text[place] not in " \t\r\n"):
                    cut = is_cut(text, place)
                    reason = f"is not JSON (Expecting value, character {place - position})"
            except json.JSONDecodeError as error:
                cut = is_cut(text, error.pos, error.msg)
                told = error.msg.partition(":")[0].removesuffix(" at")
                reason = f"is not JSON ({told}, character {error.pos - position})"
            except RecursionError:
                reason = "is nested too deeply"
            except ValueError:
                reason = "holds a number of too many digits"
        self.count += count
        if not is_utf8 and (cut or not reason):
            cut = is_cut_character
            reason = "is not UTF-8"
        if not reason:
            return b""
        rest = text[position:].encode() if is_utf8 else pieces[0][len(text[:position].encode()) :]
        if cut and not is_whole:
            return rest
        self._fail("is cut off by the end of the stream" if cut else reason, len(rest), cut, rest)
        return b""

    def _fail(self, reason: str, size: int, incomplete: bool = False, raw: bytes = b"") -> None:
        # The parser's error would carry the whole text along, so this one has no cause.
        message = f"record {self.count} of the stream {reason}; {size} bytes of it arrived"
        self.error = RecordError(message, self.count, size, incomplete, raw[:_KEPT_BYTES])
        self._forget()


def _decoded(pieces: list[bytes]) -> str:
    if len(pieces) == 1:
        return str(pieces[0], "utf-8")
    # Decoding first saves joining the bytes, which for a large record is a copy as large.
    decoder = _UTF_8()
    return "".join([*map(decoder.decode, pieces), decoder.decode(b"", True)])
