"""Reads an object of the vocabulary into its record (see blocks.py): pydantic checks it, and each mistake is reported with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_object
from generator.document.problems import JsonPath, Problem

__all__ = ["keys_of", "read"]

T = TypeVar("T")

_MESSAGES = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list of names",
    "dict_type": "must be an object",
    "dataclass_type": "must be an object",
}
"""What pydantic says in Python's words, by its type of the error."""


def read(kind: type[T], raw: object, path: JsonPath, where: str, problems: list[Problem]) -> T | None:
    """The record that an object is; None where something is wrong with it.

    Args:
        kind: Class of the record.
        raw: What stands where the object is expected.
        path: Where that is in the merged document.
        where: What it belongs to, for messages.
        problems: Gets all that is wrong.
    """
    try:
        record: T = _adapter(cast("Any", kind)).validate_python(raw)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            message, keys = _mistake(kind, each, _written(each["loc"], raw))
            problems.append(Problem(f"{where}: x-alli-sdk: {message}", path=(*path, *keys)))
        return None
    return record


def keys_of(kind: Any) -> set[str]:
    """The keys that the object of a record may have, or a dict whose keys are listed."""
    if not is_dataclass(kind):
        return set(get_args(get_args(kind)[0]))
    hints = get_type_hints(kind, include_extras=True)
    own = keys_of(get_args(hints["paths"])[0]) if "paths" in hints else set[str]()
    aliases = {
        name: [each.alias for each in get_args(hint) if isinstance(each, FieldInfo)] for name, hint in hints.items()
    }
    return own | {str(given[0]) if given else name for name, given in aliases.items()} - {""}


@lru_cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _written(location: Iterable[str | int], raw: Any) -> JsonPath:
    """Where a mistake is, in the object as it is written: see `_named` and `_split` of blocks.py."""
    keys: list[str | int] = []
    for key in location:
        if key != "":
            keys.append(list(raw)[key] if isinstance(key, int) and is_object(raw) else key)
            raw = raw.get(str(keys[-1])) if is_object(raw) else None
    return tuple(keys)


def _mistake(kind: type, error: ErrorDetails, keys: JsonPath) -> tuple[str, JsonPath]:
    """What is wrong, and where in the object."""
    keys, is_key = (keys[:-1], True) if keys[-1:] == ("[key]",) else (keys, False)
    label = ".".join(map(str, keys))
    match error["type"]:
        case "missing":
            return f"'{label}' is missing", keys[:-1]
        case "unexpected_keyword_argument" | "literal_error" as what if is_key or what != "literal_error":
            known = keys_of(_object(kind, keys[:-1]))
            near = nearest(str(keys[-1]), known)
            return f"unknown key '{label}'; nearest: '{near}'; known: {', '.join(sorted(known))}", keys
        case other:
            own = error["msg"].removeprefix("Value error, ").replace("Input should", "must", 1)
            return f"{label} {_MESSAGES.get(other, own)}".strip(), keys


def _object(kind: Any, keys: JsonPath) -> Any:
    """What the object at a place is: a class of records, or a dict."""
    for key in keys:
        inside = not is_dataclass(kind)  # a list or an object of records
        kind = kind if inside else get_type_hints(kind)[str(key)]
        if inside or get_origin(kind) not in (dict, tuple):
            kind = next((each for each in get_args(kind) if is_dataclass(each)), kind)
    return kind
