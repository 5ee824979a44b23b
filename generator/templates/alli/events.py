"""What a stream of an answer consists of: four kinds of events, told apart by their `.type`.

conversation.started   once, as soon as the service tells the conversation's id; not at all if it never does
text.delta             so much text was added to the message `index`
text.replaced          the message `index` reads differently now; what its deltas gave is to be thrown away
completed              once, last: the stream came to its end
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from .results import RunResult

__all__ = ["Completed", "ConversationStarted", "RunEvent", "TextDelta", "TextReplaced"]


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    """The service told the conversation's id.

    Attributes:
        conversation_id: to go on with the same conversation later.
    """

    type: ClassVar[Literal["conversation.started"]] = "conversation.started"
    conversation_id: str


@dataclass(frozen=True, slots=True, init=False)
class TextDelta:
    """A message got longer. Where nothing is replaced, the joined deltas of an index are that message's text.

    Attributes:
        text: what was added; never empty.
        index: place of the message in `RunResult.messages`.
    """

    type: ClassVar[Literal["text.delta"]] = "text.delta"
    text: str
    index: int

    def __init__(self, text: str, index: int = 0) -> None:
        # What a frozen dataclass writes here takes twice the time, and there may be millions of these.
        _set_text(self, text)
        _set_index(self, index)

    def __repr__(self) -> str:
        return f"TextDelta(index={self.index}, {len(self.text)} characters)"


_set_text: Callable[[TextDelta, str], None] = TextDelta.__dict__["text"].__set__
_set_index: Callable[[TextDelta, int], None] = TextDelta.__dict__["index"].__set__


@dataclass(frozen=True, slots=True)
class TextReplaced:
    """A message reads differently from what was given before.

    Attributes:
        text: the whole message as it is now.
        index: place of the message in `RunResult.messages`.
    """

    type: ClassVar[Literal["text.replaced"]] = "text.replaced"
    text: str
    index: int = 0

    def __repr__(self) -> str:
        return f"TextReplaced(index={self.index}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Completed:
    """The stream came to its end. The service marks none but closes, so whether the app had more to say can't be known.

    Attributes:
        result: all that came, put together.
    """

    type: ClassVar[Literal["completed"]] = "completed"
    result: RunResult

    def __repr__(self) -> str:
        return f"Completed(result={self.result!r})"


RunEvent: TypeAlias = ConversationStarted | TextDelta | TextReplaced | Completed
"""Any event of a stream; `.type` says which."""
