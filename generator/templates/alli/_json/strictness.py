"""`strict=True`: answers are checked against the document, which lies beside this module as openapi.json. Loaded only then.

Reported are missing fields, values of another type, values other than the known ones (`enum`, or `x-known-values` where the
service may add to them), and fields that the document does not have. Without `strict` all of these are taken as they come.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from .._calls.call import Call
from .._calls.operations import Operation
from .._calls.response import Headers
from ..errors import APIStatusError, ConfigurationError
from .error_details import find_error
from .loose_json import is_list, is_object
from .responses import Reply

__all__ = ["check_answer", "check_reply", "mismatches"]

MAX_NAMED = 10
"""Most mismatches named in one error."""

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int, float),
    "number": (int, float),
}
_FORMATS = {"date-time": datetime.fromisoformat, "date": date.fromisoformat}


def check_reply(call: Call, reply: Reply) -> None:
    """As `check_answer`, for a whole answer. One that isn't JSON is reported where it is decoded."""
    try:
        body = json.loads(reply.content)
    except (ValueError, RecursionError):
        return
    check_answer(call, body, reply.status_code, reply.headers)


def check_answer(call: Call, body: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
    """Checks a whole answer, or one record of a stream. What reports an error is not checked.

    Raises:
        APIStatusError: says where the answer differs, by path and type; values are only on its `.body`.
    """
    if find_error(body) is not None:
        return
    found = mismatches(call.operation, body)
    if found:
        more = f"; and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
        message = f"the answer is not what the document says: {'; '.join(found[:MAX_NAMED])}{more}"
        raise APIStatusError(
            f"{call.where}: {message} (checked because of strict=True)",
            status_code=status_code,
            message=message,
            body=call.mask.key_in(body),
            headers=Headers(headers or {}),
            outcome_unknown=not call.operation.idempotent,
            **call.details(),
        )


def mismatches(operation: Operation, body: object) -> list[str]:
    """Where `body` differs from the operation's documented answer, e.g. "$.apps[0].name: missing"."""
    schema = _answer_schema(operation.id, streamed=operation.stream is not None)
    return [] if schema is None else list(_differences(body, schema, "$"))


@cache
def _document() -> dict[str, Any]:
    found = files("alli").joinpath("openapi.json")
    if not found.is_file():
        raise ConfigurationError(
            "strict: alli/openapi.json was left out of this program; with PyInstaller, add --collect-data alli"
        )
    document: dict[str, Any] = json.loads(found.read_text("utf-8"))
    return document


@cache
def _answer_schema(operation_id: str, *, streamed: bool) -> dict[str, Any] | None:
    """Of the JSON answer, or of one record of the streamed one; None where the document states none."""
    paths: dict[str, dict[str, Any]] = _document()["paths"]
    for operation in (item for path in paths.values() for item in path.values()):
        if is_object(operation) and operation.get("operationId") == operation_id:
            return _schema_of(operation["responses"], streamed=streamed)
    return None


def _schema_of(responses: Any, *, streamed: bool) -> dict[str, Any] | None:
    by_code: dict[str, dict[str, Any]] = responses
    good = next((by_code[code] for code in sorted(by_code) if code.startswith("2")), dict[str, Any]())
    content: dict[str, dict[str, Any]] = good.get("content", {})
    for media_type, entry in content.items():
        # A stream is documented under its own media type, beside plain JSON or instead of it.
        if streamed != (media_type == "application/json"):
            return entry.get("schema")
    return None


def _differences(value: object, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    schema = _resolved(schema)
    for part in schema.get("allOf", ()):
        yield from _differences(value, part, path)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        yield from _differences_from_choices(value, [_resolved(choice) for choice in choices], path)
    if not _fits(value, schema):
        yield f"{path}: must be {_described(schema)}, not {_type_of(value)}"
        return
    known = schema.get("enum") or schema.get("x-known-values")
    if (known and value not in known) or ("const" in schema and value != schema["const"]):
        yield f"{path}: is not one of the known values"
    if isinstance(value, str) and not _has_format(value, schema.get("format")):
        yield f"{path}: is not a {schema['format']}"
    if is_list(value) and "items" in schema:
        for index, item in enumerate(value):
            yield from _differences(item, schema["items"], f"{path}[{index}]")
    if is_object(value):
        yield from _differences_of_fields(value, schema, path)


def _differences_of_fields(value: Mapping[str, object], schema: Mapping[str, Any], path: str) -> Iterator[str]:
    fields: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name}: missing"
    # An object without documented fields is a free one, and so is one that the document says takes others.
    others = schema.get("additionalProperties", not fields)
    for name, item in value.items():
        if name in fields:
            yield from _differences(item, fields[name], f"{path}.{name}")
        elif is_object(others):
            yield from _differences(item, others, f"{path}.{name}")
        elif not others and not schema.get("allOf"):
            yield f"{path}.{name}: not in the document"


def _differences_from_choices(value: object, choices: list[Mapping[str, Any]], path: str) -> Iterator[str]:
    fitting = [choice for choice in choices if _fits(value, choice)]
    if not fitting:
        yield f"{path}: must be {' or '.join(_described(choice) for choice in choices)}, not {_type_of(value)}"
        return
    yield from min((list(_differences(value, choice, path)) for choice in fitting), key=len)


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        schema = _document()["components"]["schemas"][name]
    return schema


def _types(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _fits(value: object, schema: Mapping[str, Any]) -> bool:
    return not _types(schema) or any(_is(value, name) for name in _types(schema))


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name])


def _described(schema: Mapping[str, Any]) -> str:
    return " or ".join(_types(schema)) or "what one of its forms is"


def _type_of(value: object) -> str:
    return next(name for name in ("null", "boolean", "string", "array", "object", "number") if _is(value, name))


def _has_format(value: str, name: str | None) -> bool:
    try:
        _FORMATS.get(name or "", str)(value)
    except ValueError:
        return False
    return True
