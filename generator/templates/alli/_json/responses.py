"""What to tell the person whose call failed: the error of an answer, and what it is about. No I/O.

The error shapes are listed in spec/README.md; error_details.py reads them, errors.py has the classes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from .._calls.operations import Operation
from .._calls.response import Headers
from .._calls.retries import retry_after_seconds
from .._privacy.masking import Mask
from ..errors import (
    APIStatusError,
    AppError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    MethodNotAllowedError,
    NotFoundError,
    PaymentError,
    UnprocessableEntityError,
)
from .error_details import ErrorDetails, describe_error, find_error, status_error_class

__all__ = [
    "UNKNOWN_OUTCOME",
    "Reply",
    "body_of",
    "concerns_inputs",
    "media_type",
    "raise_reported",
    "status_error",
    "error_in",
    "reported_error",
    "too_large",
    "unreadable",
]

# A gateway that gives up says nothing about the app behind it, which may have run or be running still.
_GATEWAY_STATUSES = frozenset({408, 499, 502, 503, 504, 598, 599, *range(520, 531)})

_KEY_HINT = (
    "Keys are in the Alli dashboard under Settings > General, one per project; the chat widget's sdkKey is another key. "
    "Set ALLI_API_KEY or pass api_key="
)
# What some apps answer to missing or malformed inputs (spec/README.md, error E4), and words that mention inputs.
_ABOUT_INPUTS = re.compile(r"Expecting value|\binputs?\b|\bvariables?\b|\bparameters?\b", re.IGNORECASE)
# Ids of the service are longer than most names, and hold no blanks.
_ID = re.compile(r"[\w-]{16,}={0,2}", re.ASCII)
_ID_HINT = "The path takes an id, not a name"
_APP_ID_HINT = "The path takes an id, such as app.id, not a name"
_NO_JSON = "not JSON"
_UNREAD_JSON = "JSON that Python does not read"
UNKNOWN_OUTCOME = "the request had been sent, so it may have been carried out: look before sending it again"
"""For errors whose `.outcome_unknown` is True."""


@dataclass(slots=True)  # not frozen, which takes three times as long; one is made for each call
class Reply:
    """One answer, read whole; never changed.

    Attributes:
        where: opens error messages: facade method, HTTP method and path.
        status_code: HTTP status.
        headers: the answer's headers.
        content: the body, decompressed.
        call: `method`, `path`, `attempts`, `request_id`, `response` of the call, for the error that may come of it.
        mask: masks what the service repeats of the request in an error.
    """

    where: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes
    call: Mapping[str, Any]
    mask: Mask


def status_error(reply: Reply, operation: Operation) -> APIStatusError:
    """The error for an answer with an error status."""
    body, _ = body_of(reply.content)
    details = describe_error(_page_text(body) if isinstance(body, str) else body)
    if details is None:
        details = ErrorDetails(f"no message ({media_type(reply)}, {len(reply.content)} bytes)")
    details = reply.mask.details(details)
    kind = status_error_class(reply.status_code, details.code, details.name)
    retry_after = retry_after_seconds(reply.headers)
    unknown = not operation.idempotent and reply.status_code in _GATEWAY_STATUSES and retry_after is None
    hint = UNKNOWN_OUTCOME.capitalize() if unknown else _hint(kind, reply.status_code, retry_after)
    if kind is NotFoundError and any(not _ID.fullmatch(value) for value in _filled_in(reply, operation)):
        hint = _APP_ID_HINT if "{app_id}" in operation.path else _ID_HINT
    return kind(
        _text(f"{reply.where}: HTTP {reply.status_code}", details, hint),
        status_code=reply.status_code,
        code=details.code,
        name=details.name,
        message=details.message,
        body=reply.mask.key_in(body),
        headers=_headers_of(reply),
        retry_after=retry_after,
        outcome_unknown=unknown,
        **_call_of(reply),
    )


def reported_error(
    details: ErrorDetails, where: str, mask: Mask, *, body: object, result: object = None, **known: Any
) -> AppError | APIStatusError:
    """The error for one that was reported in a 200 response or in a stream.

    A code or name that means the key, the billing or a parameter gives the class it gives with an error status; all else is an
    AppError.

    Args:
        details: what the service reported.
        where: opens the message.
        mask: masks what the service repeats of the request.
        body: the answer, or the record of a stream.
        result: what came along with the error, decoded.
        known: more attributes of the error.
    """
    kind = status_error_class(200, details.code, details.name)
    details = mask.details(details)
    attributes = {
        "code": details.code,
        "name": details.name,
        "message": details.message,
        "body": mask.key_in(body),
        **known,
    }
    beginning = f"{where}: the service reported an error"
    if kind is APIStatusError:
        return AppError(_text(beginning, details), result=result, **attributes)
    return kind(_text(beginning, details, _hint(kind, 200, None)), **attributes)


def raise_reported(reply: Reply) -> None:
    """Raises the error that a good answer of any form reports, if it reports one."""
    body, problem = body_of(reply.content)
    details = None if problem else find_error(body)
    if details is not None:
        raise error_in(reply, details, body)


def error_in(reply: Reply, details: ErrorDetails, body: object, result: object = None) -> AppError | APIStatusError:
    """The error for one that is reported in a good answer; the arguments are those of `reported_error`."""
    known = {"status_code": reply.status_code, "headers": _headers_of(reply), **_call_of(reply)}
    return reported_error(details, reply.where, reply.mask, body=body, result=result, **known)


def too_large(
    where: str, status_code: int, headers: Mapping[str, str], limit: int, operation: Operation, call: Mapping[str, Any]
) -> APIStatusError:
    """The error for a good status with an answer of more than `limit` bytes."""
    what = f"larger than the {limit // 1024**2} MiB that are read"
    hint = "" if operation.idempotent else f". {UNKNOWN_OUTCOME.capitalize()}"
    return APIStatusError(
        f"{where}: HTTP {status_code}, but the answer is {what}{hint}",
        status_code=status_code,
        message=f"the answer is {what}",
        headers=Headers(headers),
        outcome_unknown=not operation.idempotent,
        **call,
    )


def concerns_inputs(error: APIStatusError | AppError) -> bool:
    """The error may come from inputs the app does not take, or misses; some apps answer those with a 500 or inside a 200."""
    if isinstance(error, (BadRequestError, UnprocessableEntityError)):
        return True
    return isinstance(error, (AppError, InternalServerError)) and _ABOUT_INPUTS.search(error.message) is not None


def _text(beginning: str, details: ErrorDetails, hint: str = "") -> str:
    code = "" if details.code is None else f"code {details.code}"
    names = ", ".join(filter(None, (details.name, code)))
    text = f"{beginning}{f' ({names})' if names else ''}: {details.message}"
    return f"{text.rstrip('.')}. {hint}" if hint else text


def _hint(kind: type[APIStatusError], status_code: int, retry_after: float | None) -> str:
    if kind is AuthenticationError:
        return _KEY_HINT
    if kind is PaymentError:
        return "The project's billing is at fault, not the request; see the dashboard"
    if status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return (
            "A proxy wants a user and a password: write them into its URL in HTTP_PROXY, or name the host in NO_PROXY"
        )
    if kind is MethodNotAllowedError or 300 <= status_code < 400:
        return "Is base_url right? It is scheme, host and any prefix before /webapi; redirects are not followed"
    return f"The service asks to wait {retry_after:g} s" if retry_after is not None else ""


def _filled_in(reply: Reply, operation: Operation) -> list[str]:
    """What the caller filled into the operation's path."""
    names, values = operation.path.split("/"), str(reply.call.get("path", "")).split("/")
    return [unquote(value) for name, value in zip(names, values, strict=False) if name.startswith("{")]


