"""What the raw package's endpoint template prints: the request builder's parameters and parts, and the responses."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from generator.document.source_text import literal, sections
from generator.model.api import Answer, Body, Operation, Parameter
from generator.model.printers import FIELD, printer
from generator.model.types import Enum, ListOf, ModelRef, named_in

__all__ = ["BodyCase", "EndpointView", "ParameterView", "ResponseCase", "endpoint"]

_KEYWORDS = {"json": "json", "form": "data", "multipart": "files", "text": "content", "binary": "content"}
_VALUES = {
    "json": "to_json(body)",
    "form": "form_values(body.to_dict())",
    "multipart": "body.to_multipart()",
    "text": "body.encode()",
    "binary": "body.payload",
}


@dataclass(frozen=True)
class ParameterView:
    """A parameter of the request builder."""

    name: str
    wire: str
    declaration: str
    """As in a signature: name, type, and UNSET if it may be left out."""
    segment: str
    """Code of what stands in the path."""
    is_object: bool
    """An object in the query: each of its keys is a query parameter of its own."""


@dataclass(frozen=True)
class BodyCase:
    """One media type of the body."""

    instance_type: str
    """For isinstance."""
    keyword: str
    """Argument of the HTTP client: json, data, files or content."""
    value: str
    """Code of that argument."""
    content_type: str | None
    """Header to set; None for multipart, whose boundary the HTTP client must choose at random."""


@dataclass(frozen=True)
class ResponseCase:
    """Documented statuses with the same kind of body."""

    condition: str
    """Code."""
    value: str
    """Code of what `parsed` becomes."""


@dataclass(frozen=True)
class EndpointView:
    """An operation as the template prints it."""

    method: str
    url: str
    docstring: str
    path: list[ParameterView]
    query: list[ParameterView]
    header: list[ParameterView]
    cookie: list[ParameterView]
    body: str | None
    """The parameter's declaration."""
    bodies: list[BodyCase]
    body_required: bool
    body_types: str
    """Names of the accepted types, for an error text."""
    imports: list[tuple[str, str]]
    """Module and class of what the types name."""
    return_type: str
    cases: list[ResponseCase]
    default: str | None
    """Code of what `parsed` becomes at any other status."""
    client: str
    has_records: bool

    @property
    def may_be_file(self) -> bool:
        """Whether the body may be a file, which an async client must be handed in pieces."""
        return any(case.instance_type == "File" for case in self.bodies)

    @property
    def signature(self) -> list[str]:
        """All but the path parameters, in order; they are keyword-only."""
        body = [] if self.body is None else [self.body]
        return body + [p.declaration for p in (*self.query, *self.header, *self.cookie)]

    @property
    def arguments(self) -> list[str]:
        """Names of all parameters, to be handed on."""
        body = [] if self.body is None else ["body"]
        return [p.name for p in self.path] + body + [p.name for p in (*self.query, *self.header, *self.cookie)]


def endpoint(item: Operation) -> EndpointView:
    """The module for one operation."""
    types = [printer(body.type).annotation(FIELD) for body in item.bodies]
    default = next((answer for answer in item.answers if answer.range is None), None)
    parsed = [ListOf(each.type) if each.kind == "records" else each.type for each in item.answers]
    answers = sorted({printer(kind).annotation(FIELD) for kind in parsed}) or ["Any"]
    return EndpointView(
        method=item.method,
        url=literal(item.url),
        docstring=_docstring(item),
        path=[_parameter(p) for p in item.placed("path")],
        query=[_parameter(p) for p in item.placed("query")],
        header=[_parameter(p) for p in item.placed("header")],
        cookie=[_parameter(p) for p in item.placed("cookie")],
        body=None if not types else f"body: {' | '.join(types)}" + ("" if item.body_required else " | Unset = UNSET"),
        bodies=[_body(body) for body in item.bodies],
        body_required=item.body_required,
        body_types=" or ".join(types),
        imports=_imports(item),
        return_type="Any" if answers == ["Any"] else f"{' | '.join(answers)} | None",
        cases=_cases([answer for answer in item.answers if answer is not default]),
        default=None if default is None else _read(default),
        client="AuthenticatedClient" if item.secured else "AuthenticatedClient | Client",
        has_records=any(answer.kind == "records" for answer in item.answers),
    )


def _parameter(parameter: Parameter) -> ParameterView:
    wire = literal(parameter.wire)
    code = printer(parameter.type)
    return ParameterView(
        name=parameter.name,
        wire=wire,
        declaration=f"{parameter.name}: {code.annotation(FIELD)}" + ("" if parameter.required else " | Unset = UNSET"),
        segment=code.segment(parameter.name, wire),
        is_object=isinstance(parameter.type, ModelRef),
    )


def _body(body: Body) -> BodyCase:
    # `list[str]` is no type for isinstance; `list` is.
    match body.type:
        case ListOf():
            instance = "list"
        case Enum(base=base):
            instance = base
        case other:
            instance = printer(other).annotation(FIELD)
    return BodyCase(
        instance_type=instance,
        keyword=_KEYWORDS[body.kind],
        value=_VALUES[body.kind],
        content_type=None if body.kind == "multipart" else literal(body.media_type),
    )


def _imports(item: Operation) -> list[tuple[str, str]]:
    types = [each.type for each in item.parameters]
    types += [each.type for each in item.bodies] + [each.type for each in item.answers]
    return sorted({(named.module, named.name) for each in types for named in named_in(each)})


def _cases(answers: list[Answer]) -> list[ResponseCase]:
    """Single statuses come first in the list, then ranges; neighbours with the same body share a case."""
    cases: list[ResponseCase] = []
    for value, group in itertools.groupby(answers, _read):
        ranges = [codes for answer in group if (codes := answer.range)]
        single = [str(low) for low, high in ranges if low == high]
        if single:
            test = f"== {single[0]}" if len(single) == 1 else f"in ({', '.join(single)})"
            cases.append(ResponseCase(f"response.status_code {test}", value))
        cases += [
            ResponseCase(f"{low} <= response.status_code <= {high}", value) for low, high in ranges if low != high
        ]
    return cases


def _read(answer: Answer) -> str:
    """Code of what `parsed` becomes."""
    decoder = printer(answer.type).decoder
    more = f", {decoder}" if decoder else ""
    match answer.kind:
        case "json":
            return f"read_json(response.content{more})"
        case "records":
            return f"read_records(response.content{more})"
        case "bytes":
            return "File(payload=response.content)"
        case "text":
            return "response.text"
        case "nothing":
            return "None"


def _docstring(item: Operation) -> str:
    opening = f"The request {item.method.upper()} {item.url}, as arguments of httpx's request()."
    told = [f"{each.name}: {each.description}" for each in item.parameters if each.description]
    raises = ["TypeError, ValueError: a path parameter can't be a path segment."] if item.placed("path") else []
    return sections(opening, item.summary, item.description, entries=[("Args", told), ("Raises", raises)])
