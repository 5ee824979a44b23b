"""What OpenAPI 3.1 can say of a schema and openapi-python-client doesn't understand, said in the words that it does.

It takes a schema that is true or false for a broken document, a file that is told by its media type for text, a constant text for a
type without other values, and of several models that an answer may be the first one, whatever the discriminator says
(tests/generator/test_mutations.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.schemas import followed, resolved

__all__ = ["DISCRIMINATOR", "translate"]

DISCRIMINATOR = "x-discriminator"
"""Put into a schema: by property, the values by which a discriminator tells its objects."""

_ANYTHING: dict[str, Any] = {}
_NOTHING: dict[str, Any] = {"not": {}}

_MAPS = ("properties", "patternProperties", "$defs", "schemas")
_ONE = ("items", "schema")
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_VALUES = ("const", "default", "enum", "example", "examples")

_FILE = re.compile(r"application/(octet-stream|pdf|zip)|(image|audio|video)/.+")


def translate(data: dict[str, Any]) -> None:
    """Change the document so that the parser reads of it what it says."""
    for node in _nodes(data):
        _spell_out(node)
        if _FILE.fullmatch(str(node.get("contentMediaType"))) and "contentEncoding" not in node:
            node.setdefault("format", "binary")
        if isinstance(node.get("const"), str):
            # A list of one is open, as all lists are; a constant would refuse the value that the service adds tomorrow.
            node.setdefault("type", "string")
            node["enum"] = [node.pop("const")]
    for node in list(_nodes(data)):
        _mark(data, node)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document but those in example values."""
    if is_object(node):
        yield node
        for key, value in node.items():
            if key not in _VALUES:
                yield from _nodes(value)
    elif is_array(node):
        for item in node:
            yield from _nodes(item)


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


def _mark(data: dict[str, Any], node: dict[str, Any]) -> None:
    """Note in each of several schemas by which values their discriminator tells it."""
    discriminator = node.get("discriminator")
    name = discriminator.get("propertyName") if is_object(discriminator) else None
    if not is_object(discriminator) or not isinstance(name, str):
        return
    mapping: Any = discriminator.get("mapping")
    listed: dict[str, Any] = mapping if is_object(mapping) else {}
    for key in ("anyOf", "oneOf"):
        parts = node.get(key)
        for part in parts if is_array(parts) else ():
            reference = part.get("$ref") if is_object(part) else None
            if not isinstance(reference, str):
                continue
            own = str(followed(reference)[-1])
            values = [value for value, target in listed.items() if target in (reference, own)]
            resolved(data, part).setdefault(DISCRIMINATOR, {})[name] = values or [own]
