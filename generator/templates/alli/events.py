"""The events of a streamed answer, of four kinds. An event's `.type` is one of:

    conversation.started   once, as soon as the service gives the conversation's id; never if it doesn't
    text.delta             adds text to the message `index`
    text.replaced          replaces all of the message `index`: drop what its deltas gave
    completed              once, last: the stream has ended

`match` on their classes narrows them for a type checker.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from ._results.record import record
from .raw.json_object import JSONObject
from .results import RunResult

__all__ = ["Completed", "ConversationStarted", "RunEvent", "TextDelta", "TextReplaced"]


@record(frozen=True)
class ConversationStarted(JSONObject):
    """The conversation has an id now.

    Attributes:
        conversation_id: pass it to go on with the same conversation later.
    """

    type: ClassVar[Literal["conversation.started"]] = "conversation.started"
    conversation_id: str

    def to_dict(self) -> dict[str, Any]:
        """The event as JSON has it."""
        return {"type": self.type, "conversation_id": self.conversation_id}

    def __repr__(self) -> str:
        return f"ConversationStarted(conversation_id={self.conversation_id!r})"


class _Text(JSONObject):
    """Text of one message; not to be changed.

    There may be millions of these, and a frozen dataclass takes twice the time to be made.
    """

    __slots__ = ("_index", "_text")
    __match_args__ = ("text", "index")
    type: ClassVar[Any]  # of each class, a constant

    def __init__(self, text: str, index: int = 0) -> None:
        self._text = text
        self._index = index

    @property
    def text(self) -> str:
        return self._text

    @property
    def index(self) -> int:
        """Place of the message in `RunResult.messages`."""
        return self._index

    def to_dict(self) -> dict[str, Any]:
        """The event as JSON has it."""
        return {"type": self.type, "index": self._index, "text": self._text}

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return (self._text, self._index) == (other._text, other._index)

    def __hash__(self) -> int:
        return hash((type(self), self._text, self._index))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(index={self._index}, {len(self._text)} characters)"


class TextDelta(_Text):
    """Adds text to a message. Unless the message is replaced, its joined deltas are its text.

    Attributes:
        text: what was added; never empty.
        index: place of the message in `RunResult.messages`.
    """

    __slots__ = ()
    type: ClassVar[Literal["text.delta"]] = "text.delta"


class TextReplaced(_Text):
    """Replaces a message: the app took back what it said before.

    Attributes:
        text: the whole message as it is now.
        index: place of the message in `RunResult.messages`.
    """

    __slots__ = ()
    type: ClassVar[Literal["text.replaced"]] = "text.replaced"


@record(frozen=True)
class Completed(JSONObject):
    """The stream has ended. The service closes it without an end mark, so the app may have had more to say.

    Attributes:
        result: everything that came.
    """

    type: ClassVar[Literal["completed"]] = "completed"
    result: RunResult

    def to_dict(self) -> dict[str, Any]:
        """The event as JSON has it."""
        return {"type": self.type, "result": self.result.to_dict()}

    def __repr__(self) -> str:
        return f"Completed(result={self.result!r})"


RunEvent: TypeAlias = ConversationStarted | TextDelta | TextReplaced | Completed
"""Any event of a stream; `.type` says which."""
