"""Records in, events out: what the records of a streamed answer mean.

How the records of an operation are to be read is declared in the specification's overlay and arrives here as a
`StreamFormat`; nothing is guessed from content. There are two kinds of records:

    snapshot   each holds the whole answer so far; what is new is the end of each message
    delta      each holds the next piece of the one message

No I/O, no clock. Memory is that of the final answer: of the records only the last one is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Final, TypeAlias, TypeGuard

from .._calls.operations import StreamFormat
from .._json.error_details import ErrorDetails, find_error
from .._json.loose_json import is_list, is_object, text_in, whole_in
from ..events import Completed, ConversationStarted, RunEvent, TextDelta
from ..results import Message, RunResult, is_echo, readable
from .stream_messages import DeltaMessage, SnapshotMessage

__all__ = ["Accumulator"]

_Record: TypeAlias = dict[str, object]
_Look: TypeAlias = Callable[[_Record], object]

_UNUSUAL_KEYS: Final = frozenset(["type", "error", "errors"])
"""Keys of a record that may be something else than the next part of the answer."""


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
        self._message_looks = [_look(path) for path in format.messages]
        self._format = format
        self._conversation_looks = [_look(path) for path in format.conversation_id]
        self._state_looks = [_look(path) for path in format.state]
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
                result: Any = record.get("result")
                self._fields.update(result if result.__class__ is dict else record)
                self._take_snapshot(record, events)
            yield from events
            if self.error is not None:
                return

    def _read_deltas(self, records: Iterable[Any], message: DeltaMessage) -> Iterator[RunEvent]:
        # There may be millions of these records, so what a running stream of them consists of is written out here.
        text_key, text_path, telling_keys = self._text_key, self._text_path, self._telling_keys
        tell = self._fields.update
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
            tell(record)
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
        if not _UNUSUAL_KEYS.isdisjoint(record):
            kind = record.get("type")
            if kind is not None and kind == self._replace:
                self._replace_message(record, events)
                return False
            tells_error = kind == "APIError" or "error" in record or "errors" in record
            if tells_error and self._tells_error(record, events):
                return False
        for look in self._conversation_looks:
            value = look(record)
            if value is not None and (found := text_in({"id": value}, "id")):
                self.conversation_id = found
                self._conversation_looks = []
                self._telling_keys = self._find_telling_keys()
                events.append(ConversationStarted(found))
                break
        for look in self._state_looks:
            state = look(record)
            if isinstance(state, str):
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

    @property
    def text(self) -> str:
        """The texts of all messages so far, as in `RunResult.text`."""
        texts = [message.so_far() for message in self._messages]
        if self._pieces is not None:
            texts.insert(0, self._pieces.so_far())
        return "\n\n".join(text for text in texts if text)

    def result(self) -> RunResult:
        """All that came so far."""
        messages = [Message.from_payload(message.item, self._text_key, message.so_far()) for message in self._messages]
        fields = dict(self._fields)
        if self._pieces is not None and (text := self._pieces.so_far()):
            messages.insert(0, Message(text=text, raw=fields))
        result = RunResult.of(fields, messages, self._last or None)
        result.conversation_id = self.conversation_id or result.conversation_id
        result.state = self._state or result.state
        return result

    def _find_telling_keys(self) -> frozenset[str]:
        """Keys of a record that may tell more than text. A record without any need not be looked at by `_is_answer`."""
        paths = [*(self._format.conversation_id if self._conversation_looks else ()), *self._format.state]
        return _UNUSUAL_KEYS.union(path.partition(".")[0] for path in paths)

    def _tells_error(self, record: _Record, events: list[RunEvent]) -> bool:
        details = find_error(record)
        if details is None:
            return False
        if "result" in record:
            events += self.feed([{key: record[key] for key in record if key not in ("error", "errors", "type")}])
        self.error, self.error_record = details, record
        return True

    def _take_snapshot(self, record: _Record, events: list[RunEvent]) -> None:
        for look in self._message_looks:
            items: Any = look(record)
            if items and items.__class__ is list:
                break
        else:
            return
        by_position, text_key = self._by_position, self._text_key
        for position, item in enumerate(items):
            message = by_position.get(position)
            if message is None:
                if is_echo(item):
                    continue
                message = by_position[position] = self._new_message()
            if item.__class__ is dict:
                message.take(item, item.get(text_key), events)
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


@cache
def _look(path: str) -> _Look:
    """A function that follows `path` into a record, to None where it leads nowhere."""
    first, *rest = path.split(".")
    if not rest:
        return lambda record: record.get(first)
    *between, last = rest

    def follow(record: _Record) -> object:
        value: Any = record.get(first)
        for key in between:
            if value.__class__ is not dict:
                return None
            value = value.get(key)
        return value.get(last) if value.__class__ is dict else None

    return follow
