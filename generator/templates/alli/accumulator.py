"""Records in, events out: what the records of a streamed answer mean.

How the records of an operation are to be read is declared in the specification's overlay and arrives here as a
`StreamFormat`; nothing is guessed from content. There are two kinds of records:

    snapshot   each holds the whole answer so far; what is new is the end of each message
    delta      each holds the next piece of the one message

No I/O, no clock. Memory is that of the final answer: of the records only the last one is kept.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias, TypeGuard

from .draftjs import may_become_draftjs, to_markdown
from .error_details import ErrorDetails, find_error
from .events import Completed, ConversationStarted, RunEvent, TextDelta, TextReplaced
from .loose_json import is_list, is_object, text_in, whole_in
from .operations import StreamFormat
from .results import Message, RunResult, is_echo, readable, result_of

__all__ = ["Accumulator"]

# A message that still looks like DraftJS after so many characters is taken for it, until it can be read or has ended.
_DRAFTJS_PREFIX: Final = 64


_Record: TypeAlias = dict[str, object]
_Look: TypeAlias = Callable[[_Record], object]


class Accumulator:
    """Puts the records of one stream together.

    Attributes:
        conversation_id: as soon as the service has told it.
        error: what the stream tells went wrong, once it does; nothing more is to be fed then.
        error_record: the record that told it, as it came.
    """

    def __init__(self, format: StreamFormat) -> None:
        self.conversation_id: str | None = None
        self.error: ErrorDetails | None = None
        self.error_record: object = None
        self._replace = format.replace
        self._message_paths = [_look(path) for path in format.messages]
        self._conversation_paths = [(path.partition(".")[0], _look(path)) for path in format.conversation_id]
        self._state_paths = [(path.partition(".")[0], _look(path)) for path in format.state]
        self._text_key = format.text
        self._messages: list[_Message] = []
        self._by_position: dict[int, _Message] = {}  # place in the service's list, where echoes count too
        self._telling_keys = self._find_telling_keys()
        self._pieces = _Pieces() if format.semantics == "delta" else None
        self._text_path = _look(format.text) if "." in format.text else None
        self._state: str | None = None
        self._fields: dict[str, object] = {}
        self._last: object = None

    def read(self, records: Iterable[object]) -> Iterator[RunEvent]:
        """The events of the next records, up to one that tells an error. Look at `error` once it is read to its end.

        An event is made when it is asked for, and its record read then: what is used up at once costs far less memory
        traffic than what is kept in lists.
        """
        return self._read_snapshots(records) if self._pieces is None else self._read_deltas(records, self._pieces)

    def feed(self, records: Iterable[object]) -> list[RunEvent]:
        """As `read`, all at once."""
        return list(self.read(records))

    def _read_snapshots(self, records: Iterable[object]) -> Iterator[RunEvent]:
        for record in records:
            events: list[RunEvent] = []
            if self._is_answer(record, events):
                self._last = record
                self._fields.update(result_of(record))
                self._take_snapshot(record, events)
            yield from events
            if self.error is not None:
                return

    def _read_deltas(self, records: Iterable[object], pieces: _Pieces) -> Iterator[RunEvent]:
        # There may be millions of these records, so what a running stream of them consists of is written out here.
        text_key, text_path = self._text_key, self._text_path
        for record in records:
            if not is_object(record) or not record.keys().isdisjoint(self._telling_keys):
                events: list[RunEvent] = []
                is_answer = self._is_answer(record, events)
                yield from events
                if self.error is not None:
                    return
                if not is_answer or not is_object(record):
                    continue
            self._last = record
            # Each record repeats all there is to tell, but for one that tells less.
            self._fields = record if len(record) >= len(self._fields) else {**self._fields, **record}
            piece = record.get(text_key) if text_path is None else text_path(record)
            if pieces.is_running and isinstance(piece, str):
                if piece:
                    pieces.write(piece)
                    yield TextDelta(piece, 0)
            elif piece is not None:
                events = []
                pieces.add(piece, events)
                yield from events

    def _is_answer(self, record: object, events: list[RunEvent]) -> TypeGuard[_Record]:
        """Whether the record is to be read for its text. What else it may tell has been taken from it then."""
        if not is_object(record):
            if is_list(record):
                events += self.feed(record)
            return False
        kind = record.get("type")
        if kind is not None:
            if kind == self._replace:
                self._replace_message(record, events)
                return False
            if kind == "APIError" and self._tells_error(record, events):
                return False
        if ("error" in record or "errors" in record) and self._tells_error(record, events):
            return False
        for first_key, look in self._conversation_paths:
            if first_key in record and (found := text_in({"id": look(record)}, "id")):
                self.conversation_id = found
                self._conversation_paths = []
                self._telling_keys = self._find_telling_keys()
                events.append(ConversationStarted(found))
                break
        for _, look in self._state_paths:
            if isinstance(state := look(record), str):
                self._state = state
                break
        return True

    def finish(self) -> list[RunEvent]:
        """The events of the end: what had been held back, then `completed`."""
        events: list[RunEvent] = []
        if self._pieces is not None:
            self._pieces.release(events)
        for message in self._messages:
            message.release(events)
        events.append(Completed(self.result()))
        return events

    def result(self) -> RunResult:
        """All that came so far."""
        messages = [Message.from_payload(message.item, self._text_key, message.so_far()) for message in self._messages]
        if self._pieces is not None and (text := self._pieces.so_far()):
            messages.insert(0, Message(text=text, raw=self._fields))
        result = RunResult.of(self._fields, messages, self._last)
        result.conversation_id = self.conversation_id or result.conversation_id
        result.state = self._state or result.state
        return result

    def _find_telling_keys(self) -> frozenset[str]:
        """Keys of a record that may tell more than text. A record without any need not be looked at by `_is_answer`."""
        looked_for = [key for key, _ in (*self._conversation_paths, *self._state_paths)]
        return frozenset(["type", "error", "errors", *looked_for])

    def _tells_error(self, record: _Record, events: list[RunEvent]) -> bool:
        details = find_error(record)
        if details is None:
            return False
        if "result" in record:
            events += self.feed([{key: record[key] for key in record if key not in ("error", "errors", "type")}])
        self.error, self.error_record = details, record
        return True

    def _take_snapshot(self, record: _Record, events: list[RunEvent]) -> None:
        for look in self._message_paths:
            items = look(record)
            if is_list(items) and items:
                break
        else:
            return
        for position, item in enumerate(items):
            message = self._by_position.get(position)
            if message is None:
                if is_echo(item):
                    continue
                message = self._by_position[position] = self._new_message()
            if is_object(item):
                message.take(item, item.get(self._text_key), events)
            elif item is not None:
                message.take({}, item, events)

    def _replace_message(self, record: _Record, events: list[RunEvent]) -> None:
        content = record.get("content")
        if content is None:
            return
        position = whole_in(record, "response_index")
        message = self._by_position.get(position) if position is not None else next(reversed(self._messages), None)
        if message is None:
            message = self._new_message()
            if position is not None:
                self._by_position[position] = message
        message.replace(readable(content), events)

    def _new_message(self) -> _Message:
        message = _Message(len(self._messages))
        self._messages.append(message)
        return message


class _Message:
    """One message of a stream of snapshots.

    Attributes:
        item: the last snapshot of it, as it came.
    """

    __slots__ = ("_content", "_index", "_is_plain", "_shown", "item")

    def __init__(self, index: int) -> None:
        self.item: _Record = {}
        self._index = index
        self._content: object = None  # of the last snapshot
        self._shown: str | None = None  # what the events so far add up to; None before the first
        self._is_plain = False  # it can't become DraftJS any more

    def take(self, item: _Record, content: object, events: list[RunEvent]) -> None:
        """A snapshot of the message."""
        self.item = item
        # The same again is no news, also where it has been replaced since.
        if content is None or content == self._content:
            if self._shown is None and item.get("completed") is True:
                self.release(events)
            return
        self._content = content
        if self._is_plain and isinstance(content, str):
            self._show(content, events)
            return
        text = self._read(content)
        if text is not None:
            self._show(text, events)
        elif item.get("completed") is True:
            self.release(events)

    def replace(self, text: str, events: list[RunEvent]) -> None:
        """The message reads `text` from now on."""
        if self._shown:
            self._shown = text
            events.append(TextReplaced(text, self._index))
        else:
            self._show(text, events)

    def release(self, events: list[RunEvent]) -> None:
        """No more will come: what was held back is given as it is."""
        if self._shown is None and self._content is not None:
            self._show(readable(self._content), events)

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
        self._shown = text
        if len(text) > len(shown) and text.startswith(shown):
            events.append(TextDelta(text[len(shown) :], self._index))
        elif text != shown:
            events.append(TextReplaced(text, self._index))


class _Pieces:
    """The one message of a stream of deltas."""

    __slots__ = ("_buffer", "_is_draftjs", "_is_shown", "is_running", "write")

    def __init__(self) -> None:
        self.is_running = False  # it can't become DraftJS any more: pieces are given as they come
        self._is_draftjs = False
        self._is_shown = False
        self._begin()

    def _begin(self) -> None:
        self._buffer = io.StringIO()  # grows without copies, and holds no object per piece
        self.write = self._buffer.write

    def add(self, piece: object, events: list[RunEvent]) -> None:
        if not isinstance(piece, str):
            self._set(readable(piece), events)
        elif piece:
            self.write(piece)
            self._decide(events)

    def release(self, events: list[RunEvent]) -> None:
        """No more will come: what was held back is given, DraftJS as Markdown and all else as it is."""
        if not self.is_running:
            self._set(self.so_far(), events)

    def so_far(self) -> str:
        text = self._buffer.getvalue()
        if self._is_draftjs:
            markdown = to_markdown(text)
            return text if markdown is None else markdown
        return text

    def _decide(self, events: list[RunEvent]) -> None:
        if self._is_draftjs:
            return
        text = self._buffer.getvalue()
        if not may_become_draftjs(text):
            self._set(text, events)
        self._is_draftjs = not self.is_running and len(text) > _DRAFTJS_PREFIX

    def _set(self, text: str, events: list[RunEvent]) -> None:
        """An object instead of a piece is the whole message."""
        self._begin()
        self.write(text)
        self.is_running, self._is_draftjs = True, False
        if self._is_shown:
            events.append(TextReplaced(text))
        elif text:
            events.append(TextDelta(text))
        self._is_shown = self._is_shown or bool(text)


def _look(path: str) -> _Look:
    """A function that follows `path` into a record, to None where it leads nowhere."""
    keys = path.split(".")
    if len(keys) == 1:
        return lambda record: record.get(path)

    def follow(record: _Record) -> object:
        value: object = record
        for key in keys:
            if not is_object(value):
                return None
            value = value.get(key)
        return value

    return follow
