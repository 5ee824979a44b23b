"""What a document says of the API, as one tree of frozen records: operations with their parameters, bodies and answers, and models.

It is built once, by `raw.parse`, from the merged document and openapi-python-client's parse of it. All that comes after asks this tree
alone: the raw package and the facade are printed from it, and `diff` compares two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from generator.document.problems import JsonPath
from generator.model.blocks import OperationBlock, ResourceBlock, ResultBlock
from generator.model.types import Enum, ListOf, ModelRef, Type, items_in, models_in, options

__all__ = ["Answer", "Api", "Body", "Constraints", "Field", "Model", "Operation", "Parameter"]

Constraints: TypeAlias = Mapping[str, Any]
"""What a schema asks of a value beyond its type, by keyword of JSON Schema; see constraints.py."""


@dataclass(frozen=True)
class Field:
    """A property of a model."""

    wire: str
    """Its name in the document."""
    name: str
    """Its name in the raw package."""
    type: Type
    required: bool
    description: str = ""
    constraints: Constraints = field(default_factory=dict[str, Any], compare=False)
    hidden: bool = False
    """In no repr: it may hold a secret or what a person wrote."""
    tells: tuple[str | int, ...] = ()
    """The values that tell an object of this model from one of another."""

    @property
    def read_only(self) -> bool:
        """Whether it stands in answers alone."""
        return self.constraints.get("readOnly") is True


IDENTITY_HEADERS = {
    "api-key": "api_key",
    "own-user-id": "user_id",
    "user-email": "user_email",
    "agent-email": "agent_email",
}
"""Set by the transport for every request, so they are not arguments; and the options of the client that set them.
In lower case: the case of a header says nothing."""


@dataclass(frozen=True)
class Parameter(Field):
    """A parameter of an operation."""

    place: Literal["path", "query", "header", "cookie"] = "query"
    separator: str | None = field(default=None, compare=False)
    """Between its parts where they are one text in the query; "[]" for an object with its keys in brackets; None where each part is a
    parameter.
    """

    @property
    def option(self) -> str | None:
        """The client's option that sets it; None where a caller gives it."""
        return IDENTITY_HEADERS.get(self.wire.lower()) if self.place == "header" else None


@dataclass(frozen=True)
class Model:
    """An object with its own class."""

    ref: ModelRef
    title: str
    description: str
    fields: tuple[Field, ...]
    """In the document's order."""
    additional: Type | None
    """Type of the fields that aren't declared; None if the schema forbids them, which a server need not obey."""
    multipart: bool

    @property
    def held(self) -> list[Type]:
        """The types of all that it holds."""
        return [field.type for field in self.fields] + ([] if self.additional is None else [self.additional])

    @property
    def required_first(self) -> list[Field]:
        """Fields in the order that a class needs: those without a default come first."""
        return sorted(self.fields, key=lambda each: not each.required)


@dataclass(frozen=True)
class Body:
    """One media type of a request body."""

    media_type: str
    """As in the Content-Type header."""
    kind: Literal["json", "form", "multipart", "text", "binary"]
    type: Type


@dataclass(frozen=True)
class Answer:
    """What the operation answers with one status, or a range of them."""

    status: str
    """As in the document: "200", "4XX", "default"."""
    kind: Literal["json", "records", "text", "bytes", "nothing"]
    type: Type
    """Of the body; of one record, where the answer is records alone."""
    description: str = ""
    record: Type | None = None
    """Of one record, where the answer is also documented as a stream of them."""
    html: bool = False
    """Whether it may be an HTML page."""

    @property
    def range(self) -> tuple[int, int] | None:
        """The first and the last status; None for the default."""
        if self.status == "default":
            return None
        return int(self.status.replace("X", "0")), int(self.status.replace("X", "9"))

    @property
    def is_good(self) -> bool:
        """Whether the status says that all went well."""
        return self.status.startswith("2")


def _types(answers: Iterable[Answer]) -> list[Type]:
    return [kind for each in answers for kind in (each.type, each.record) if kind is not None]


