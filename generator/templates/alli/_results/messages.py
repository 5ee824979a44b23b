"""Messages of a result and what they carry: citations, choices, a form.

Each class has `from_payload`, which takes the JSON as it came and never raises. JSON has no hash, so theirs is of the other attributes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from .._json.draftjs import to_markdown
from .._json.error_details import find_error
from .._json.loose_json import is_object, list_at, parsed, text_at, value_at, whole_at
from .._json.result_format import (
    ChoiceFormat,
    CitationFormat,
    FormFieldFormat,
    MessageFormat,
    Paths,
    ResultFormat,
)
from .._json.result_formats import RUN_RESULT
from ..raw.json_object import JSONObject
from .record import field, record

__all__ = ["Choice", "Citation", "FormField", "Message", "content_of", "is_echo", "readable"]


@record(frozen=True)
class Citation(JSONObject):
    """A source of an answer. An attribute that the service left out is None.

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
    raw: object = field(default=None, hash=False)

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

    def to_dict(self) -> dict[str, Any]:
        """The attributes as JSON has them, without `raw`."""
        return {
            "source": self.source,
            "title": self.title,
            "url": self.url,
            "page": self.page,
            "clue_id": self.clue_id,
            "document_id": self.document_id,
            "text": self.text,
        }

    def __repr__(self) -> str:
        return f"Citation(source={self.source!r}, page={self.page!r}, clue_id={self.clue_id!r})"


@record(frozen=True)
class Choice(JSONObject):
    """One of the options that a message offers; `conversation.send(choices=[choice.index])` picks it.

    Attributes:
        index: its place in the list, from 0.
        text: what the user is shown; "" where the service gave none.
        raw: the JSON as it came.
    """

    index: int
    text: str = ""
    raw: object = field(default=None, hash=False)

    @classmethod
    def from_payload(cls, payload: object, index: int, format: ChoiceFormat = RUN_RESULT.choice) -> Self:
        """Never raises."""
        text = text_at(payload, format.text) if is_object(payload) else payload
        return cls(index, text if isinstance(text, str) else "", payload)

    def to_dict(self) -> dict[str, Any]:
        """The attributes as JSON has them, without `raw`."""
        return {"index": self.index, "text": self.text}

    def __repr__(self) -> str:
        return f"Choice(index={self.index}, {len(self.text)} characters)"


@record(frozen=True)
class FormField(JSONObject):
    """One field that a message asks the user to fill in; `conversation.send(form={field.name: …})` answers it.

    Attributes:
        name: the key in `form=`; None where the service gave none.
        label: what the user is shown; the name where the service gave none.
        type: kind of field, e.g. "text", as the service calls it.
        required: whether it must be filled in; None where the service did not say.
        raw: the JSON as it came.
    """

    name: str | None = None
    label: str | None = None
    type: str | None = None
    required: bool | None = None
    raw: object = field(default=None, hash=False)

    @classmethod
    def from_payload(cls, payload: object, format: FormFieldFormat = RUN_RESULT.form_field) -> Self:
        """Never raises."""
        fields = payload if is_object(payload) else {}
        required = value_at(fields, format.required)
        name = text_at(fields, format.name)
        return cls(
            name=name,
            label=text_at(fields, format.label) or name,
            type=text_at(fields, format.type),
            required=required if isinstance(required, bool) else None,
            raw=payload,
        )

    def to_dict(self) -> dict[str, Any]:
        """The attributes as JSON has them, without `raw`."""
        return {"name": self.name, "label": self.label, "type": self.type, "required": self.required}

    def __repr__(self) -> str:
        return f"FormField(name={self.name!r}, type={self.type!r}, required={self.required!r})"


@record(frozen=True)
class Message(JSONObject):
    """One answer of an app.

    Attributes:
        id: the service's id of it.
        type: kind of answer, e.g. `llm`.
        text: the words; rich text (DraftJS) becomes Markdown. Empty if there are none.
        completed: whether the app has finished it; None if the service doesn't say.
        error: the service's words if the app failed to give this message; else None.
        metadata: parsed if it came as a string of JSON; None if there is none.
        raw: the JSON as it came.
    """

    id: str | None = None
    type: str | None = None
    text: str = ""
    completed: bool | None = None
    error: str | None = None
    metadata: object = field(default=None, hash=False)
    raw: object = field(default=None, hash=False)
    _format: ResultFormat = field(default=RUN_RESULT, compare=False)
    _cited_at: Paths | None = field(default=None, compare=False)

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
            _format=format,
        )

    @classmethod
    def of_answer(cls, fields: Mapping[str, object], text: str, format: ResultFormat) -> Self:
        """The one message that an answer is itself."""
        return cls(text=text, raw=fields, _format=format, _cited_at=format.citations)

    # What follows is read from `raw` when it is asked for: there can be thousands of citations, and a stream makes many messages.

    @property
    def citations(self) -> list[Citation]:
        """Where the answer was taken from."""
        paths = self._format.message.citations if self._cited_at is None else self._cited_at
        items = list_at(self.raw, paths) if is_object(self.raw) else ()
        return [Citation.from_payload(item, self._format.citation) for item in items if is_object(item)]

    @property
    def choices(self) -> list[Choice]:
        """What the user may choose from; empty where nothing is offered."""
        items = list_at(self.raw, self._format.message.choices) if is_object(self.raw) else ()
        return [Choice.from_payload(item, index, self._format.choice) for index, item in enumerate(items)]

    @property
    def form(self) -> list[FormField] | None:
        """The fields that the user is asked to fill in; None where there is no form."""
        items = list_at(self.raw, self._format.message.form) if is_object(self.raw) else ()
        return [FormField.from_payload(item, self._format.form_field) for item in items] or None

    def to_dict(self) -> dict[str, Any]:
        """The message as JSON has it, without `raw`."""
        form = self.form
        return {
            "id": self.id,
            "type": self.type,
            "text": self.text,
            "completed": self.completed,
            "error": self.error,
            "metadata": self.metadata,
            "citations": [citation.to_dict() for citation in self.citations],
            "choices": [choice.to_dict() for choice in self.choices],
            "form": None if form is None else [each.to_dict() for each in form],
        }

    def __repr__(self) -> str:
        error = ", with an error" if self.error else ""
        return f"Message(id={self.id!r}, type={self.type!r}, {len(self.text)} characters{error})"


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
