"""The `x-alli-sdk` vocabulary as typed records, which block_reader.py reads by their annotations. spec/README.md describes it."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, Strict

from generator.document.json_types import is_array, is_object
from generator.model.type_texts import read_type
from generator.model.types import Type

__all__ = [
    "LAST_ITEM", "RECORDS", "RESERVED_METHODS", "RESERVED_RESOURCES", "STREAMS", "DocumentBlock", "HandleBlock",
    "MethodBlock", "OperationBlock", "Pagination", "ResourceBlock", "ResultBlock", "ResultClass", "WaitBlock",
    "WholeResult", "result_class",
]  # fmt: skip

LAST_ITEM = "items[-1]."
"""Before a path: in the last item of the page."""

STREAMS = {"RunStream": "RunResult", "AnswerStream": "Answer"}
"""Classes of streams, and of the results that they end with."""

RECORDS: Literal["RecordStream"] = "RecordStream"
"""Class of a stream that gives each record by itself."""

WholeResult = Literal["RunResult", "SkillResult", "ConversationResult", "Answer", "RecordStream"]
ResultClass = Literal[WholeResult, "RunStream", "AnswerStream"]

# Named as in templates/alli/_json/result_format.py, which says what each is.
ResultKey = Literal[
    "at", "messages", "text", "citations", "conversation_id", "state", "variables", "app_id", "name", "type",
    "category", "intent", "follow_up_question", "errors", "error",
]  # fmt: skip
MessageKey = Literal[
    "id", "type", "text", "completed", "sender", "error", "metadata", "citations", "choices", "form"
]  # fmt: skip
CitationKey = Literal["source", "title", "url", "page", "clue_id", "document_id", "text"]
ChoiceKey = Literal["text"]
FormFieldKey = Literal["name", "label", "type", "required"]

RESERVED_RESOURCES = frozenset({"aclose", "close", "raw", "request", "signer", "stream_request", "with_options"})
"""Attributes that a client has already (templates/alli/client.py.jinja)."""

RESERVED_METHODS = frozenset({"bool", "bytes", "dict", "float", "int", "object", "str"})
"""Names that the signatures of a resource need as types."""


def _name(reserved: frozenset[str] = frozenset(), *, public: bool = False) -> AfterValidator:
    def check(value: str) -> str:
        if not (value.isidentifier() and value.isascii()) or keyword.iskeyword(value) or value in reserved:
            raise ValueError(f"must be a Python name that isn't taken, which {value!r} is not")
        if public and value.startswith("_"):
            raise ValueError("must not begin with an underscore")
        return value

    return AfterValidator(check)


def _number_or_name(given: object) -> object:
    if type(given) is not int and not isinstance(given, str):
        raise ValueError("must be a number, or the name of a parameter")
    return given


def _argument(given: object) -> object:
    if not is_object(given) or given.keys() != {"argument"}:
        raise ValueError("must be {argument: NAME}")
    return given["argument"]


def _semantics(given: Any) -> object:
    if given == {"records": True}:
        return "records"
    if given in ({"semantics": "snapshot"}, {"semantics": "delta"}):
        return given["semantics"]
    raise ValueError("must be {semantics: snapshot}, {semantics: delta} or {records: true}")


def _named(given: object) -> list[object]:
    """Methods as a list, each with its name."""
    if not is_object(given):
        raise ValueError("must be an object")
    return [{**each, "": name} if is_object(each) else each or {"": name} for name, each in given.items()]


def _split(given: object) -> object:
    """A result with its own paths apart from those of its parts."""
    if not is_object(given):
        return given
    names = ResultBlock.__dataclass_fields__.keys() - {"paths"}
    parts = {key: value for key, value in given.items() if key in names}
    return {"": {key: value for key, value in given.items() if key not in parts}, **parts}


Key = TypeVar("Key", bound=str)

Flag: TypeAlias = Annotated[bool, Strict()]
Names: TypeAlias = tuple[str, ...]
Texts: TypeAlias = dict[str, str]
Paths: TypeAlias = dict[Key, Names]
Name: TypeAlias = Annotated[str, _name()]
MethodName: TypeAlias = Annotated[str, _name(RESERVED_METHODS, public=True)]
OneOrMore: TypeAlias = Annotated[Names, BeforeValidator(lambda given: [given] if isinstance(given, str) else given)]


class Words:
    """Base of all records: a word that is not in the vocabulary is a mistake."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Pagination(Words):
    """How a list goes on after one page."""

    param: str
    """Wire name of the parameter, or of the property of the body, that says where a page begins."""
    items: OneOrMore
    """Paths of the list in an answer, tried in turn."""
    place: Annotated[Literal["query", "body"], Field(alias="in")] = "query"
    style: Literal["cursor", "page", "offset"] = "cursor"
    """The parameter takes a cursor that the answer names, the number of a page from 1, or the number of items before the page."""
    next: str | None = None
    """Of the style cursor: the path of the next cursor in an answer. `items[-1].` before it for that of the last item."""
    size: Annotated[str | int | None, PlainValidator(_number_or_name)] = None
    """How many items a full page has, or the wire name of the parameter that sets it."""
    total: str | None = None
    """Path of the number of all items in an answer."""


@dataclass(frozen=True)
class Replacement(Words):
    """The record of a stream that replaces a message: its type, and the paths of the message's index and of its text."""

    type: str
    index: str
    text: str


