"""`"required": true` inside a property, which pages of the vendor have and JSON Schema has not: there, `required` lists names.

The object around it may say otherwise, and stands for itself. So the flag is left out, and a warning says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath, Problem

__all__ = ["drop_required_flags"]

_SCHEMAS_BY_NAME = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_SCHEMA_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SCHEMAS = frozenset({
    *("additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"),
    *("unevaluatedItems", "unevaluatedProperties"),
})  # fmt: skip
_VALUES = frozenset({"example", "examples", "default"})


def drop_required_flags(data: dict[str, Any]) -> list[Problem]:
    """Take out every `required` of a schema that is true or false.

    Changes the document.

    Returns:
        A warning for each, with the path where it was.
    """
    found = list(_outside(data, ()))
    for schema, _ in found:
        del schema["required"]
    return [
        Problem(
            "warning: `required: true` inside a property is not JSON Schema and is left out; "
            "what an object must have is listed in its own `required`",
            path=(*path, "required"),
        )
        for _, path in found
    ]


def _outside(node: Any, path: JsonPath) -> Iterator[tuple[dict[str, Any], JsonPath]]:
    """Schemas with such a flag below what is not a schema itself: there, a parameter may have the flag."""
    if is_object(node):
        for key, value in node.items():
            if key == "schema":
                yield from _inside(value, (*path, key))
            elif (*path, key) == ("components", "schemas") and is_object(value):
                for name, schema in value.items():
                    yield from _inside(schema, (*path, key, name))
            elif key not in _VALUES:
                yield from _outside(value, (*path, key))
    elif is_array(node):
        for index, item in enumerate(node):
            yield from _outside(item, (*path, index))


def _inside(schema: Any, path: JsonPath) -> Iterator[tuple[dict[str, Any], JsonPath]]:
    if not is_object(schema):
        return
    if isinstance(schema.get("required"), bool):
        yield schema, path
    for key, value in schema.items():
        if key in _SCHEMAS:
            yield from _inside(value, (*path, key))
        elif key in _SCHEMAS_BY_NAME and is_object(value):
            for name, inner in value.items():
                yield from _inside(inner, (*path, key, name))
        elif key in _SCHEMA_LISTS and is_array(value):
            for index, inner in enumerate(value):
                yield from _inside(inner, (*path, key, index))
