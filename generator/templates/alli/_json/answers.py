"""From a good answer to the value of a method; what it says of an error is that error. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from .._calls.operations import Operation
from .._stream.ndjson import Reader, RecordError
from .decoders import ByStatus
from .envelopes import unwrapped
from .error_details import find_error
from .loose_json import is_list, is_object
from .responses import Reply, body_of, error_in, media_type, raise_reported, unreadable
from .result_format import ResultFormat

__all__ = ["check_file", "decoded", "is_sent_as_file"]

T = TypeVar("T")

# No Content, and Reset Content.
_NO_CONTENT = frozenset({204, 205})


def decoded(reply: Reply, operation: Operation, decode: Callable[[Any], T]) -> T:
    """The value of a good answer.

    Raises:
        AppError, or the class of the service's own code: the answer reports an error.
        APIStatusError: the answer is not what the operation gives; an HTML page, say. `.outcome_unknown` unless idempotent.
    """
    if isinstance(decode, ByStatus):
        decode = decode.of(reply.status_code)
    if reply.status_code in _NO_CONTENT and not operation.run:
        return _empty(operation, decode)
    if operation.answer not in ("json", "records"):
        return _unparsed(reply, operation, decode)
    body, problem = body_of(reply.content) if operation.answer == "json" else _records(reply.content)
    if problem:
        raise unreadable(reply, operation, body, f"{problem} ({media_type(reply)}, {len(reply.content)} bytes)")
    payload = unwrapped(body, operation.unwrap, operation.peel)
    errors = () if operation.result is None else operation.result.error
    values = body if operation.answer == "records" and is_list(body) else [body]
    details = next((found for each in values if (found := find_error(each, errors)) is not None), None)
    if details is not None:
        raise error_in(reply, details, body, _came_along(body, reply.mask.key_in(payload), decode))
    if operation.result is not None and not _holds_result(payload, operation.result):
        raise unreadable(reply, operation, body, _not_given(payload))
    if operation.required and is_object(payload) and not _has_any(payload, operation.required):
        names = ", ".join(operation.required)
        raise unreadable(reply, operation, body, f"a JSON object that has none of the fields it must have ({names})")
    try:
        return decode(payload)
    except TypeError:
        raise unreadable(reply, operation, body, _not_given(payload)) from None


def _empty(operation: Operation, decode: Callable[[Any], T]) -> T:
    """The value of an answer that says by its status that it has no body: None, or an empty one of the method's type."""
    candidates: dict[str, list[Any]] = {
        "bytes": [b""],
        "text": [""],
        "json": [None, {}, []],
        "records": [[]],
        "nothing": [None],
    }
    for value in candidates[operation.answer]:
        try:
            return decode(value)
        except TypeError:
            continue
    return cast("T", None)


def _records(content: bytes) -> tuple[object, str]:
    """The JSON values that a body holds one after another, as a list; else as `body_of`."""
    reader = Reader()
    try:
        return [*reader.feed(content), *reader.flush()], ""
    except RecordError:
        return body_of(content)


def _unparsed(reply: Reply, operation: Operation, decode: Callable[[Any], T]) -> T:
    """The value of an answer that is not JSON by the document, unless it is an error or a page of a proxy."""
    content = reply.content
    if operation.answer != "bytes":
        if content.lstrip()[:1] in (b"{", b"["):
            raise_reported(reply)
        if operation.answer == "nothing":
            return decode(None)
        _refuse_page(reply, operation)
        return decode(content.decode("utf-8", "replace"))
    if not is_sent_as_file(reply.headers):
        check_file(reply, operation)
    return decode(content)


def is_sent_as_file(headers: Mapping[str, str]) -> bool:
    """Whether the service says that it sends a file, which may be a page, or JSON about an error: as an attachment, or as a type that
    no error and no page of a proxy has.
    """
    if headers.get("content-disposition", "").lstrip().lower().startswith("attachment"):
        return True
    media, _, kind = headers.get("content-type", "").partition(";")[0].strip().lower().partition("/")
    return bool(kind) and media != "text" and "json" not in kind and "html" not in kind


def check_file(reply: Reply, operation: Operation) -> None:
    """Raises what `decoded` raises where a file was expected, and an error or a page of a proxy came."""
    if reply.content.lstrip()[:1] in (b"{", b"["):
        raise_reported(reply)
    _refuse_page(reply, operation)


def _refuse_page(reply: Reply, operation: Operation) -> None:
    if not operation.html and _is_page(reply):
        body, _ = body_of(reply.content)
        raise unreadable(reply, operation, body, f"an HTML page ({media_type(reply)}, {len(reply.content)} bytes)")


def _is_page(reply: Reply) -> bool:
    beginning = reply.content[:100].lstrip().lower()
    return "html" in media_type(reply).lower() or beginning.startswith((b"<!doctype html", b"<html"))


def _has_any(payload: dict[str, object], names: tuple[str, ...]) -> bool:
    """Whether one of these fields is there, or in the `result` that a page may be wrapped in."""
    inner = payload.get("result")
    return not payload.keys().isdisjoint(names) or (is_object(inner) and not inner.keys().isdisjoint(names))


def _holds_result(payload: object, format: ResultFormat) -> bool:
    if is_list(payload):
        payload = payload[0] if payload else None
    return is_object(payload) or (isinstance(payload, str) and bool(payload and format.text))


def _not_given(payload: object) -> str:
    return f"a JSON {_json_type(payload)}, which this operation does not give"


def _came_along(body: object, payload: object, decode: Callable[[Any], T]) -> T | None:
    result = body.get("result") if is_object(body) else None
    if result in (None, [], {}, ""):
        return None
    try:
        return decode(payload)
    except TypeError:
        return None


def _json_type(value: object) -> str:
    names: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
