"""What an app answered, read from the JSON of any of the service's shapes.

Each class has `from_payload`, which takes the JSON as it came and never raises: a field that is missing, null or of an
odd type is read as absent, and everything stays readable in `.raw`. Where the JSON has which part, in each of the
service's spellings, is said in the overlay and arrives here as a `ResultFormat`, the same for whole answers and streams.

Source: the vendor's pages "App Market" and "Alli LLM App Market API"; spec/README.md says what was seen beyond them.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any, Self, TypeVar, overload

from ._calls.response import Response
from ._json.error_details import find_error
from ._json.loose_json import is_list, is_object, list_at, object_at, text_at, value_at
from ._json.result_format import ResultFormat
from ._json.result_formats import CONVERSATION_RESULT, RUN_RESULT, SKILL_RESULT
from ._privacy.frames import forget
from ._results.messages import Choice, Citation, FormField, Message, is_echo, readable
from ._results.record import field, record
from .raw.json_object import JSONObject

__all__ = [
    "Choice",
    "Citation",
    "ConversationResult",
    "FormField",
    "Message",
    "RunResult",
    "SkillResult",
    "object_of",
]

M = TypeVar("M")


@record()
class RunResult(JSONObject):
    """What an app answered to one call.

    Attributes:
        messages: the app's messages, in order; what the user said is left out.
        conversation_id: pass it to go on with the same conversation.
        state: of the conversation, as the service calls it.
        variables: the variables asked for by `required_variables`.
        app_id: id of the app.
        name: name of the app.
        type: type of the app.
        category: category of the app.
        request_id: the id sent with the request; None when the result came from elsewhere.
        attempts: how many times the request was sent.
        raw: the JSON exactly as it came; of a stream, the last record that held a result.
        response: status, headers and body of the answer; of a stream, without the body. None when the result came from elsewhere.
    """

    messages: list[Message] = field(default_factory=list[Message])
    conversation_id: str | None = None
    state: str | None = None
    variables: dict[str, object] = field(default_factory=dict[str, object])
    app_id: str | None = None
    name: str | None = None
    type: str | None = None
    category: str | None = None
    request_id: str | None = None
    attempts: int = 1
    raw: object = None
    response: Response | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The texts of all messages, a blank line between them."""
        return "\n\n".join(message.text for message in self.messages if message.text)

    @property
    def citations(self) -> list[Citation]:
        """The citations of all messages, in their order."""
        return [citation for message in self.messages for citation in message.citations]

    @overload
    def parse(self) -> Any: ...
    @overload
    def parse(self, model: builtins.type[M]) -> M: ...
    def parse(self, model: Any = None) -> Any:
        """The one JSON value in the answer: the whole text, one fenced block, or one object or array among other words.

            class Invoice(BaseModel):
                number: str
                total: float

            invoice = client.apps.run(app_id, inputs).parse(Invoice)

        Args:
            model: What the value must be: a pydantic model, a dataclass, a TypedDict, or a type made of them such as `list[Invoice]`.
                None gives the value as plain JSON. Pydantic is needed for its own models only.

        Raises:
            AnswerFormatError: the answer has no JSON value, more than one, or one that does not fit; names places and types, never
                values.
        """
        from ._results.answer_json import find_value
        from ._results.typed_json import as_type

        try:
            return as_type(find_value(self.text), Any if model is None else model)
        except BaseException as error:
            forget(error)
            raise

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it, without `raw` and `response`."""
        return {
            "text": self.text,
            "messages": [message.to_dict() for message in self.messages],
            "conversation_id": self.conversation_id,
            "state": self.state,
            "variables": self.variables,
            "app_id": self.app_id,
            "name": self.name,
            "type": self.type,
            "category": self.category,
            "request_id": self.request_id,
            "attempts": self.attempts,
        }

    def _repr_markdown_(self) -> str:
        # Notebooks show this where the result itself is the last line of a cell. `repr` shows no text: it goes into logs.
        return self.text

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = RUN_RESULT) -> Self:
        """From the body of an answer. Never raises."""
        fields = object_of(payload, format)
        items = list_at(fields, format.messages)
        messages = [Message.from_payload(item, format) for item in items if not is_echo(item, format)]
        content = payload if isinstance(payload, str) and format.text else value_at(fields, format.text)
        if not items and (text := readable(content)):
            messages = [Message.of_answer(fields, text, format)]
        return cls.of(fields, messages, payload, format)

    @classmethod
    def of(
        cls, fields: Mapping[str, object], messages: list[Message], raw: object, format: ResultFormat = RUN_RESULT
    ) -> Self:
        """From messages read already, and the fields around them."""
        return cls(
            messages=messages,
            conversation_id=text_at(fields, format.conversation_id),
            state=text_at(fields, format.state),
            variables=dict(object_at(fields, format.variables) or {}),
            app_id=text_at(fields, format.app_id),
            name=text_at(fields, format.name),
            type=text_at(fields, format.type),
            category=text_at(fields, format.category),
            raw=raw,
        )

    def __repr__(self) -> str:
        count = len(self.messages)
        return (
            f"RunResult({count} message{'' if count == 1 else 's'}, {len(self.text)} characters, "
            f"conversation_id={self.conversation_id!r}, state={self.state!r}, app_id={self.app_id!r})"
        )


@record()
class SkillResult(JSONObject):
    """What a skill answered.

    Attributes:
        text: the answer, DraftJS turned into Markdown; empty when there is none.
        errors: the service's words about what went wrong along the way.
        request_id: the id sent with the request.
        attempts: how many times the request was sent.
        raw: the JSON exactly as it came.
        response: status, headers and body of the answer; of a stream, without the body. None when the result came from elsewhere.
    """

    text: str = ""
    errors: list[str] = field(default_factory=list[str])
    request_id: str | None = None
    attempts: int = 1
    raw: object = None
    response: Response | None = field(default=None, compare=False)

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = SKILL_RESULT) -> Self:
        """Never raises."""
        fields = object_of(payload, format)
        errors = value_at(fields, format.errors)
        found = [find_error({"errors": item}) for item in (errors if is_list(errors) else [errors])]
        content = value_at(fields, format.text) if is_object(payload) else payload
        return cls(text=readable(content), errors=[details.message for details in found if details], raw=payload)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it, without `raw` and `response`."""
        return {
            "text": self.text,
            "errors": self.errors,
            "request_id": self.request_id,
            "attempts": self.attempts,
        }

    def __repr__(self) -> str:
        return f"SkillResult({len(self.text)} characters, {len(self.errors)} errors)"


