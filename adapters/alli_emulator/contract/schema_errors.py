"""JSON Schema, and what breaks it in our words: the validator's own quote the value, which may be a prompt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from jsonschema_rs import Draft202012Validator, ValidationError

from alli_emulator.contract.problems import Json, Place, Problem, SchemaCheck

__all__ = ["schema_check"]


def schema_check(schema: Json) -> SchemaCheck:
    """The check of a JSON Schema; its references are to places in itself."""
    validator = Draft202012Validator(dict(schema))

    def check(value: object, place: Place) -> list[Problem]:
        try:
            if validator.is_valid(value):
                return []
            errors = validator.iter_errors(value)
            found = [problem for error in errors for problem in _problems_of(error, place, schema)]
        except ValueError:
            # What JSON can't hold, or what nests deeper than the validator reads. Its message quotes the value.
            return [Problem(place, "json", "is not JSON, or nests too deeply to be checked")]
        return list(dict.fromkeys(found))

    return check


def _problems_of(error: ValidationError, prefix: Place, schema: Json) -> list[Problem]:
    rule = error.kind.name
    place = (*prefix, *error.instance_path)
    told: Mapping[str, Any] = error.kind.as_dict()
    if rule == "required":
        return [Problem((*place, told["property"]), rule, "is required")]
    if rule == "type":
        types = sorted(cast(Sequence[str], told["types"]), key=lambda name: name == "null")
        return [Problem(place, rule, f"must be {' or '.join(types)}")]
    if rule == "additionalProperties":
        message = f"is not known; known are {', '.join(_known_properties(error, schema))}"
        return [Problem((*place, name), rule, message) for name in cast(Sequence[str], told["unexpected"])]
    words = {
        "enum": "must be one of {options}",
        "const": "must be {expected}",
        "minLength": "must not be shorter than {limit} character(s)",
        "maxLength": "must not be longer than {limit} character(s)",
        "minimum": "must not be below {limit}",
        "maximum": "must not be above {limit}",
        "minItems": "must hold at least {limit} item(s)",
        "maxItems": "must hold at most {limit} item(s)",
        "anyOf": "matches none of the documented forms",
        "oneOf": "matches none, or more than one, of the documented forms",
    }
    options = ", ".join(str(one) for one in told.get("options", ()))
    shown = {**told, "options": options, "expected": json.dumps(told.get("expected_value"))}
    return [Problem(place, rule, words.get(rule, f"breaks the rule {rule}").format_map(shown))]


def _known_properties(error: ValidationError, schema: Json) -> list[str]:
    """The properties declared beside the rule that was broken."""
    node: Any = schema
    for step in error.schema_path[:-1]:
        node = node[step]
    return list(node.get("properties", {}))