@dataclass(frozen=True)
class ResultBlock(Words):
    """Where an answer, whole or streamed, has the parts of a result. A list holds the paths that are tried, in this order."""

    paths: Annotated[Paths[ResultKey], Field(alias="")] = field(default_factory=dict[ResultKey, Names])
    message: Paths[MessageKey] = field(default_factory=dict[MessageKey, Names])
    citation: Paths[CitationKey] = field(default_factory=dict[CitationKey, Names])
    choice: Paths[ChoiceKey] = field(default_factory=dict[ChoiceKey, Names])
    """In a choice that a message offers."""
    form_field: Paths[FormFieldKey] = field(default_factory=dict[FormFieldKey, Names])
    """In a field of a message's form."""
    replace: Replacement | None = None

    @property
    def parts(self) -> dict[str, Paths[Any]]:
        """The paths in each part of a result, by its key, and its own by ""."""
        own: dict[str, Paths[Any]] = {"": self.paths, "message": self.message, "citation": self.citation}
        return {**own, "choice": self.choice, "form_field": self.form_field}

    def changed_by(self, other: ResultBlock) -> ResultBlock:
        """This one, but for what the other says."""
        parts = (one | changed for one, changed in zip(self.parts.values(), other.parts.values(), strict=True))
        paths, message, citation, choice, form_field = parts
        return ResultBlock(paths, message, citation, choice, form_field, other.replace or self.replace)


Result: TypeAlias = Annotated[ResultBlock, BeforeValidator(_split)]


@dataclass(frozen=True)
class WaitBlock(Words):
    """How to wait for what an operation reports the state of."""

    status: OneOrMore
    """Paths of the state in the answer, tried in turn."""
    done: Annotated[Paths[str], BeforeValidator(lambda given: {"done": given} if is_array(given) else given)]
    """What can be waited for, and its states. The first is the default."""
    failed: tuple[str, ...] = ()
    """States that end the wait with an error."""
    interval: Annotated[float, Strict(), Field(gt=0)] = 1.0
    """Seconds before the second question."""


@dataclass(frozen=True)
class HandleBlock(Words):
    """How what a method starts is followed: methods as `resource.method`, each called with the id of the conversation."""

    status: str
    """Whether it goes on."""
    result: str
    """What was said."""
    stop: str
    continues: str
    """Argument that names a conversation that exists already."""
    take_up: MethodName
    """Name of the method that gives the handle of an id."""


@dataclass(frozen=True)
class MethodBlock(Words):
    """One facade method of an operation."""

    name: Annotated[MethodName, Field(alias="")]
    """The key of the others."""
    set: dict[str, Any] = field(default_factory=dict[str, Any])
    returns: ResultClass | None = None
    collect: Flag = False
    doc: str | None = None
    handle: HandleBlock | None = None


@dataclass(frozen=True)
class OperationBlock(Words):
    """One operation's block; attributes are named as in the vocabulary."""

    resource: Annotated[str, _name(RESERVED_RESOURCES, public=True)]
    method: MethodName | None = None
    returns: ResultClass | None = None
    doc: str | None = None
    methods: Annotated[tuple[MethodBlock, ...], BeforeValidator(_named)] = ()
    """All of them; `method`, `returns` and `doc` are how the only one is written."""
    unwrap: OneOrMore = ()
    """Paths that are tried in turn."""
    pagination: Pagination | None = None
    wait: WaitBlock | None = None
    positional: Names = ()
    order: Names = ()
    rename: dict[str, Name] = field(default_factory=dict[str, str])
    flatten: Paths[str] = field(default_factory=dict[str, Names])
    omit: Names = ()
    types: dict[str, Annotated[Type, PlainValidator(read_type)]] = field(default_factory=dict[str, Type])
    json_strings: Names = ()
    files: str | None = None
    file_names: Texts = field(default_factory=dict[str, str])
    """Form fields that hold the name of a file, and the file: where the name isn't given, it is that of the file."""
    progress: Flag = False
    """The method takes `on_progress`, which is called as the body is sent."""
    same_as: Texts = field(default_factory=dict[str, str])
    """Properties of the body that get the value of another one."""
    keep_null: Flag = False
    body: Annotated[Name, BeforeValidator(_argument)] | None = None
    timeout: Literal["run"] | None = None
    idempotent: Flag = False
    result: Result | None = None
    """What differs from the document's block for the class of the result."""
    stream: Annotated[str, BeforeValidator(_semantics)] | None = None
    """"snapshot", "delta" or "records"; None where the answer is not streamed."""
    answer: Literal["file"] | None = None
    """"file" where the answer is a file, to be read piece by piece."""
    describe: Texts = field(default_factory=dict[str, str])
    source: str | None = None
    grade: Literal["live", "doc·P", "code", "assumed"] | None = None
    """How sure the operation is, where no official page describes it; see spec/README.md, "Where the statements come from"."""
    explain: Name | None = None
    conversation: str | None = None


@dataclass(frozen=True)
class ResourceBlock(Words):
    """What the overlay says of a resource."""

    doc: str | None = None
    mixin: Name | None = None


@dataclass(frozen=True)
class DocumentBlock(Words):
    """The document's own block."""

    resources: dict[str, ResourceBlock] = field(default_factory=dict[str, ResourceBlock])
    results: dict[WholeResult, Result] = field(default_factory=dict[WholeResult, ResultBlock])
    """Where answers have the parts of each result class."""


def result_class(block: OperationBlock) -> str | None:
    """The class of the results of an operation, whole or streamed; None where it gives none."""
    returned = [
        method.returns or ("RunResult" if method.collect or method.handle else None) for method in block.methods
    ]
    return next((STREAMS.get(name, name) for name in returned if name), None)
