"""What a JSON body says about an error, and which class of ours that is, whichever of the service's many shapes it has.

The shapes are those of "Error messages" on the vendor's page and those seen on the real service; the order in which they are tried is
the one spec/README.md gives. Nothing here does I/O or raises: code that has a body asks, and decides what to raise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    MethodNotAllowedError,
    NotFoundError,
    PaymentError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from .loose_json import is_list, is_object

__all__ = ["ErrorDetails", "describe_error", "find_error", "status_error_class"]

MAX_MESSAGE_CHARS = 500
"""Longest server message kept on an error, in characters; the whole body stays on `.body`."""

MAX_NAME_CHARS = 100

_UNNAMED = "unnamed error"
# Zero-width, and part of how some scripts and emoji are written.
_JOINERS = "\u200c\u200d"
# People read the message, and a hostile body may nest without end.
_LEVELS = 4
# No more digits than a code could have: Python refuses to read numbers of thousands of digits.
_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BEYOND_CODES = 10**18


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """One error as the service reported it.

    Attributes:
        message: the service's own words, at most MAX_MESSAGE_CHARS; never empty.
        code: the service's number (`error.value` or `code`), e.g. 1013 or 7003.
        name: the service's name for it, e.g. `INVALID_TOKEN`.
    """

    message: str
    code: int | None = None
    name: str | None = None


def find_error(body: object, keys: Sequence[str] = ()) -> ErrorDetails | None:
    """The error in a body that came with status 200 or inside a stream; None when it reports none.

    `error` and `errors` count unless they are null, false, 0 or empty; so does the documented standard form
    `{"type": "APIError", "code": …, "message": …}`. A lone `message` or `detail` is ordinary data here.

    Args:
        body: parsed JSON.
        keys: further names of `error`.
    """
    fields = _fields(body)
    if fields is None:
        return None
    is_reported = fields.get("error") or fields.get("errors")
    found = _from_error(fields) or _from_errors(fields) if is_reported else None
    if found is None and fields.get("type") == "APIError":
        found = _from_standard_form(fields)
    others = (_from_error({"error": fields.get(key)}) for key in keys if fields.get(key))
    return found or next(filter(None, others), None)


def describe_error(body: object) -> ErrorDetails | None:
    """The error in a body that came with an error status; None when it holds nothing readable."""
    fields = _fields(body)
    if fields is None:
        message = _joined(body)
        return ErrorDetails(_short(message)) if message else None
    if is_object(fields.get("error")) and (found := _from_error(fields)):
        return found
    return _from_standard_form(fields) or _from_error(fields) or _from_errors(fields) or _from_detail(fields)


def _fields(body: object) -> Mapping[str, object] | None:
    """The object that reports the error: the body, or the one item of a list; some operations wrap their answers so."""
    if is_list(body) and len(body) == 1:
        body = body[0]
    return body if is_object(body) else None


def _from_error(fields: Mapping[str, object]) -> ErrorDetails | None:
    error = fields.get("error")
    if is_object(error) and error:
        name = _name(error.get("name"))
        message = _text(fields.get("message")) or _text(error.get("message")) or name or _first_text(error)
        return ErrorDetails(_short(message or _UNNAMED), _code(fields, error), name)
    text = _joined(error)
    return ErrorDetails(_short(text), _code(fields)) if text else None


def _from_errors(fields: Mapping[str, object]) -> ErrorDetails | None:
    errors = fields.get("errors")
    if is_object(errors) and errors:
        message = _text(errors.get("message")) or _first_text(errors)
        return ErrorDetails(_short(message or _UNNAMED), _code(fields, errors), _name(errors.get("name")))
    text = _joined(errors)
    return ErrorDetails(_short(text), _code(fields)) if text else None


def _from_standard_form(fields: Mapping[str, object]) -> ErrorDetails | None:
    code = _number(fields.get("code"))
    if code is None:
        return None
    name = _name(fields.get("name")) or _name(fields.get("type"))
    return ErrorDetails(_short(_text(fields.get("message")) or name or f"code {code}"), code, name)


def _from_detail(fields: Mapping[str, object]) -> ErrorDetails | None:
    message = _joined(fields.get("detail")) or _text(fields.get("message"))
    return ErrorDetails(_short(message)) if message else None


def _joined(value: object, levels: int = _LEVELS) -> str | None:
    """Text of a string, of a list of strings or `{loc, msg}` objects, or of a lone true scalar; None for nothing.

    What is nested deeper than `levels` is not looked into.
    """
    if (is_list(value) or is_object(value)) and value and not levels:
        return _UNNAMED
    if is_list(value):
        parts = [text for item in value if (text := _joined(item, levels - 1))]
        return "; ".join(parts) or None
    if is_object(value):
        message = _text(value.get("msg")) or _text(value.get("message"))
        place = value.get("loc")
        where = ".".join(str(step) for step in place if isinstance(step, (str, int))) if is_list(place) else ""
        return f"{where}: {message}" if where and message else message or _first_text(value, levels - 1)
    if isinstance(value, bool) or value is None:
        return _UNNAMED if value else None
    return _text(value) or (str(value) if isinstance(value, (int, float)) and value else None)


def _first_text(value: Mapping[str, object], levels: int = _LEVELS) -> str | None:
    return next((text for item in value.values() if (text := _joined(item, levels))), None)


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _name(value: object) -> str | None:
    text = _text(value)
    return None if text is None else _visible(text[:MAX_NAME_CHARS])


def _code(fields: Mapping[str, object], error: Mapping[str, object] | None = None) -> int | None:
    """The number in the error itself, else the one beside it."""
    inner = error or {}
    found = (_number(value) for value in (inner.get("value"), inner.get("code"), fields.get("code")))
    return next((number for number in found if number is not None), None)


def _number(value: object) -> int | None:
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value.strip())
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _BEYOND_CODES else None


def _short(message: str) -> str:
    return _visible(message if len(message) <= MAX_MESSAGE_CHARS else message[: MAX_MESSAGE_CHARS - 1] + "…")


def _visible(text: str) -> str:
    """Text without characters that act: a line break would forge a line of a log, an escape would steer a terminal."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    is_harmless = character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
    return character if is_harmless else character.encode("unicode_escape").decode("ascii")


_BY_CODE: Mapping[int, type[APIStatusError]] = {
    7001: AuthenticationError,
    1013: AuthenticationError,
    7002: BadRequestError,
    7003: BadRequestError,
    7004: PaymentError,
}
_BY_NAME: Mapping[str, type[APIStatusError]] = {"INVALID_TOKEN": AuthenticationError}
_BY_STATUS: Mapping[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_error_class(status_code: int, code: int | None, name: str | None) -> type[APIStatusError]:
    """The class for a status and the service's own code and name.

    The code decides before the status: the documents give 403 for bad JSON (7002) and for billing (7004), the real service 400
    and, for a bad key, 401 instead of 403 (spec/README.md).
    """
    if code is not None and code in _BY_CODE:
        return _BY_CODE[code]
    if name is not None and name in _BY_NAME:
        return _BY_NAME[name]
    if status_code >= 500:
        return InternalServerError
    return _BY_STATUS.get(status_code, APIStatusError)
