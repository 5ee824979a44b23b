"""What the service answers from the project's knowledge: the results of `client.answers`.

Source: the vendor's page "Alli Generative Answer API"; spec/README.md says what was seen beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from .._calls.response import Response
from .._json.loose_json import text_at
from .._json.result_format import ResultFormat
from .._json.result_formats import ANSWER
from .._results.messages import Message
from .._results.record import record
from ..results import RunResult, object_of

__all__ = ["Answer"]

_FIELD_TYPES = (Response,)
"""Types of inherited fields, which `typing.get_type_hints` looks for in this module."""


@record()
class Answer(RunResult):
    """A generated answer. Beside these it has what a `RunResult` has, as far as the service says it: `.text`, `.citations`, `.raw`.

    Attributes:
        intent: what the service takes the query for, such as SEARCH or END_OF_CONVERSATION.
        follow_up_question: the query as the service rewrote it from the thread; None where it did not.
    """

    intent: str | None = None
    follow_up_question: str | None = None

    @property
    def thread_id(self) -> str | None:
        """The thread that the answer belongs to, to go on with; None without an identity (`user_id`)."""
        return self.conversation_id

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = ANSWER) -> Self:
        """From the body of an answer. Never raises."""
        messages = RunResult.from_payload(payload, format).messages
        return cls.of(object_of(payload, format), messages, payload, format)

    @classmethod
    def of(
        cls, fields: Mapping[str, object], messages: list[Message], raw: object, format: ResultFormat = ANSWER
    ) -> Self:
        """From messages read already, and the fields around them."""
        return cls(
            messages=messages,
            conversation_id=text_at(fields, format.conversation_id),
            intent=text_at(fields, format.intent),
            follow_up_question=text_at(fields, format.follow_up_question),
            raw=raw,
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it, without `raw` and `response`."""
        return {
            "text": self.text,
            "intent": self.intent,
            "thread_id": self.thread_id,
            "follow_up_question": self.follow_up_question,
            "citations": [citation.to_dict() for citation in self.citations],
            "request_id": self.request_id,
            "attempts": self.attempts,
        }

    def __repr__(self) -> str:
        return f"Answer({len(self.text)} characters, intent={self.intent!r}, thread_id={self.thread_id!r})"
