"""What goes beyond the document: requests of any path, and fields that every call of a client sends. No I/O.

A request is the arguments of the HTTP library's, as the raw package's builders give them, and `user_headers`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import unquote

from .._json.loose_json import is_list, is_object
from ..errors import ConfigurationError, InvalidArgumentError
from ..files import as_file, as_files
from ..raw.open_world import write_multipart
from ..raw.requests import query_values
from .arguments import build, json_value, to_json
from .headers import checked_headers
from .operations import Operation

__all__ = ["any_operation", "any_request", "with_extras"]

# Sent again after it may have arrived only where that does no harm: RFC 9110, section 9.2.2.
_IDEMPOTENT = {"GET": True, "HEAD": True, "OPTIONS": True, "PUT": True, "DELETE": True, "POST": False, "PATCH": False}
_NOT_IN_A_PATH = re.compile(r"[\x00-\x20\x7f?#\\]")


def any_operation(name: str, method: str, idempotent: bool | None) -> Operation:
    """The operation behind a request of any path.

    Raises:
        InvalidArgumentError: the method is not one of HTTP's.
    """
    known = method.upper() if isinstance(method, str) else ""
    if known not in _IDEMPOTENT:
        raise InvalidArgumentError(f"{name}: method must be one of {', '.join(_IDEMPOTENT)}")
    repeated = _IDEMPOTENT[known] if idempotent is None else idempotent is True
    # A POST may run an app, which takes its time.
    return Operation(name, id="", idempotent=repeated, run=known == "POST")


def any_request(
    operation: Operation,
    method: str,
    path: str,
    params: Mapping[str, Any] | None,
    json: object,
    files: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None,
) -> dict[str, Any]:
    """The request for a path of the service.

    Raises:
        InvalidArgumentError: an argument can't be sent as it is; names it, never its value.
    """
    name = operation.name
    request: dict[str, Any] = {"method": method, "url": _checked_path(name, path)}
    if params is not None:
        fields = {key: _plain(value) for key, value in _mapping(f"{name}: params", params).items()}
        request["params"] = build(name, query_values, fields)
    try:
        request["user_headers"] = checked_headers("headers", headers)
    except ConfigurationError as error:
        raise InvalidArgumentError(f"{name}: {error}") from None
    if files is not None:
        parts = {
            key: as_files(f"{name}: files[{key!r}]", value)
            if is_list(value)
            else as_file(f"{name}: files[{key!r}]", value)
            for key, value in _mapping(f"{name}: files", files).items()
        }
        if json is not None and "json" in parts:
            raise InvalidArgumentError(
                f"{name}: files: 'json' is the part that json= is sent as; name the file otherwise"
            )
        text = {} if json is None else {"json": to_json(f"{name}: json", json)}
        request["files"] = write_multipart(text, parts)
    elif json is not None:
        request["json"] = json_value(f"{name}: json", json)
    return request


def _checked_path(name: str, path: object) -> str:
    """`path`, if it is one: the key must go nowhere but to the service, and nowhere above its prefix."""
    if not isinstance(path, str):
        raise InvalidArgumentError(f"{name}: path must be a str, not {type(path).__name__}")
    if not path.startswith("/") or "//" in path:
        raise InvalidArgumentError(
            f"{name}: path must begin with one / and hold no //; it is a path of the service, not a URL"
        )
    if _NOT_IN_A_PATH.search(path):
        raise InvalidArgumentError(
            f"{name}: path must hold no ?, #, \\, blank or control character; query values go into params="
        )
    if any(unquote(segment) in (".", "..") for segment in path.split("/")):
        raise InvalidArgumentError(f"{name}: path must hold no '.' or '..'")
    return path


def _mapping(where: str, value: object) -> Mapping[str, Any]:
    if not is_object(value) and not isinstance(value, Mapping):
        raise InvalidArgumentError(f"{where}: must be a dict, not {type(value).__name__}")
    checked = cast("Mapping[Any, Any]", value)
    for key in checked:
        if not isinstance(key, str):
            raise InvalidArgumentError(f"{where}: the names must be str, not {type(key).__name__}")
    return checked


def _plain(value: Any) -> Any:
    return list(cast("Iterable[Any]", value)) if isinstance(value, (tuple, set, frozenset)) else value


def with_extras(
    operation: Operation, request: Mapping[str, Any], body: Mapping[str, Any], query: Mapping[str, Any]
) -> Mapping[str, Any]:
    """`request` with the fields of `extra_body` and `extra_query`. A request without an object for a body gets no fields in it.

    Objects that stand on both sides are joined. What the call sends without having been asked, such as
    the `mode` of a run, gives way.

    Raises:
        InvalidArgumentError: a field would hide an argument of the call, or a value can't be sent.
    """
    name = operation.name
    changed = dict(request)
    if query:
        params: Mapping[str, Any] = request.get("params") or {}
        more = build(name, query_values, {key: _plain(value) for key, value in query.items()})
        changed["params"] = _joined(operation, "extra_query", params, more)
    if body:
        _add_to_body(operation, changed, json_value(f"{name}: extra_body", dict(body)))
    return changed


def _add_to_body(operation: Operation, request: dict[str, Any], extra: Mapping[str, Any]) -> None:
    parts: list[tuple[str, Any]] | None = request.get("files")
    document = request.get("json")
    if parts is not None:
        document = next((json.loads(part[1]) for field, part in parts if field == "json"), None)
        if is_object(document):
            text = to_json(operation.name, _joined(operation, "extra_body", document, extra))
            parts = [*write_multipart({"json": text}), *((field, part) for field, part in parts if field != "json")]
        else:
            _joined(operation, "extra_body", dict.fromkeys(field for field, _ in parts), extra)
            kept = [(field, part) for field, part in parts if field not in extra]
            parts = [*kept, *write_multipart(extra)]
        request["files"] = parts
    elif is_object(document):
        request["json"] = _joined(operation, "extra_body", document, extra)


def _joined(
    operation: Operation, option: str, own: Mapping[str, Any], extra: Mapping[str, Any], above: str = ""
) -> dict[str, Any]:
    arguments = operation.query if option == "extra_query" else operation.body
    joined = dict(own)
    for name, value in extra.items():
        there = own.get(name)
        place = f"{above}{name}"
        if place in arguments if arguments is not None else name in own and not is_object(there):
            argument = (arguments or {}).get(place, place)
            raise InvalidArgumentError(
                f"{operation.name}: {option} must not hold '{place}', which is the argument {argument} of this call; pass it there"
            )
        joined[name] = value
        if is_object(value):
            joined[name] = _joined(operation, option, there if is_object(there) else {}, value, f"{place}.")
    return joined
