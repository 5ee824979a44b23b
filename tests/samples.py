"""Values that fit a schema of the document, for tests that must work with operations they don't know.

Deterministic: the same schema gives the same value. Every value is checked by whoever uses it; what this can't make (a text for a
`pattern`, say) comes out as a plain text, and the check says so.
"""

from __future__ import annotations

from typing import Any

__all__ = ["sample"]

_TEXTS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T10:20:30+00:00",
    "email": "kim@example.com",
    "uri": "https://example.com/",
    "uuid": "12345678-1234-5678-1234-567812345678",
}

_DEEPEST = 8
"""How many objects and lists may hold one another before what is optional is left out: a schema may hold itself."""

_ERRORS = {"error", "errors"}
"""Fields that would make an answer an error."""


def sample(document: dict[str, Any], schema: dict[str, Any] | bool, depth: int = 0) -> Any:
    """A value that fits `schema`, whose references point into `document`, with all fields it may have but errors.

    `depth` is how many objects and lists hold it.
    """
    if isinstance(schema, bool):
        return "anything"
    if "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        return sample(document, {**target, **{key: schema[key] for key in schema if key != "$ref"}}, depth=depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next((value for value in schema["enum"] if value is not None), None)
    if "allOf" in schema:
        return _joined(document, schema, depth)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return sample(document, _first(schema, several), depth=depth)
    match _type(schema):
        case "object":
            return _object(document, schema, depth)
        case "array":
            count = max(1, schema.get("minItems", 1))
            return [sample(document, schema.get("items", {}), depth=depth + 1)] * (count if depth < _DEEPEST else 0)
        case "integer":
            return int(schema.get("minimum", min(2, schema.get("maximum", 2))))
        case "number":
            return float(schema.get("minimum", min(1.5, schema.get("maximum", 1.5))))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _text(schema)


def _type(schema: dict[str, Any]) -> str:
    types = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    return types if isinstance(types, str) else next((name for name in types if name != "null"), "null")


def _text(schema: dict[str, Any]) -> str:
    known = [*schema.get("x-known-values", []), *schema.get("examples", [])]
    text = next((value for value in known if isinstance(value, str)), _TEXTS.get(schema.get("format", ""), "text"))
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _first(schema: dict[str, Any], several: str) -> dict[str, Any]:
    """The first alternative that is more than null, with the name that the discriminator has for it."""
    chosen = next((each for each in schema[several] if each.get("type") != "null"), schema[several][0])
    discriminator = schema.get("discriminator", {})
    name = next((name for name, ref in discriminator.get("mapping", {}).items() if ref == chosen.get("$ref")), None)
    if name is None:
        return chosen  # type: ignore[no-any-return]
    return {"allOf": [chosen, {"type": "object", "properties": {discriminator["propertyName"]: {"const": name}}}]}


def _joined(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    rest = {key: value for key, value in schema.items() if key != "allOf"}
    parts = [sample(document, part, depth=depth) for part in (*schema["allOf"], rest)]
    joined: dict[str, Any] = {}
    for part in parts:
        if not isinstance(part, dict):
            return parts[0]
        joined |= part
    return joined


def _object(document: dict[str, Any], schema: dict[str, Any], depth: int) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    wanted = [
        name for name in schema.get("properties", {}) if name in required or (depth < _DEEPEST and name not in _ERRORS)
    ]
    return {name: sample(document, schema["properties"][name], depth=depth + 1) for name in wanted}
