"""The `x-alli-sdk` vocabulary as typed records; spec/README.md describes it. Nothing is read here: see extension.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generator.document.problems import JsonPath
from generator.model.types import Type

__all__ = [
    "CHOICE_PATHS",
    "CITATION_PATHS",
    "GRADES",
    "LAST_ITEM",
    "HandleBlock",
    "FORM_FIELD_PATHS",
    "MESSAGE_PATHS",
    "PAGING_STYLES",
    "RECORDS",
    "RESERVED_METHODS",
    "RESERVED_RESOURCES",
    "RESULT_CLASSES",
    "STREAMS",
    "MethodBlock",
    "OperationBlock",
    "Pagination",
    "RESULT_PATHS",
    "ResourceBlock",
    "ResultBlock",
    "WaitBlock",
    "result_class",
]

GRADES = ("live", "doc·P", "code", "assumed")
"""See spec/README.md, "Where the statements come from"."""

PAGING_STYLES = ("cursor", "page", "offset")
"""The parameter takes a cursor that the answer names, the number of a page from 1, or the number of items before the page."""

LAST_ITEM = "items[-1]."
"""Before a path: in the last item of the page."""

STREAMS = {"RunStream": "RunResult", "AnswerStream": "Answer"}
"""Classes of streams, and of the results that they end with."""

RECORDS = "RecordStream"
"""Class of a stream that gives each record by itself."""

RESULT_CLASSES = ("RunResult", "SkillResult", "ConversationResult", "Answer", *STREAMS, RECORDS)

# Named as in templates/alli/_json/result_format.py, which says what each is.
RESULT_PATHS = (
    "at",
    "messages",
    "text",
    "citations",
    "conversation_id",
    "state",
    "variables",
    "app_id",
    "name",
    "type",
    "category",
    "intent",
    "follow_up_question",
    "errors",
    "error",
)
MESSAGE_PATHS = ("id", "type", "text", "completed", "sender", "error", "metadata", "citations", "choices", "form")
CHOICE_PATHS = ("text",)
FORM_FIELD_PATHS = ("name", "label", "type", "required")
CITATION_PATHS = ("source", "title", "url", "page", "clue_id", "document_id", "text")

RESERVED_RESOURCES = frozenset({"aclose", "close", "raw", "request", "signer", "stream_request", "with_options"})
"""Attributes that a client has already (templates/alli/client.py.jinja)."""

RESERVED_METHODS = frozenset({"bool", "bytes", "dict", "float", "int", "object", "str"})
"""Names that the signatures of a resource need as types."""


@dataclass(frozen=True)
class Pagination:
    """How a list goes on after one page."""

    style: str
    """One of `PAGING_STYLES`."""
    param: str
    """Wire name of the parameter, or of the property of the body, that says where a page begins."""
    place: str
    """"query" or "body"."""
    items: tuple[str, ...]
    """Paths of the list in an answer, tried in turn."""
    next: str | None = None
    """Of the style cursor: the path of the next cursor in an answer. `items[-1].` before it for that of the last item."""
    size: str | int | None = None
    """How many items a full page has, or the wire name of the parameter that sets it."""
    total: str | None = None
    """Path of the number of all items in an answer."""


@dataclass(frozen=True)
class ResultBlock:
    """Where an answer, whole or streamed, has the parts of a result. A list holds the paths that are tried, in this order."""

    paths: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Of `RESULT_PATHS`."""
    message: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Of `MESSAGE_PATHS`, in a message."""
    citation: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Of `CITATION_PATHS`, in a citation."""
    choice: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Of `CHOICE_PATHS`, in a choice that a message offers."""
    form_field: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Of `FORM_FIELD_PATHS`, in a field of a message's form."""
    replace: dict[str, str] | None = None
    """`type`, `index` and `text` of the record that replaces a message."""

    def changed_by(self, other: ResultBlock) -> ResultBlock:
        """This one, but for what the other says."""
        return ResultBlock(
            self.paths | other.paths,
            self.message | other.message,
            self.citation | other.citation,
            self.choice | other.choice,
            self.form_field | other.form_field,
            self.replace if other.replace is None else other.replace,
        )


@dataclass(frozen=True)
class WaitBlock:
    """How to wait for what an operation reports the state of."""

    status: tuple[str, ...]
    """Paths of the state in the answer, tried in turn."""
    done: dict[str, tuple[str, ...]]
    """What can be waited for, and its states. The first is the default."""
    failed: tuple[str, ...]
    """States that end the wait with an error."""
    interval: float
    """Seconds before the second question."""


@dataclass(frozen=True)
class HandleBlock:
    """How what a method starts is followed: methods as `resource.method`, each called with the id of the conversation."""

    status: str
    """Whether it goes on."""
    result: str
    """What was said."""
    stop: str
    continues: str
    """Argument that names a conversation that exists already."""
    take_up: str
    """Name of the method that gives the handle of an id."""


@dataclass(frozen=True)
class MethodBlock:
    """One facade method of an operation."""

    name: str
    set: dict[str, Any] = field(default_factory=dict[str, Any])
    returns: str | None = None
    collect: bool = False
    doc: str | None = None
    handle: HandleBlock | None = None


@dataclass(frozen=True)
class OperationBlock:
    """One operation's block; attributes are named as in the vocabulary."""

    operation_id: str
    path: JsonPath
    resource: str
    methods: tuple[MethodBlock, ...]
    unwrap: tuple[str, ...] = ()
    """Paths that are tried in turn."""
    pagination: Pagination | None = None
    wait: WaitBlock | None = None
    positional: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    rename: dict[str, str] = field(default_factory=dict[str, str])
    flatten: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    omit: tuple[str, ...] = ()
    types: dict[str, Type] = field(default_factory=dict[str, Type])
    json_strings: tuple[str, ...] = ()
    files: str | None = None
    file_names: dict[str, str] = field(default_factory=dict[str, str])
    """Form fields that hold the name of a file, and the file: where the name isn't given, it is that of the file."""
    progress: bool = False
    """The method takes `on_progress`, which is called as the body is sent."""
    same_as: dict[str, str] = field(default_factory=dict[str, str])
    """Properties of the body that get the value of another one."""
    keep_null: bool = False
    body: str | None = None
    timeout: str | None = None
    idempotent: bool = False
    result: ResultBlock | None = None
    """What differs from the document's block for the class of the result."""
    stream: str | None = None
    """"snapshot", "delta" or "records"; None where the answer is not streamed."""
    answer: str | None = None
    """"file" where the answer is a file, to be read piece by piece."""
    describe: dict[str, str] = field(default_factory=dict[str, str])
    source: str | None = None
    grade: str | None = None
    """How sure the operation is, where no official page describes it: one of `GRADES`."""
    explain: str | None = None
    conversation: str | None = None


@dataclass(frozen=True)
class ResourceBlock:
    name: str
    doc: str
    mixin: str | None = None


def result_class(block: OperationBlock) -> str | None:
    """The class of the results of an operation, whole or streamed; None where it gives none."""
    returned = [
        method.returns or ("RunResult" if method.collect or method.handle else None) for method in block.methods
    ]
    return next((STREAMS.get(name, name) for name in returned if name), None)
