"""What a JSON body says about an error, whichever of the service's many shapes it has.

The shapes are those of "Error messages" on the vendor's page and those seen on the real service; the order in which they are tried is
the one spec/README.md gives. Nothing here does I/O or raises: code that has a body asks, and decides what to raise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ErrorDetails", "describe_error", "find_error"]

MAX_MESSAGE_CHARS = 500
"""Longest server message kept on an error, in characters; the whole body stays on `.body`."""


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """One error as the service told it.

    Attributes:
        message: the service's own words, at most 500 characters; never empty.
        code: the service's number (`error.value` or `code`), e.g. 1013 or 7003.
        name: the service's name for it, e.g. `INVALID_TOKEN`.
    """

    message: str
    code: int | None = None
    name: str | None = None


def find_error(body: object) -> ErrorDetails | None:
    """The error told by a body that came with status 200 or inside a stream; None when it tells none.

    `error` and `errors` count unless they are null or empty; so does the documented standard form
    `{"type": "APIError", "code": …, "message": …}`. A lone `message` or `detail` is ordinary data here.
    """
    if not isinstance(body, Mapping):
        return None
    if "error" in body or "errors" in body:
        return _from_error(body) or _from_errors(body)
    if body.get("type") == "APIError" and "code" in body:
        return _from_standard_form(body)
    return None


def describe_error(body: object) -> ErrorDetails | None:
    """The error told by a body that came with an error status; None when it holds nothing readable."""
    if isinstance(body, str):
        return ErrorDetails(_short(body)) if body.strip() else None
    if not isinstance(body, Mapping):
        return None
    if isinstance(body.get("error"), Mapping) and (found := _from_error(body)):
        return found
    return _from_standard_form(body) or _from_error(body) or _from_errors(body) or _from_detail(body)


def _from_error(body: Mapping[str, object]) -> ErrorDetails | None:
    error = body.get("error")
    if isinstance(error, Mapping) and error:
        name = _text(error.get("name"))
        message = _text(body.get("message")) or _text(error.get("message")) or name or _first_text(error)
        return ErrorDetails(_short(message or "unnamed error"), _number(error.get("value", error.get("code"))), name)
    text = _joined(error)
    return ErrorDetails(_short(text), _number(body.get("code"))) if text else None


def _from_errors(body: Mapping[str, object]) -> ErrorDetails | None:
    errors = body.get("errors")
    if isinstance(errors, Mapping) and errors:
        message = _text(errors.get("message")) or _first_text(errors) or "unnamed error"
        code = _number(errors.get("value", errors.get("code")))
        return ErrorDetails(_short(message), code, _text(errors.get("name")))
    text = _joined(errors)
    return ErrorDetails(_short(text)) if text else None


def _from_standard_form(body: Mapping[str, object]) -> ErrorDetails | None:
    code = _number(body.get("code"))
    if code is None:
        return None
    name = _text(body.get("name")) or _text(body.get("type"))
    return ErrorDetails(_short(_text(body.get("message")) or name or f"code {code}"), code, name)


def _from_detail(body: Mapping[str, object]) -> ErrorDetails | None:
    message = _joined(body.get("detail")) or _text(body.get("message"))
    return ErrorDetails(_short(message)) if message else None


def _joined(value: object) -> str | None:
    """Text of a string, of a list of strings or `{loc, msg}` objects, or of a lone true scalar; None for nothing."""
    if isinstance(value, list):
        parts = [text for item in value if (text := _joined(item))]
        return "; ".join(parts) or None
    if isinstance(value, Mapping):
        message = _text(value.get("msg")) or _text(value.get("message"))
        place = value.get("loc")
        where = ".".join(str(step) for step in place) if isinstance(place, list) else ""
        return f"{where}: {message}" if where and message else message or _first_text(value)
    if isinstance(value, bool) or value is None:
        return "unnamed error" if value else None
    return _text(value) or (str(value) if isinstance(value, (int, float)) and value else None)


def _first_text(value: Mapping[str, object]) -> str | None:
    return next((text for item in value.values() if (text := _joined(item))), None)


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _short(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE_CHARS else message[: MAX_MESSAGE_CHARS - 1] + "…"