def body_of(content: bytes) -> tuple[object, str]:
    """What a body holds, and why that is not JSON; "" if it is.

    JSON is parsed whatever the content type says. All else is text, bytes where it is not UTF-8, and None where it is empty.
    """
    try:
        return json.loads(content), ""
    except (json.JSONDecodeError, UnicodeDecodeError):
        problem = _NO_JSON
    except ValueError:
        problem = f"{_UNREAD_JSON}: it holds a number with too many digits"
    except RecursionError:
        problem = f"{_UNREAD_JSON}: it is nested too deeply"
    try:
        return content.decode() if content else None, problem
    except UnicodeDecodeError:
        return content, problem


def unreadable(reply: Reply, operation: Operation, body: object, what: str) -> APIStatusError:
    """The error for a good status with an answer that can't be read; what was asked for may still have been done.

    Valid JSON that Python refuses to read comes from the service itself, so base_url is not in doubt then.
    """
    text = f"{reply.where}: HTTP {reply.status_code}, but the answer is {what}"
    if not what.startswith(_UNREAD_JSON):
        text += ". Is base_url right?"
    if not operation.idempotent:
        text += f"{'' if text.endswith('?') else '.'} {UNKNOWN_OUTCOME.capitalize()}"
    return APIStatusError(
        text,
        status_code=reply.status_code,
        message=f"the answer is {what}",
        body=reply.mask.key_in(body),
        headers=_headers_of(reply),
        outcome_unknown=not operation.idempotent,
        **_call_of(reply),
    )


def _headers_of(reply: Reply) -> Headers:
    return Headers(reply.mask.key_in(dict(reply.headers)))


def _call_of(reply: Reply) -> dict[str, Any]:
    """What is known of the call, its response without the key if the service repeats that."""
    response = reply.call.get("response")
    return {**reply.call, "response": response and response.changed(reply.mask.key_in)}


def _page_text(body: str) -> str:
    """The readable part of a text body: the title of an HTML page, else the text itself."""
    if not body.lstrip().startswith("<"):
        return body
    title = re.search(r"<title[^>]*>([^<]{1,200})</title>", body[:10_000], re.IGNORECASE)
    return f"an HTML page, “{' '.join(title[1].split())}”" if title else f"an HTML page of {len(body)} characters"


def media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "no content type").split(";")[0]
