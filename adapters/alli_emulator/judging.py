"""jsonschema, and what it finds in our words.

Loaded where something is wrong, and not before: it takes longer to load than the rest of the emulator to start, and
what is right passes the quick checks (`test_what_is_right_is_served_without_jsonschema`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from alli_emulator.problems import Json, Judge, Place, Problem

__all__ = ["judge_of"]


class _Validator(Protocol):
    """What is used of a jsonschema validator, whose own annotations are incomplete."""

    def iter_errors(self, instance: object, /) -> Iterable[ValidationError]: ...


def judge_of(schema: Json) -> Judge:
    """The judge of a JSON Schema; its references are to places in itself."""
    validator = cast(_Validator, Draft202012Validator(schema))

    def judge(value: object, place: Place) -> list[Problem]:
        found = [problem for error in validator.iter_errors(value) for problem in _told(error, place)]
        return list(dict.fromkeys(found))

    return judge


def _told(error: ValidationError, prefix: Place) -> list[Problem]:
    """What one validation error says, in our words: jsonschema's own quote the value."""
    rule = cast(str, error.validator)
    limit = cast(Any, error.validator_value)
    place = (*prefix, *error.absolute_path)
    if rule == "required":
        instance = cast(Mapping[str, object], error.instance)
        return [Problem((*place, name), rule, "is required") for name in limit if name not in instance]
    if rule == "type":
        return [Problem(place, rule, f"must be {limit if isinstance(limit, str) else ' or '.join(limit)}")]
    if rule == "additionalProperties":
        known = list(cast(Mapping[str, Any], error.schema).get("properties", {}))
        unknown = [name for name in cast(Mapping[str, object], error.instance) if name not in known]
        return [Problem((*place, name), rule, f"is not known; known are {', '.join(known)}") for name in unknown]
    words = {
        "enum": f"must be one of {', '.join(str(one) for one in limit)}" if rule == "enum" else "",
        "minLength": f"must not be shorter than {limit} character(s)",
        "minimum": f"must not be below {limit}",
        "maximum": f"must not be above {limit}",
        "anyOf": "matches none of the documented forms",
        "oneOf": "matches none, or more than one, of the documented forms",
    }
    return [Problem(place, rule, words.get(rule, f"breaks the rule {rule}"))]
