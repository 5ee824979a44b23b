"""Arguments as the JSON Schema a model sees: closed objects, no defaults, null for what may be left out. Pure.

Strict modes of the providers want each object closed and no `default`, and make every property required; so an optional
argument also takes null, which means that it is not given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from .arguments import Argument

__all__ = ["MOST_CHOICES", "PAIR", "closed", "parameters_of"]

MOST_CHOICES = 250  # in one tool: of more in a strict schema one provider refuses 500, or their length

PAIR: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "The input's name."},
        "value": {"type": "string", "description": "Its value."},
    },
    "required": ["name", "value"],
    "additionalProperties": False,
}
_NULL = {"type": "null"}


def parameters_of(arguments: Sequence[Argument]) -> dict[str, Any]:
    """The schema of an object that has these arguments."""
    properties: dict[str, Any] = {}
    room = MOST_CHOICES
    for argument in arguments:
        listed = len(argument.choices) <= room
        room -= len(argument.choices) if listed else 0
        schema = _schema_of(argument, listed=listed)
        if not argument.required:
            schema = {"anyOf": [schema, _NULL]}
        properties[argument.key] = {**schema, "description": argument.description}
    return _object(properties, [argument.key for argument in arguments if argument.required])


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of an object as `parameters_of` would write it: closed, without defaults and titles, optionals nullable.

    References are replaced by what they name, since not all providers follow them; those of a schema that holds itself
    stay.
    """
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    plain = {key: value for key, value in schema.items() if key != "$defs"}
    made = cast("dict[str, Any]", _closed(_inlined(plain, definitions, ())))
    if "$ref" in str(made):
        made["$defs"] = {name: _closed(_inlined(one, definitions, (name,))) for name, one in definitions.items()}
    return made


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _schema_of(argument: Argument, *, listed: bool) -> dict[str, Any]:
    if argument.kind in ("pairs", "form"):
        return {"type": "array", "items": PAIR}
    if argument.kind == "choices":
        return {"type": "array", "items": {"type": "integer"}}
    # With too many choices it is text; a wrong one is still refused.
    enum = {"enum": [choice.text for choice in argument.choices]} if argument.choices and listed else {}
    return {"type": "string", **enum}


def _inlined(node: object, definitions: Mapping[str, Any], inside: tuple[str, ...]) -> object:
    if isinstance(node, list):
        return [_inlined(item, definitions, inside) for item in cast("list[object]", node)]
    if not isinstance(node, Mapping):
        return node
    schema = cast("Mapping[str, Any]", node)
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if name in definitions and name not in inside:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**cast("dict[str, Any]", _inlined(definitions[name], definitions, (*inside, name))), **beside}
    return {key: _inlined(value, definitions, inside) for key, value in schema.items()}


def _closed(node: object) -> object:
    if isinstance(node, list):
        return [_closed(item) for item in cast("list[object]", node)]
    if not isinstance(node, Mapping):
        return node
    schema = dict(cast("Mapping[str, Any]", node))
    schema.pop("default", None)
    if isinstance(schema.get("title"), str):
        del schema["title"]
    for word in ("properties", "$defs", "definitions"):
        if isinstance(schema.get(word), Mapping):
            schema[word] = {name: _closed(item) for name, item in schema[word].items()}
    for word in ("items", "anyOf", "oneOf", "allOf", "prefixItems", "not"):
        if word in schema:
            schema[word] = _closed(schema[word])
    if isinstance(schema.get("properties"), Mapping):
        required = schema.get("required", [])
        schema["properties"] = {
            name: item if name in required else _nullable(item) for name, item in schema["properties"].items()
        }
        schema["required"] = list(required)
        schema["additionalProperties"] = False
    elif isinstance(schema.get("additionalProperties"), Mapping):
        schema["additionalProperties"] = _closed(schema["additionalProperties"])
    return schema


def _nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    options = schema.get("anyOf")
    if schema.get("type") == "null" or (isinstance(options, list) and _NULL in options):
        return dict(schema)
    kept = {"description": schema["description"]} if "description" in schema else {}
    inner = {key: value for key, value in schema.items() if key != "description"}
    if isinstance(options, list) and set(inner) == {"anyOf"}:
        return {"anyOf": [*options, _NULL], **kept}
    return {"anyOf": [inner, _NULL], **kept}
