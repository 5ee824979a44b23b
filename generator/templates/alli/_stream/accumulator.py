"""Records in, events out: what the records of a streamed answer mean.

Where a record has what is declared in the overlay and arrives here as the `ResultFormat` that whole answers are read by as well;
nothing is guessed from content. There are two kinds of records:

    snapshot   each holds the whole answer so far; what is new is the end of each message
    delta      each holds the next piece of the one message

No I/O, no clock. Memory is that of the final answer: of the records only the last one is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from .._json.error_details import ErrorDetails, find_error
from .._json.loose_json import first_of, is_list, is_object, list_at, look, text_at, value_at, whole_at
from .._json.result_format import Replacement, ResultFormat
from .._results.messages import Message, is_echo, readable
from ..events import Completed, ConversationStarted, RunEvent, TextDelta
from ..results import RunResult, object_of
from .stream_messages import FIRST_HALF, LAST_HALF, DeltaMessage, SnapshotMessage

__all__ = ["Accumulator"]

_Record: TypeAlias = dict[str, object]


class Accumulator:
    """Puts the records of one stream together.

    Args:
        format: where a record has what.
        semantics: what a record is.
        result_class: what the parts are put together to.

    Attributes:
        conversation_id: as soon as the service has told it.
        error: what the stream tells went wrong, once it does; nothing more is to be fed then.
        error_record: the record that told it, as it came.
    """

    def __init__(
        self, format: ResultFormat, semantics: Literal["snapshot", "delta"], result_class: type[RunResult] = RunResult
    ) -> None:
        self.conversation_id: str | None = None
        self.error: ErrorDetails | None = None
        self.error_record: object = None
        self._format = format
        self._result_class = result_class
        # What is asked of each record.
        self._inner = first_of(format.at)
        self._lists = first_of(format.messages)
        self._states = first_of(format.state)
        self._content = first_of(format.message.text)
        self._completed = first_of(format.message.completed)
        # Keys of a record that may be something else than the next part of the answer.
        self._unusual_keys = frozenset(["type", "error", "errors", *format.error])
        self._telling_keys = self._find_telling_keys()
        self._messages: list[SnapshotMessage] = []
        self._by_position: dict[int, SnapshotMessage] = {}  # place in the service's list, where echoes count too
        self._whole: SnapshotMessage | None = None  # the message that the answer is itself
        self._pieces = DeltaMessage() if semantics == "delta" else None
        self._state: str | None = None
        self._fields: dict[str, object] = {}
        self._last: object = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing that can be part of an answer has come."""
        return self._last is None and not self._messages

    def read(self, records: Iterable[object]) -> Iterator[RunEvent]:
        """The events of the next records, up to one that reports an error. Look at `error` once it is read to its end.

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
            fields = self._part_of_answer(record, events)
            if fields is not None:
                self._last = record
                self._fields.update(fields)
                self._take_snapshot(fields, events)
            yield from events
            if self.error is not None:
                return

    def _read_deltas(self, records: Iterable[Any], message: DeltaMessage) -> Iterator[RunEvent]:
        # There may be millions of these records, so what a running stream of them consists of is written out here.
        layout, telling_keys = self._format, self._telling_keys
        text_key = layout.text[0] if len(layout.text) == 1 and "." not in layout.text[0] else None
        tell, is_wrapped, first, last = self._fields.update, bool(layout.at), FIRST_HALF, LAST_HALF
        for item in records:
            # A record without any of these keys can't tell more than text.
            if item.__class__ is not dict or not telling_keys.isdisjoint(item):
                events: list[RunEvent] = []
                part = self._part_of_answer(item, events)
                yield from events
                if self.error is not None:
                    return
                if part is None:
                    continue
                telling_keys = self._telling_keys
            record: Mapping[str, object] = object_of(item, layout) if is_wrapped else item
            tell(record)
            self._last = item
            piece = value_at(record, layout.text) if text_key is None else record.get(text_key)
            if message.is_running and isinstance(piece, str) and not first <= piece[-1:] <= last:
                if piece:
                    message.write(piece)
                    yield TextDelta(piece, 0)
            elif piece is not None:
                events = []
                message.add(piece, events)
                yield from events

    def _part_of_answer(self, record: object, events: list[RunEvent]) -> Mapping[str, object] | None:
        """The object of the record that is to be read for its text. What else it may tell has been taken from it then."""
        if not is_object(record):
            if is_list(record):
                events += self.feed(record)
            return None
        if not self._unusual_keys.isdisjoint(record):
            replace = self._format.replace
            if replace is not None and record.get("type") == replace.type:
                self._replace_message(record, replace, events)
                return None
            if self._tells_error(record, events):
                return None
        inner: Any = self._inner(record)
        fields = inner if inner.__class__ is dict else object_of(record, self._format)
        if self.conversation_id is None and (found := text_at(fields, self._format.conversation_id)):
            self.conversation_id = found
            self._telling_keys = self._find_telling_keys()
            events.append(ConversationStarted(found))
        state = self._states(fields)
        if state is not None and state != self._state:
            self._state = text_at(fields, self._format.state) or self._state
        return fields

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
        layout = self._format
        fields = dict(self._fields)
        messages = [self._message(message, fields) for message in self._messages]
        if self._pieces is not None and (text := self._pieces.so_far()):
            messages.insert(0, Message.of_answer(fields, text, layout))
        result = self._result_class.of(fields, messages, self._last, layout)
        result.conversation_id = self.conversation_id or result.conversation_id
        result.state = self._state or result.state
        return result

    def _message(self, message: SnapshotMessage, fields: Mapping[str, object]) -> Message:
        if message is self._whole:
            return Message.of_answer(fields, message.so_far(), self._format)
        return Message.from_payload(message.item, self._format, message.so_far())

    def _find_telling_keys(self) -> frozenset[str]:
        """Keys of a record that may tell more than text. A record without any need not be looked at by `_part_of_answer`."""
        layout = self._format
        paths = layout.at or (*(() if self.conversation_id else layout.conversation_id), *layout.state)
        return self._unusual_keys.union(path.partition(".")[0] for path in paths)

    def _tells_error(self, record: _Record, events: list[RunEvent]) -> bool:
        details = find_error(record, self._format.error)
        if details is None:
            return False
        if any(look(path)(record) is not None for path in self._format.at):
            events += self.feed([{key: record[key] for key in record if key not in self._unusual_keys}])
        self.error, self.error_record = details, record
        return True

    def _take_snapshot(self, fields: Mapping[str, object], events: list[RunEvent]) -> None:
        layout, by_position = self._format, self._by_position
        items: Any = self._lists(fields)
        if not items or items.__class__ is not list:
            items = list_at(fields, layout.messages)
        if not items:
            self._take_text(fields, events)
        for position, item in enumerate(items):
            message = by_position.get(position)
            if message is None:
                if is_echo(item, layout):
                    continue
                message = by_position[position] = self._new_message()
            if item.__class__ is dict:
                message.take(item, self._content(item), events, is_completed=self._completed(item) is True)
            elif item is not None:
                message.take(item, item, events, is_completed=False)

    def _take_text(self, fields: Mapping[str, object], events: list[RunEvent]) -> None:
        """The text of an answer that is one message itself, if this is one."""
        content = value_at(fields, self._format.text)
        if self._whole is None and readable(content):
            self._whole = self._by_position[0] = self._new_message()
        if self._whole is not None:
            self._whole.take(fields, content, events, is_completed=False)

    def _replace_message(self, record: _Record, replace: Replacement, events: list[RunEvent]) -> None:
        content = value_at(record, (replace.text,))
        if content is None:
            return
        position = whole_at(record, (replace.index,))
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
