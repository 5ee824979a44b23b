"""A copy of the document that openapi-python-client can read.

It takes a schema that is true or false for a broken document, a file that is known by its media type for text, and a constant text for a
type without other values (tests/generator/test_mutations.py). Of bodies it knows JSON and forms alone, and refuses the rest: what is
text or a file has no type that it must work out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from generator.document.json_types import is_array, is_object, object_at
from generator.document.media_types import answer_of, bodies_of
from generator.document.problems import Problem
from generator.document.schemas import alternatives, operations, resolved, types_of, walk

__all__ = ["open_lists", "readable"]

_TYPES: dict[type[object], str] = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}

_HOLDERS = frozenset(
    {"$defs", "allOf", "anyOf", "items", "oneOf", "patternProperties", "prefixItems", "properties", "schema", "schemas"}
)
"""Keys of schemas, or of objects or lists of them."""

_FILE = re.compile(r"application/(octet-stream|pdf|zip)|(image|audio|video)/.+")


def readable(data: dict[str, Any]) -> dict[str, Any]:
    """The copy. `data` stays as it is."""
    changed = copy.deepcopy(data)
    for _, operation in operations(changed):
        _reduce_body(data, operation)
        _reduce_answers(data, operation)
    for path, node in walk(changed):
        _list_values(node)
        _spell_out(node)
        if "array" in types_of(node) and "items" not in node and "prefixItems" not in node:
            node["items"] = {}
        if _FILE.fullmatch(str(node.get("contentMediaType"))) and "contentEncoding" not in node:
            node.setdefault("format", "binary")
        if isinstance(node.get("const"), str):
            # A list of one is open, as all lists are; a constant would refuse the value that the service adds tomorrow.
            node.setdefault("type", "string")
            node["enum"] = [node.pop("const")]
        elif isinstance(node.get("const"), float):
            del node["const"]  # no type of Python's has one such number alone
            node.setdefault("type", "number")
        elif path[-1:] != ("properties",) and (is_object(node.get("const")) or is_array(node.get("const"))):
            del node["const"]
        _open_mixed(node)
        _join_scalars(data, node)
    return changed


def _open_mixed(node: dict[str, Any]) -> None:
    """Let values of which the parser makes no enum be of their types: it knows lists of text and of whole numbers, null aside."""
    values = node.get("enum")
    types = sorted({_type(value) for value in values}) if is_array(values) else []
    if not types or {*types} - {"null"} in ({"string"}, {"integer"}):
        return
    del node["enum"]
    if "type" not in node and "" not in types:
        node["type"] = types


def _type(value: object) -> str:
    return _TYPES.get(type(value), "")


def _join_scalars(data: dict[str, Any], node: dict[str, Any]) -> None:
    """Make one schema of an `allOf` whose parts describe one text or number; of several, the parser merges objects alone."""
    parts = node.get("allOf")
    found = [resolved(data, part) for part in parts] if is_array(parts) and len(parts) > 1 else []
    types = {kind for part in found for kind in types_of(part)}
    if (
        types
        and types <= {"string", "integer", "number", "boolean"}
        and not any("properties" in part for part in found)
    ):
        del node["allOf"]
        for part in found:
            node.update(copy.deepcopy(part))


def open_lists(data: dict[str, Any]) -> Iterator[Problem]:
    """Let lists that hold themselves, as that of any JSON value does, hold anything: the parser has no type for them. Changes the document.

    Returns:
        A warning for each schema, with its path.
    """
    for name, schema in object_at(data, "components", "schemas").items():
        found = list(_holding(data, schema, f"#/components/schemas/{name}", frozenset()))
        for holder, key in found:
            holder[key] = {}
        if found:
            message = f"warning: schema {name} holds itself with no property in between, so that what is in it may be any JSON"
            yield Problem(message, path=("components", "schemas", name))


def _holding(data: dict[str, Any], schema: Any, name: str, seen: frozenset[str]) -> Iterator[tuple[Any, str | int]]:
    """Schemas, and lists of them, in a schema, but in no property of it, and where they hold the one of this name."""
    if not is_object(schema):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from _holding(data, resolved(data, schema), name, seen | {reference})
    for part in alternatives(schema):
        yield from _holding(data, part, name, seen | {"alternative"})
    held: list[tuple[Any, str | int]] = [(schema, "items")]
    # An object of itself has a class, unless it is written in another schema.
    if seen or is_array(schema.get("type")):
        held.append((schema, "additionalProperties"))
    tuples = schema.get("prefixItems")
    held += [(tuples, index) for index in range(len(tuples))] if is_array(tuples) else []
    for holder, place in held:
        inner = holder[place] if isinstance(place, int) else holder.get(place)
        if is_object(inner) and inner.get("$ref") == name:
            yield holder, place
        else:
            yield from _holding(data, inner, name, seen | {str(place)})


def _reduce_body(data: dict[str, Any], operation: dict[str, Any]) -> None:
    body = resolved(data, operation.pop("requestBody", None))
    content: dict[str, Any] = {}
    for media, kind, holder in bodies_of(data, body):
        if kind in ("json", "form", "multipart"):
            name = media if "*" not in media else "application/json"
            content[name] = {"schema": {} if kind == "json" else {"type": "object"}, **copy.deepcopy(holder)}
    if content:
        operation["requestBody"] = {**{k: v for k, v in body.items() if k != "content"}, "content": content}


def _reduce_answers(data: dict[str, Any], operation: dict[str, Any]) -> None:
    responses = object_at(operation, "responses")
    for status, response in responses.items():
        answer = resolved(data, response)
        kind, schema = answer_of(answer)
        content = {"application/json": {"schema": copy.deepcopy(schema)}} if kind in ("json", "records") else {}
        responses[status] = {"description": str(answer.get("description") or ""), "content": content}


def _list_values(node: dict[str, Any]) -> None:
    """Write values that are known as a list of values; that others may come, too, is said by constraints.py."""
    known = node.get("x-known-values", node.get("x-extensible-enum"))
    if not is_array(known) or "$ref" in node:
        return
    parts = [node, *(part for key in ("anyOf", "oneOf") for part in node.get(key) or () if is_object(part))]
    for part in parts:
        if part.get("type") == "string" and "enum" not in part and "format" not in part:
            part["enum"] = list(known)
            return


def _spell_out(node: dict[str, Any]) -> None:
    """Schemas that are true or false."""
    for key in _HOLDERS & node.keys():
        match node[key]:
            case bool():
                node[key] = _spelt(node[key])
            case dict() if key not in ("items", "schema"):
                node[key] = {name: _spelt(schema) for name, schema in node[key].items()}
            case list():
                node[key] = [_spelt(schema) for schema in node[key]]
            case _:
                pass


def _spelt(schema: Any) -> Any:
    return ({} if schema else {"not": {}}) if isinstance(schema, bool) else schema
