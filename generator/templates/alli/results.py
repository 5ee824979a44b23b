"""What an app answered, read from the JSON of any of the service's shapes.

Each class has `from_payload`, which takes the JSON as it came and never raises: a field that is missing, null or of an
odd type is read as absent, and everything stays readable in `.raw`. Both spellings of the service are known (`clueId`
and `clue_id`), and both lists of answers (`responses`, and `choices` of older apps).

Source: the vendor's pages "App Market" and "Alli LLM App Market API"; spec/README.md says what was seen beyond them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from ._calls.response import Response
from ._json.draftjs import to_markdown
from ._json.error_details import find_error
from ._json.loose_json import is_list, is_object, parsed, text_in, whole_in

__all__ = ["Citation", "ConversationResult", "Message", "RunResult", "SkillResult", "is_echo", "readable"]

_ANSWER_LISTS: Final = ("responses", "choices")


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
    def from_payload(cls, payload: object) -> Self:
        """Never raises."""
        fields = payload if is_object(payload) else {}
        return cls(
            source=text_in(fields, "source"),
            title=text_in(fields, "title"),
            url=text_in(fields, "url"),
            page=whole_in(fields, "pageNo", "page_no", "page"),
            clue_id=text_in(fields, "clueId", "clue_id", "id"),
            document_id=text_in(fields, "knowledgeBaseId", "kbId", "kb_id", "knowledge_base_id"),
            text=text_in(fields, "text"),
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

    @classmethod
    def from_payload(cls, payload: object, text_key: str = "message", text: str | None = None) -> Self:
        """Never raises.

        Args:
            payload: one item of `responses` or `choices`.
            text_key: where it keeps the text.
            text: the text, if known better than by the payload.
        """
        fields = payload if is_object(payload) else {text_key: payload}
        completed = fields.get("completed")
        told = fields.get("error") or fields.get("errors")
        details = find_error({"error": told}) if told else None
        return cls(
            id=text_in(fields, "id"),
            type=text_in(fields, "type"),
            text=readable(fields.get(text_key)) if text is None else text,
            completed=completed if isinstance(completed, bool) else None,
            error=details.message if details else None,
            metadata=parsed(fields.get("metadata")),
            raw=payload,
        )

    @property
    def citations(self) -> list[Citation]:
        """Where the answer was taken from; read from `raw` when asked for, since there can be thousands."""
        if not is_object(self.raw):
            return []
        items = self.raw.get("citations") or self.raw.get("clues")
        return [Citation.from_payload(item) for item in items if is_object(item)] if is_list(items) else []

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
    def from_payload(cls, payload: object) -> Self:
        """From the body of an answer, with its `result` or without. Never raises."""
        fields = _result_of(payload)
        messages = [Message.from_payload(item) for item in _answers_of(fields) if not is_echo(item)]
        return cls.of(fields, messages, payload)

    @classmethod
    def of(cls, fields: Mapping[str, object], messages: list[Message], raw: object) -> Self:
        """From messages read already, and the fields around them."""
        variables = fields.get("variables")
        return cls(
            messages=messages,
            conversation_id=_conversation_id(fields),
            state=text_in(fields, "state") or text_in(_conversation(fields), "state"),
            variables=dict(variables) if is_object(variables) else {},
            app_id=text_in(fields, "id"),
            name=text_in(fields, "name"),
            type=text_in(fields, "type"),
            category=text_in(fields, "category"),
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
    def from_payload(cls, payload: object) -> Self:
        """Never raises."""
        fields = payload if is_object(payload) else {"result": payload}
        errors = fields.get("errors")
        told = [find_error({"errors": item}) for item in (errors if is_list(errors) else [errors])]
        return cls(
            text=readable(fields.get("result")), errors=[details.message for details in told if details], raw=payload
        )

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
    def from_payload(cls, payload: object) -> Self:
        """Never raises."""
        return cls(conversation_id=_conversation_id(_result_of(payload)), raw=payload)

    def __repr__(self) -> str:
        return f"ConversationResult(conversation_id={self.conversation_id!r})"


def _result_of(payload: object) -> Mapping[str, object]:
    """The fields of the result in a body: under `result`, which may be wrapped in a list, or the body itself."""
    if is_list(payload) and payload:
        payload = payload[0]
    if not is_object(payload):
        return {}
    result = payload.get("result")
    return result if is_object(result) else payload


def _answers_of(fields: Mapping[str, object]) -> Sequence[object]:
    """The items of `responses`, else of `choices`."""
    for key in _ANSWER_LISTS:
        items = fields.get(key)
        if is_list(items) and items:
            return items
    return []


def _conversation(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The conversation of a result, which may be told by its id alone."""
    told = fields.get("conversation")
    return told if is_object(told) else {"id": told}


def _conversation_id(fields: Mapping[str, object]) -> str | None:
    return text_in(_conversation(fields), "id") or text_in(fields, "conversationId", "conversation_id")


def is_echo(item: object) -> bool:
    """Whether an item repeats what the user said. Items of the service's own often have no sender."""
    if not is_object(item):
        return item is None
    sender = item.get("sender")
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
