"""What the document says of a value beyond its type, as a sentence for a docstring: range, length, known values, default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath
from generator.document.schemas import parameters, properties, request_bodies, resolved
from generator.model.constraints import TYPE_FORMATS, Bounds, bounds_of, merged

__all__ = ["Words", "is_deprecated", "statuses_of", "words_of"]


@dataclass(frozen=True)
class Words:
    """What the document says of a parameter or a property.

    Attributes:
        text: Its description; "" if there is none. The parser passes over one that stands beside a `$ref`.
        limits: Range, length, known values, default, as sentences; "" if there are none.
        bounds: The same for comparing.
        read_only: Whether it stands in answers alone.
    """

    text: str
    limits: str
    bounds: Bounds = field(default_factory=dict[str, Any])
    read_only: bool = False


def words_of(data: dict[str, Any], path: JsonPath) -> dict[str, Words]:
    """Words by wire name, for the parameters and the body of an operation; objects one level deep."""
    item = data["paths"][path[1]]
    operation = item[path[2]]
    found: dict[str, Words] = {}
    for schema in request_bodies(data, operation):
        body = properties(data, schema)
        for inner in body.values():
            found |= {name: _words(data, value, value) for name, value in properties(data, inner).items()}
        found |= {name: _words(data, value, value) for name, value in body.items()}
    for parameter in parameters(data, item, operation):
        schema = {**_schema(data, parameter), **_own(parameter)}
        found[str(parameter.get("name"))] = _words(data, parameter, schema)
    return found


def _words(data: dict[str, Any], holder: Any, schema: Any) -> Words:
    text = holder.get("description") if is_object(holder) else None
    node = merged(data, schema)
    return Words(
        text if isinstance(text, str) else "",
        " ".join(_parts(node)),
        bounds_of(data, schema),
        node.get("readOnly") is True,
    )


def statuses_of(data: dict[str, Any], path: JsonPath) -> dict[str, str]:
    """What the document says of each status that is an error, by status as it is written there."""
    responses: dict[str, Any] = data["paths"][path[1]][path[2]].get("responses") or {}
    described = {status: resolved(data, response).get("description") for status, response in responses.items()}
    return {
        status: str(text or "")
        for status, text in sorted(described.items())
        if not status.startswith(("1", "2", "3", "d"))
    }


def is_deprecated(data: dict[str, Any], path: JsonPath) -> bool:
    """Whether the document says that the operation should no longer be used."""
    return data["paths"][path[1]][path[2]].get("deprecated") is True


def _schema(data: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    return resolved(data, parameter.get("schema"))


def _own(parameter: dict[str, Any]) -> dict[str, Any]:
    return {"deprecated": True} if parameter.get("deprecated") is True else {}


def _parts(node: dict[str, Any]) -> Iterator[str]:
    if node.get("deprecated") is True:
        yield "Deprecated."
    listed, seen = node.get("enum"), node.get("x-known-values")
    if is_array(listed):
        yield f"One of: {', '.join(str(value) for value in listed if value is not None)}."
    elif is_array(seen):
        yield f"Seen: {', '.join(map(str, seen))}."
    yield from _range(node.get("minimum"), node.get("maximum"), "")
    yield from _exclusive(node)
    yield from _range(node.get("minLength"), node.get("maxLength"), " characters")
    yield from _range(node.get("minItems"), node.get("maxItems"), " items")
    if isinstance(form := node.get("format"), str) and form not in TYPE_FORMATS:
        yield f"In the form {form}."
    if node.get("format") == "date-time":
        yield "With a time zone."
    if isinstance(pattern := node.get("pattern"), str):
        yield f"Of the pattern {pattern}."
    if node.get("default") is not None:
        yield f"The service takes {_json(node['default'])} where it isn't set."


def _range(low: object, high: object, unit: str) -> Iterator[str]:
    if low is not None and high is not None:
        yield f"{low} to {high}{unit}."
    elif low is not None:
        yield f"{low}{unit} or more."
    elif high is not None:
        yield f"At most {high}{unit}."


def _exclusive(node: dict[str, Any]) -> Iterator[str]:
    if node.get("exclusiveMinimum") is not None:
        yield f"More than {node['exclusiveMinimum']}."
    if node.get("exclusiveMaximum") is not None:
        yield f"Less than {node['exclusiveMaximum']}."


def _json(value: object) -> str:
    """A default as a Python program writes it."""
    return value if isinstance(value, str) else repr(value)