@dataclass(frozen=True)
class Operation:
    """One HTTP method of one path."""

    id: str
    module: str
    """Of the request builder: `<tag>/<module>` in the raw package."""
    tag: str
    path: JsonPath
    """In the document."""
    method: str
    url: str
    """With the builder's names of the path parameters in braces."""
    summary: str
    description: str
    sunset: str | None
    """When it goes, "" where the document doesn't say; None where it is not deprecated."""
    parameters: tuple[Parameter, ...]
    """By place: path (in the path's order), query, header, cookie."""
    bodies: tuple[Body, ...]
    """The one that the facade sends comes first."""
    body_required: bool
    answers: tuple[Answer, ...]
    """Single statuses by number, then ranges, then the default."""
    block: OperationBlock | None = None
    """How the overlay offers it; None if the document was read without one."""

    def placed(self, place: str) -> list[Parameter]:
        """The parameters of one place."""
        return [parameter for parameter in self.parameters if parameter.place == place]

    @property
    def good_answers(self) -> list[Answer]:
        """The answers of a call that went well."""
        return [answer for answer in self.answers if answer.is_good]

    @property
    def good_types(self) -> list[Type]:
        """What the body of such an answer may be, and a record of one that is streamed."""
        return _types(answer for answer in self.good_answers if answer.kind != "nothing")

    @property
    def answered_types(self) -> list[Type]:
        """What the body of any answer may be, and a record of one that is streamed."""
        return _types(self.answers)

    @property
    def errors(self) -> dict[str, str]:
        """What the document says of each status that is an error."""
        return {
            answer.status: answer.description
            for answer in sorted(self.answers, key=lambda each: each.status)
            if answer.status.startswith(("4", "5"))
        }


@dataclass(frozen=True)
class Api:
    """All of it."""

    title: str
    version: str
    operations: tuple[Operation, ...]
    models: tuple[Model, ...]
    enums: tuple[Enum, ...]
    resources: Mapping[str, ResourceBlock] = field(default_factory=dict[str, ResourceBlock])
    """In the document's order of tags, then by name."""
    results: Mapping[str, ResultBlock] = field(default_factory=dict[str, ResultBlock])
    """Where answers have the parts of each result class."""

    @cached_property
    def by_name(self) -> dict[str, Model]:
        """Models by class name."""
        return {model.ref.name: model for model in self.models}

    @cached_property
    def answered(self) -> frozenset[str]:
        """Names of the models that an answer may hold."""
        return self.reachable(kind for operation in self.operations for kind in operation.answered_types)

    def reachable(self, roots: Iterable[Type]) -> frozenset[str]:
        """Names of the models in some types, those in their fields included."""
        found: set[str] = set()
        waiting = [model for root in roots for model in models_in(root)]
        while waiting:
            ref = waiting.pop()
            if ref.name not in found:
                found.add(ref.name)
                waiting += [inner for kind in self.model(ref).held for inner in models_in(kind)]
        return frozenset(found)

    def unwrapped(self, kind: Type, paths: Iterable[str]) -> Type | None:
        """What lies under the first of some paths that is documented; None where none is.

        Keys are joined by dots, with `[].` before them for each item of a list, and `[0].` for the first.
        """
        return next((found for path in paths if (found := self._under(kind, path)) is not None), None)

    def _under(self, kind: Type, path: str) -> Type | None:
        for prefix in ("[].", "[0]."):
            if path.startswith(prefix):
                items = items_in([kind])
                found = self._under(items[0], path.removeprefix(prefix)) if items else None
                return ListOf(found) if found is not None and prefix == "[]." else found
        for key in path.split("."):
            if key not in self.fields(kind):
                return None
            kind = self.fields(kind)[key].type
        return kind

    def model(self, ref: ModelRef) -> Model:
        """The model that a type names."""
        return self.by_name[ref.name]

    def fields(self, *kinds: Type) -> dict[str, Field]:
        """Fields of the models among some types, those of a union's options included, by wire name."""
        models = [each for kind in kinds for each in options(kind) if isinstance(each, ModelRef)]
        return {field.wire: field for ref in reversed(models) for field in self.model(ref).fields}
