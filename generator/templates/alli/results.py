"""What an app answered, read from the JSON of any of the service's shapes.

Each class has `from_payload`, which takes the JSON as it came and never raises: a field that is missing, null or of an
odd type is read as absent, and everything stays readable in `.raw`. Where the JSON has which part, in each of the
service's spellings, is said in the overlay and arrives here as a `ResultFormat`, the same for whole answers and streams.

Source: the vendor's pages "App Market" and "Alli LLM App Market API"; spec/README.md says what was seen beyond them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from ._calls.response import Response
from ._json.draftjs import to_markdown
from ._json.error_details import find_error
from ._json.loose_json import is_list, is_object, list_at, object_at, parsed, text_at, value_at, whole_at
from ._json.result_format import CitationFormat, MessageFormat, Paths, ResultFormat
from ._json.result_formats import CONVERSATION_RESULT, RUN_RESULT, SKILL_RESULT

__all__ = [
    "Citation",
    "ConversationResult",
    "Message",
    "RunResult",
    "SkillResult",
    "content_of",
    "is_echo",
    "object_of",
    "readable",
]


@dataclass(frozen=True, slots=True)
class Citation:
    """A place an answer was taken from. Each attribute is None where the service did not tell it.

    Attributes:
        source: DOCUMENT, FAQ or WEB, or what else the service says.
        title: of the document or page.
        url: of the page.
        page: number of the page in the document, as the service counts.
        clue_id: id of this place.
        document_id: id of the document in the knowledge base.
        text: the passage.
        raw: the JSON as it came.
    """

    source: str | None = None
    title: str | None = None
    url: str | None = None
    page: int | None = None
    clue_id: str | None = None
    document_id: str | None = None
    text: str | None = None
    raw: object = None

    @classmethod
    def from_payload(cls, payload: object, format: CitationFormat = RUN_RESULT.citation) -> Self:
        """Never raises."""
        fields = payload if is_object(payload) else {}
        return cls(
            source=text_at(fields, format.source),
            title=text_at(fields, format.title),
            url=text_at(fields, format.url),
            page=whole_at(fields, format.page),
            clue_id=text_at(fields, format.clue_id),
            document_id=text_at(fields, format.document_id),
            text=text_at(fields, format.text),
            raw=payload,
        )

    def __repr__(self) -> str:
        return f"Citation(source={self.source!r}, page={self.page!r}, clue_id={self.clue_id!r})"


@dataclass(frozen=True, slots=True)
class Message:
    """One answer of an app.

    Attributes:
        id: the service's id of it.
        type: kind of answer, e.g. `llm`.
        text: the words, DraftJS turned into Markdown; empty when there are none.
        completed: whether the app has finished it; None when the service did not tell.
        error: the service's words, when it failed to give this answer; else None.
        metadata: parsed when it came as a string that holds JSON; None when there is none.
        raw: the JSON as it came.
    """

    id: str | None = None
    type: str | None = None
    text: str = ""
    completed: bool | None = None
    error: str | None = None
    metadata: object = None
    raw: object = None
    _citations: tuple[Paths, CitationFormat] = field(default=((), CitationFormat()), repr=False, compare=False)

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = RUN_RESULT, text: str | None = None) -> Self:
        """Never raises.

        Args:
            payload: one item of a list of messages.
            format: where it has what.
            text: the text, if known better than by the payload.
        """
        places = format.message
        fields = payload if is_object(payload) else {}
        completed = value_at(fields, places.completed)
        reported = next((value for path in places.error if (value := value_at(fields, (path,)))), None)
        details = find_error({"error": reported}) if reported else None
        if text is None:
            text = readable(content_of(payload, places))
        return cls(
            id=text_at(fields, places.id),
            type=text_at(fields, places.type),
            text=text,
            completed=completed if isinstance(completed, bool) else None,
            error=details.message if details else None,
            metadata=parsed(value_at(fields, places.metadata)),
            raw=payload,
            _citations=(places.citations, format.citation),
        )

    @classmethod
    def of_answer(cls, fields: Mapping[str, object], text: str, format: ResultFormat) -> Self:
        """The one message that an answer is itself."""
        return cls(text=text, raw=fields, _citations=(format.citations, format.citation))

    @property
    def citations(self) -> list[Citation]:
        """Where the answer was taken from; read from `raw` when asked for, since there can be thousands."""
        if not is_object(self.raw):
            return []
        paths, places = self._citations
        return [Citation.from_payload(item, places) for item in list_at(self.raw, paths) if is_object(item)]

    def __repr__(self) -> str:
        error = ", with an error" if self.error else ""
        return f"Message(id={self.id!r}, type={self.type!r}, {len(self.text)} characters{error})"


@dataclass(slots=True)
class RunResult:
    """What an app answered to one call.

    Attributes:
        messages: the answers in their order, echoes of the user left out.
        conversation_id: to go on with the same conversation.
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
    response: Response | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The texts of all messages, a blank line between them."""
        return "\n\n".join(message.text for message in self.messages if message.text)

    @property
    def citations(self) -> list[Citation]:
        """The citations of all messages, in their order."""
        return [citation for message in self.messages for citation in message.citations]

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = RUN_RESULT) -> Self:
        """From the body of an answer. Never raises."""
        fields = object_of(payload, format)
        items = list_at(fields, format.messages)
        messages = [Message.from_payload(item, format) for item in items if not is_echo(item, format)]
        if not items and (text := readable(value_at(fields, format.text))):
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
        return (
            f"RunResult({len(self.messages)} messages, {len(self.text)} characters, "
            f"conversation_id={self.conversation_id!r}, state={self.state!r}, app_id={self.app_id!r})"
        )


@dataclass(slots=True)
class SkillResult:
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
    response: Response | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = SKILL_RESULT) -> Self:
        """Never raises."""
        fields = object_of(payload, format)
        errors = value_at(fields, format.errors)
        found = [find_error({"errors": item}) for item in (errors if is_list(errors) else [errors])]
        content = value_at(fields, format.text) if is_object(payload) else payload
        return cls(text=readable(content), errors=[details.message for details in found if details], raw=payload)

    def __repr__(self) -> str:
        return f"SkillResult({len(self.text)} characters, {len(self.errors)} errors)"


@dataclass(slots=True)
class ConversationResult:
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
    response: Response | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_payload(cls, payload: object, format: ResultFormat = CONVERSATION_RESULT) -> Self:
        """Never raises."""
        return cls(conversation_id=text_at(object_of(payload, format), format.conversation_id), raw=payload)

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


def content_of(item: object, places: MessageFormat) -> object:
    """What a message says, in whatever type it came; the item itself if it is not an object."""
    return value_at(item, places.text) if is_object(item) else item


def is_echo(item: object, format: ResultFormat) -> bool:
    """Whether an item repeats what the user said. Items of the service's own often have no sender."""
    if not is_object(item):
        return item is None
    sender = value_at(item, format.message.sender)
    return isinstance(sender, str) and sender.upper() == "USER"


def readable(content: object) -> str:
    """The text of a message, whatever type it came as."""
    if content is None:
        return ""
    markdown = to_markdown(content)
    if markdown is not None:
        return markdown
    if isinstance(content, str):
        return content
    try:
        return json.dumps(content, ensure_ascii=False)
    except RecursionError:
        return ""
