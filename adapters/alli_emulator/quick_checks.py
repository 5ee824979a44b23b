"""The plain part of JSON Schema, compiled to closures: says at once that a value is valid, or that it can't tell.

A stream validates each of its records, and jsonschema takes a millisecond for one; this takes a few microseconds. Where
it doesn't say yes, jsonschema decides and finds the words, so that there is one judge. `test_quick_checks_agree` holds
the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

__all__ = ["QuickCheck", "quick_check"]

QuickCheck: TypeAlias = Callable[[Any], bool]
"""True only where the value is valid."""

_NO_ASSERTIONS = frozenset(
    [
        "$schema",
        "$defs",
        "$comment",
        "title",
        "description",
        "default",
        "examples",
        "format",
        "contentMediaType",
        "contentEncoding",
        "deprecated",
        "readOnly",
        "writeOnly",
    ]
)
_TYPES: Mapping[str, QuickCheck] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


class _Unsupported(Exception):
    """The schema says something that is left to jsonschema."""


def quick_check(schema: Mapping[str, Any] | bool, resolve: Callable[[str], Mapping[str, Any] | bool]) -> QuickCheck:
    """The check of a schema; `resolve` gives what a `$ref` names. One that never says yes where a keyword is unknown."""
    try:
        return _Compiler(resolve).compiled(schema)
    except _Unsupported:
        return lambda _value: False


class _Compiler:
    def __init__(self, resolve: Callable[[str], Mapping[str, Any] | bool]) -> None:
        self._resolve = resolve
        # By reference: a schema may hold itself, so that its check is looked up when it is used.
        self._named: dict[str, QuickCheck] = {}

    def compiled(self, schema: Mapping[str, Any] | bool) -> QuickCheck:
        if isinstance(schema, bool):
            return lambda _value: schema
        checks = [
            self._rule(keyword, schema)
            for keyword in schema
            if keyword not in _NO_ASSERTIONS and not keyword.startswith("x-")
        ]
        if len(checks) == 1:
            return checks[0]
        return lambda value: all(check(value) for check in checks)

    def _rule(self, keyword: str, schema: Mapping[str, Any]) -> QuickCheck:
        limit = schema[keyword]
        match keyword:
            case "$ref":
                return self._reference(limit)
            case "type":
                return _type(limit)
            case "enum" if all(isinstance(one, str) for one in limit):
                return lambda value: isinstance(value, str) and value in limit
            case "const" if isinstance(limit, str | bool):
                return lambda value: type(value) is type(limit) and value == limit
            case "anyOf":
                branches = [self.compiled(branch) for branch in limit]
                return lambda value: any(branch(value) for branch in branches)
            case "minLength":
                return lambda value: not isinstance(value, str) or len(value) >= limit
            case "minimum":
                return lambda value: not isinstance(value, int | float) or value >= limit
            case "maximum":
                return lambda value: not isinstance(value, int | float) or value <= limit
            case "items":
                item = self.compiled(limit)
                return lambda value: not isinstance(value, list) or all(item(one) for one in cast(list[object], value))
            case "required":
                return lambda value: not isinstance(value, dict) or all(name in value for name in limit)
            case "properties":
                return self._properties(limit)
            case "additionalProperties":
                return self._others(schema.get("properties", {}), self.compiled(limit))
            case _:
                raise _Unsupported(keyword)

    def _reference(self, reference: str) -> QuickCheck:
        named = self._named

        def check(value: Any) -> bool:
            return named[reference](value)

        if reference not in named:
            named[reference] = check
            named[reference] = self.compiled(self._resolve(reference))
        return check

    def _properties(self, properties: Mapping[str, Any]) -> QuickCheck:
        checks = {name: self.compiled(schema) for name, schema in properties.items()}

        def check(value: Any) -> bool:
            return not isinstance(value, dict) or all(
                checks[name](one) for name, one in cast(dict[str, object], value).items() if name in checks
            )

        return check

    def _others(self, known: Mapping[str, Any], allowed: QuickCheck) -> QuickCheck:
        def check(value: Any) -> bool:
            return not isinstance(value, dict) or all(
                allowed(one) for name, one in cast(dict[str, object], value).items() if name not in known
            )

        return check


def _type(names: str | list[str]) -> QuickCheck:
    if isinstance(names, str):
        return _TYPES[names]
    kinds = [_TYPES[name] for name in names]
    return lambda value: any(kind(value) for kind in kinds)
