"""Records in, events out: what the records of a streamed answer mean.

How the records of an operation are to be read is declared in the specification's overlay and arrives here as a
`StreamFormat`; nothing is guessed from content. There are two kinds of records:

    snapshot   each holds the whole answer so far; what is new is the end of each message
    delta      each holds the next piece of the one message

No I/O, no clock. Memory is that of the final answer: of the records only the last one is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, TypeGuard

from .error_details import ErrorDetails, find_error
from .events import Completed, ConversationStarted, RunEvent, TextDelta
from .loose_json import is_list, is_object, text_in, whole_in
from .operations import StreamFormat
from .results import Message, RunResult, is_echo, readable, result_of
from .stream_messages import DeltaMessage, SnapshotMessage

__all__ = ["Accumulator"]

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
        self._messages: list[SnapshotMessage] = []
        self._by_position: dict[int, SnapshotMessage] = {}  # place in the service's list, where echoes count too
        self._telling_keys = self._find_telling_keys()
        self._pieces = DeltaMessage() if format.semantics == "delta" else None
        self._text_path = _look(format.text) if "." in format.text else None
        self._state: str | None = None
        self._fields: dict[str, object] = {}
        self._last: _Record = {}

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

    def _read_deltas(self, records: Iterable[Any], message: DeltaMessage) -> Iterator[RunEvent]:
        # There may be millions of these records, so what a running stream of them consists of is written out here.
        text_key, text_path, telling_keys = self._text_key, self._text_path, self._telling_keys
        width = len(self._last)
        for item in records:
            # A record without any of these keys can't tell more than text.
            if item.__class__ is not dict or not telling_keys.isdisjoint(item):
                events: list[RunEvent] = []
                is_answer = self._is_answer(item, events)
                yield from events
                if self.error is not None:
                    return
                if not is_answer:
                    continue
                telling_keys = self._telling_keys
            record: _Record = item
            if len(record) < width:
                # Each record repeats all there is to tell, but for one that tells less.
                self._fields.update(self._last)
            width = len(record)
            self._last = record
            piece = record.get(text_key) if text_path is None else text_path(record)
            if message.is_running and isinstance(piece, str):
                if piece:
                    message.write(piece)
                    yield TextDelta(piece, 0)
            elif piece is not None:
                events = []
                message.add(piece, events)
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
        fields = self._fields
        if self._pieces is not None:
            fields = {**fields, **self._last}
            if text := self._pieces.so_far():
                messages.insert(0, Message(text=text, raw=fields))
        result = RunResult.of(fields, messages, self._last or None)
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

    def _new_message(self) -> SnapshotMessage:
        message = SnapshotMessage(len(self._messages))
        self._messages.append(message)
        return message


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