@record()
class ConversationResult(JSONObject):
    """What the service says when a conversation is begun, spoken to or ended.

    Attributes:
        conversation_id: the conversation's id; None when the service did not tell it.
        request_id: the id sent with the request.
        attempts: how many times the request was sent.
        raw: the JSON exactly as it came.
        response: status, headers and body of the answer; of a stream, without the body. None when the result came from elsewhere.
    """

    conversation_id: str | None = None
    request_id: str | None = None
    attempts: int = 1
    raw: object = None
    response: Response | None = field(default=None, compare=False)

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = CONVERSATION_RESULT) -> Self:
        """Never raises."""
        return cls(conversation_id=text_at(object_of(payload, format), format.conversation_id), raw=payload)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON has it, without `raw` and `response`."""
        return {
            "conversation_id": self.conversation_id,
            "request_id": self.request_id,
            "attempts": self.attempts,
        }

    def __repr__(self) -> str:
        return f"ConversationResult(conversation_id={self.conversation_id!r})"


def object_of(payload: object, format: ResultFormat) -> Mapping[str, object]:
    """The object that holds the parts of a result; an answer may be wrapped in a list."""
    if is_list(payload) and payload:
        payload = payload[0]
    if not is_object(payload):
        return {}
    inner = object_at(payload, format.at)
    return payload if inner is None else inner
