"""What the raw package's endpoint template prints: the request builder's parameters and parts, and the responses."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import LiteralEnumProperty, Property
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.responses import Response
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import in_double_quote_literal

from generator.model.media_types import sent_as
from generator.raw.decoders import reader
from generator.raw.models import annotation, docstring

__all__ = ["BodyCase", "EndpointView", "Parameter", "ResponseCase", "endpoint"]


@dataclass(frozen=True)
class Parameter:
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
    path: list[Parameter]
    query: list[Parameter]
    header: list[Parameter]
    cookie: list[Parameter]
    body: str | None
    """The parameter's declaration."""
    bodies: list[BodyCase]
    body_required: bool
    body_types: str
    """Names of the accepted types, for an error text."""
    imports: list[str]
    return_type: str
    cases: list[ResponseCase]
    default: str | None
    """Code of what `parsed` becomes at any other status."""
    client: str

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


def endpoint(item: Endpoint) -> EndpointView:
    """The module for one operation."""
    required = bool(item.bodies) and all(body.prop.required for body in item.bodies)
    types = [body.prop.get_type_string(no_optional=True).as_unembedded_code() for body in item.bodies]
    default = item.responses.default
    return_type = item.response_type().as_unembedded_code()
    return EndpointView(
        method=item.method,
        url=in_double_quote_literal(item.path),
        docstring=_docstring(item),
        path=[_parameter(p) for p in item.path_parameters],
        query=[_parameter(p) for p in item.query_parameters],
        header=[_parameter(p) for p in item.header_parameters],
        cookie=[_parameter(p) for p in item.cookie_parameters],
        body=None if not types else f"body: {' | '.join(types)}" + ("" if required else " | Unset = UNSET"),
        bodies=[_body(body) for body in item.bodies],
        body_required=required,
        body_types=" or ".join(types),
        imports=sorted(line for line in item.relative_imports if " import check_" not in line),
        return_type=return_type if return_type == "Any" else f"{return_type} | None",
        cases=_cases(item.responses.patterns),
        default=None if default is None else _read(default),
        client="AuthenticatedClient" if item.requires_security else "AuthenticatedClient | Client",
    )


def _parameter(prop: Property) -> Parameter:
    return Parameter(
        name=prop.python_name,
        wire=in_double_quote_literal(prop.name),
        declaration=f"{prop.python_name}: {annotation(prop)}" + ("" if prop.required else " = UNSET"),
        segment=_segment(prop),
        is_object=prop.json_is_dict,
    )


def _segment(prop: Property) -> str:
    name, wire = prop.python_name, in_double_quote_literal(prop.name)
    match prop:
        case IntProperty():
            return f'path_segment({name}, "{wire}", int)'
        case LiteralEnumProperty() if prop.value_type is int:
            return f'path_segment({name}, "{wire}", int)'
        case StringProperty() | LiteralEnumProperty():
            return f'path_segment({name}, "{wire}")'
        case _:
            return f'path_segment(as_text({name}), "{wire}")'


def _body(body: Body) -> BodyCase:
    content_type = sent_as(body.content_type.get_untrusted_value())
    value = {
        BodyType.JSON: "to_json(body)",
        BodyType.DATA: "form_values(body.to_dict())",
        BodyType.FILES: "body.to_multipart()",
        BodyType.CONTENT: "body.payload" if isinstance(body.prop, FileProperty) else "body.encode()",
    }[body.body_type]
    return BodyCase(
        # `list[str]` is no type for isinstance; `list` is.
        instance_type=body.prop.get_instance_type_string().as_unembedded_code().partition("[")[0],
        keyword=body.body_type.value,
        value=value,
        content_type=None
        if body.body_type is BodyType.FILES
        else in_double_quote_literal(UntrustedString(content_type)),
    )


def _cases(responses: list[Response]) -> list[ResponseCase]:
    """Single statuses come first in the list, then ranges; neighbours with the same body share a case."""
    cases: list[ResponseCase] = []
    for value, group in itertools.groupby(responses, _read):
        ranges = [codes for response in group if (codes := response.status_code.range)]
        single = [str(low) for low, high in ranges if low == high]
        if single:
            test = f"== {single[0]}" if len(single) == 1 else f"in ({', '.join(single)})"
            cases.append(ResponseCase(f"response.status_code {test}", value))
        cases += [
            ResponseCase(f"{low} <= response.status_code <= {high}", value) for low, high in ranges if low != high
        ]
    return cases


def _read(response: Response) -> str:
    """Code of what `parsed` becomes."""
    read = reader(response.prop)
    match response.source["attribute"]:
        case "response.json()":
            return f"read_json(response.content, {read})" if read else "read_json(response.content)"
        case "response.content":
            return "File(payload=response.content)"
        case other:
            return other


def _docstring(item: Endpoint) -> str:
    summary, description = item.summary.get_untrusted_value(), item.description.get_untrusted_value()
    opening = f"The request {item.method.upper()} {item.path.get_untrusted_value()}, as arguments of httpx's request()."
    parameters = [prop for _, prop in item.iter_all_parameters()]
    entries = [
        f"{prop.python_name}: {prop.description.get_untrusted_value()}" for prop in parameters if prop.description
    ]
    raises = ["TypeError, ValueError: a path parameter can't be a path segment."] if item.path_parameters else []
    return docstring(opening, summary, description, sections=[("Args", entries), ("Raises", raises)])
