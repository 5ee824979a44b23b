"""What the raw package's endpoint template prints: the request builder's parameters and parts, and the responses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from generator.document.source_text import literal, sections
from generator.model.api import Answer, Body, Operation, Parameter
from generator.model.printers import FIELD, annotation, decoder, segment
from generator.model.types import Enum, ListOf, ModelRef, Type, named_in

__all__ = ["EndpointView"]

_SENT = {
    "json": ("json", "to_json(body)"),
    "form": ("data", "form_values(body.to_dict())"),
    "multipart": ("files", "body.to_multipart()"),
    "text": ("content", "body.encode()"),
    "binary": ("content", "body.payload"),
}
"""Arguments of the HTTP client, and their values."""


@dataclass(frozen=True)
class EndpointView:
    """An operation as the template prints it; all that is text here is code."""

    operation: Operation

    @property
    def docstring(self) -> str:
        item = self.operation
        opening = f"The request {item.method.upper()} {item.url}, as arguments of httpx's request()."
        described = [f"{each.name}: {each.description}" for each in item.parameters if each.description]
        raises = ["TypeError, ValueError: a path parameter can't be a path segment."] if item.placed("path") else []
        return sections(opening, item.summary, item.description, entries=[("Args", described), ("Raises", raises)])

    @property
    def imports(self) -> list[tuple[str, str]]:
        """Module and class of what the types name."""
        types = [each.type for each in self.operation.parameters]
        types += [each.type for each in self.operation.bodies] + [each.type for each in self._answers]
        return sorted({(named.module, named.name) for each in types for named in named_in(each)})

    @property
    def path(self) -> list[str]:
        """Parameters in the path, as in a signature."""
        return [_declared(each) for each in self.operation.placed("path")]

    @property
    def signature(self) -> list[str]:
        """All other parameters, which are keyword-only."""
        types = self.body_types
        unset = "" if self.operation.body_required else " | Unset = UNSET"
        body = [f"body: {' | '.join(types)}{unset}"] if types else []
        return body + [_declared(each) for each in self.operation.parameters if each.place != "path"]

    @property
    def arguments(self) -> list[str]:
        """Names of all parameters, to be handed on."""
        others = [each.name for each in self.operation.parameters if each.place != "path"]
        return [each.name for each in self.operation.placed("path")] + ["body"] * bool(self.body_types) + others

    @property
    def segments(self) -> list[tuple[str, str]]:
        """Parameters in the path, and what stands there."""
        return [
            (each.name, segment(each.type, each.name, literal(each.wire))) for each in self.operation.placed("path")
        ]

    def named(self, place: str) -> list[tuple[str, str]]:
        """Wire name and value of the parameters of a place that are one value each."""
        return [(literal(each.wire), _value(each)) for each in self.operation.placed(place) if not _spread(each)]

    @property
    def spread(self) -> list[str]:
        """Objects in the query: each of their keys is a query parameter."""
        return [code for each in self.operation.placed("query") if (code := _spread(each))]

    @property
    def body_types(self) -> list[str]:
        return [annotation(body.type, FIELD) for body in self.operation.bodies]

    @property
    def bodies(self) -> list[tuple[str, str, str, str]]:
        """Type for isinstance, argument of the HTTP client, its value, and Content-Type; none for multipart, whose boundary is random."""
        sent = [(_instance(body), *_SENT[body.kind]) for body in self.operation.bodies]
        types = ["" if body.kind == "multipart" else literal(body.media_type) for body in self.operation.bodies]
        return [(*each, content_type) for each, content_type in zip(sent, types, strict=True)]

    @property
    def _answers(self) -> list[Answer]:
        """Those of a call that went well, for an error is raised; the default is one of them where no other is documented."""
        return self.operation.good_answers or [each for each in self.operation.answers if each.range is None]

    @property
    def return_type(self) -> str:
        kinds: list[Type] = [ListOf(each.type) if each.kind == "records" else each.type for each in self._answers]
        found = sorted({annotation(kind, FIELD) for kind in kinds}) or ["Any"]
        return "Any" if found == ["Any"] else f"{' | '.join(found)} | None"

    @property
    def has_records(self) -> bool:
        return any(answer.kind == "records" for answer in self._answers)

    @property
    def cases(self) -> Iterator[tuple[str, str]]:
        """Condition, and what `parsed` becomes. Single statuses come first, then ranges; neighbours with the same body share a case."""
        answers = [answer for answer in self._answers if answer.range]
        for value, group in itertools.groupby(answers, _read):
            ranges = [codes for answer in group if (codes := answer.range)]
            single = [str(low) for low, high in ranges if low == high]
            if single:
                test = f"== {single[0]}" if len(single) == 1 else f"in ({', '.join(single)})"
                yield f"response.status_code {test}", value
            yield from ((f"{low} <= response.status_code <= {high}", value) for low, high in ranges if low != high)

    @property
    def default(self) -> str | None:
        """What `parsed` becomes at any other status."""
        return next((_read(answer) for answer in self._answers if answer.range is None), None)


def _declared(parameter: Parameter) -> str:
    unset = "" if parameter.required and parameter.option is None else " | Unset = UNSET"
    return f"{parameter.name}: {annotation(parameter.type, FIELD)}{unset}"


def _value(parameter: Parameter) -> str:
    if parameter.separator is None:
        return parameter.name
    return f'in_one_piece("{literal(parameter.wire)}", {parameter.name}, "{parameter.separator}")'


def _spread(parameter: Parameter) -> str:
    """Code of an object whose keys are parameters; "" for one value."""
    if parameter.separator == "[]":
        return f'in_brackets("{literal(parameter.wire)}", {parameter.name})'
    is_model = parameter.place == "query" and isinstance(parameter.type, ModelRef)
    return parameter.name if is_model and parameter.separator is None else ""


def _instance(body: Body) -> str:
    # `list[str]` can't be asked for with isinstance; `list` can.
    match body.type:
        case ListOf():
            return "list"
        case Enum(base=base):
            return base
        case other:
            return annotation(other, FIELD)


def _read(answer: Answer) -> str:
    """What `parsed` becomes."""
    reader = decoder(answer.type)
    more = f", {reader}" if reader else ""
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
