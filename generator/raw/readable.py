"""A copy of the document that openapi-python-client can read.

It takes a schema that is true or false for a broken document, a file that is told by its media type for text, and a constant text for a
type without other values (tests/generator/test_mutations.py). Of bodies it knows JSON and forms alone, and refuses the rest: what is
text or a file has no type that it must work out.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.media_types import answer_of, bodies_of
from generator.document.schemas import objects, operations, resolved

__all__ = ["readable"]

_ANYTHING: dict[str, Any] = {}
_NOTHING: dict[str, Any] = {"not": {}}

_MAPS = ("properties", "patternProperties", "$defs", "schemas")
_ONE = ("items", "schema")
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")

_FILE = re.compile(r"application/(octet-stream|pdf|zip)|(image|audio|video)/.+")


def readable(data: dict[str, Any]) -> dict[str, Any]:
    """The copy. `data` stays as it is."""
    changed = copy.deepcopy(data)
    for _, operation in operations(changed):
        _reduce_body(data, operation)
        _reduce_answers(data, operation)
    for node in objects(changed):
        _spell_out(node)
        if _FILE.fullmatch(str(node.get("contentMediaType"))) and "contentEncoding" not in node:
            node.setdefault("format", "binary")
        if isinstance(node.get("const"), str):
            # A list of one is open, as all lists are; a constant would refuse the value that the service adds tomorrow.
            node.setdefault("type", "string")
            node["enum"] = [node.pop("const")]
    return changed


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
    responses = operation.get("responses")
    if not is_object(responses):
        return
    for status, response in responses.items():
        answer = resolved(data, response)
        kind, schema = answer_of(data, answer)
        content = {"application/json": {"schema": copy.deepcopy(schema)}} if kind in ("json", "records") else {}
        responses[status] = {"description": str(answer.get("description") or ""), "content": content}


def _spell_out(node: dict[str, Any]) -> None:
    """Schemas that are true or false."""
    for key in _MAPS:
        if is_object(inner := node.get(key)):
            node[key] = {name: _spelt(schema) for name, schema in inner.items()}
    for key in _ONE:
        if key in node:
            node[key] = _spelt(node[key])
    for key in _SEVERAL:
        if is_array(inner := node.get(key)):
            node[key] = [_spelt(schema) for schema in inner]


def _spelt(schema: Any) -> Any:
    return dict(_ANYTHING if schema else _NOTHING) if isinstance(schema, bool) else schema
