"""Everything this package raises.

    AlliError
    ├── ConfigurationError            the client can't be made or used as set up (no key, bad base_url); nothing was sent
    ├── InvalidArgumentError          an argument can't be sent as it is; nothing was sent
    ├── APIConnectionError            no answer arrived
    │   └── APITimeoutError           … in the time allowed for one step
    │       └── DeadlineExceededError … in the time allowed for the whole call
    ├── APIStatusError                the service answered with an error
    │   ├── BadRequestError           400; code 7002 (invalid JSON) or 7003 (invalid parameter)
    │   ├── AuthenticationError       401; code 7001 or 1013: the API key
    │   ├── PaymentError              402; code 7004: a billing problem
    │   ├── PermissionDeniedError     403
    │   ├── NotFoundError             404
    │   ├── MethodNotAllowedError     405
    │   ├── ConflictError             409
    │   ├── UnprocessableEntityError  422
    │   ├── RateLimitError            429
    │   └── InternalServerError       500 and up
    ├── AppError                      an error reported in a 200 response
    ├── StreamError                   a stream broke off; `.partial` holds what came before
    │   ├── StreamInterruptedError    … the connection was cut
    │   ├── StreamDecodeError         … it held something that isn't JSON
    │   │   └── StreamTruncatedError  … it closed inside a record; a StreamInterruptedError too
    │   └── StreamIdleError           … nothing readable came for too long; an APITimeoutError too
    ├── AnswerFormatError             the answer does not hold the JSON that `RunResult.parse` was asked for
    ├── ConversationBusyError         two turns of one conversation at once; nothing was sent
    ├── PaginationError               the service's pages would never end
    ├── WaitTimeoutError              what was waited for is not over in the time allowed; it goes on
    ├── JobFailedError                what was waited for has failed
    └── MapStopped                    apps.map stopped before the last row, as it was asked to

Where a builtin would be expected, the class is one of those too (`ConfigurationError` is a `ValueError`). All of them can be
pickled and copied. Their texts hold no key, prompt or answer; `.body`, `.result` and `.partial` hold what the service sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import alli

from ._results.portable import Portable

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AlliError",
    "AnswerFormatError",
    "AppError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ConversationBusyError",
    "DeadlineExceededError",
    "InternalServerError",
    "InvalidArgumentError",
    "JobFailedError",
    "MapStopped",
    "MethodNotAllowedError",
    "NotFoundError",
    "PaginationError",
    "PaymentError",
    "PermissionDeniedError",
    "RateLimitError",
    "StreamDecodeError",
    "StreamError",
    "StreamIdleError",
    "StreamInterruptedError",
    "StreamTruncatedError",
    "UnprocessableEntityError",
    "WaitTimeoutError",
]


class AlliError(Portable):
    """Base of all errors of this package; `except AlliError` is enough around any call or stream.

    Attributes:
        request_sent: False when no byte of the request can have reached the service.
        outcome_unknown: True when the request may have been carried out although no good answer came: an app may have run. Look
            before sending it again.
        attempts: how many times the request was tried; 0 when it was not.
        request_id: the id this package sent as `X-Request-ID`, the same on each attempt; None when nothing was sent.
        conversation_id: the conversation the call belongs to, when known.
        partial: of a stream, a RunResult of all that came before the error; None where nothing was streamed.
        response: the answer that reported the error; None when none came.
    """

    request_sent: bool = False
    outcome_unknown: bool = False
    attempts: int = 0
    request_id: str | None = None
    conversation_id: str | None = None
    partial: alli.RunResult | None = None
    response: alli.Response | None = None


class ConfigurationError(AlliError, ValueError):
    """The client can't be made or used as it is set up. Nothing was sent."""


class InvalidArgumentError(AlliError, ValueError):
    """An argument can't be sent as it is: a wrong type, a missing file, an id that isn't one. Nothing was sent."""


class _CallError(AlliError):
    """An error of one call, with what is known of that call.

    Attributes:
        method: HTTP method, e.g. "POST".
        path: path of the URL as sent, without query.
    """

    method: str = ""
    path: str = ""
    attempts: int = 1
    request_sent: bool = True


class APIConnectionError(_CallError):
    """No answer arrived: the connection could not be made, or broke. `__cause__` is the HTTP library's error.

    Attributes:
        certificate_refused: True when the certificate of the service, or of a proxy, did not pass its check. Such a request is not
            sent again.
    """

    request_sent: bool = False
    certificate_refused: bool = False


class APITimeoutError(APIConnectionError):
    """No answer arrived within the time allowed for one step (connect, write, read, waiting for a free connection)."""


class DeadlineExceededError(APITimeoutError):
    """The whole call, retries and their pauses included, took longer than `deadline` allows."""


class APIStatusError(_CallError):
    """The service answered with an error.

    Attributes:
        status_code: HTTP status.
        code: the service's own number, e.g. 1013 or 7003; None when it gave none.
        name: the service's own name, e.g. "INVALID_TOKEN"; None when it gave none.
        message: the service's own words.
        body: the body as it came: parsed JSON, else text, else bytes; None for an empty one.
        headers: the answer's headers, names in lower case.
        retry_after: seconds the service asks to wait; None when it does not say.
    """

    status_code: int = 0
    code: int | None = None
    name: str | None = None
    message: str = ""
    body: object = None
    headers: Mapping[str, str] = {}
    retry_after: float | None = None


class BadRequestError(APIStatusError):
    """400, or code 7002 (the JSON could not be read) or 7003 (a parameter is not valid)."""


class AuthenticationError(APIStatusError):
    """401, or code 7001 or 1013: the API key is missing or wrong."""


class PaymentError(APIStatusError):
    """402, or code 7004: the account has a billing problem."""


class PermissionDeniedError(APIStatusError):
    """403: the key is valid, but not allowed to do this."""


class NotFoundError(APIStatusError):
    """404: no such app, conversation or path."""


class MethodNotAllowedError(APIStatusError):
    """405: usually a base_url with a path too much or too little."""


class ConflictError(APIStatusError):
    """409: the thing exists already, or another operation is changing it."""


class UnprocessableEntityError(APIStatusError):
    """422: a parameter has a wrong type or value."""


class RateLimitError(APIStatusError):
    """429: too many requests. `.retry_after` is the wait that the service asks for, in seconds, or None."""


class InternalServerError(APIStatusError):
    """500 and up: the service failed."""


class AppError(_CallError):
    """An error reported in a 200 response, or by a record of a stream.

    Attributes:
        message: the service's own words.
        code: the service's own number; None when it gave none.
        name: the service's own name; None when it gave none.
        status_code: HTTP status of the answer.
        headers: the answer's headers, names in lower case.
        body: the JSON as it came.
        result: what came along with the error, decoded; None when nothing did.
    """

    message: str = ""
    code: int | None = None
    name: str | None = None
    status_code: int = 200
    headers: Mapping[str, str] = {}
    body: object = None
    result: Any = None


class StreamError(_CallError):
    """A stream broke off. `.partial` holds what came before."""

    request_sent: bool = True  # also where a subclass is an APIConnectionError, too
    outcome_unknown: bool = True


class StreamInterruptedError(StreamError):
    """The connection broke, or was closed, before the answer was complete. The app may still be running."""


class StreamDecodeError(StreamError):
    """The stream held something that isn't JSON, was cut inside a record, or held a record over the size limit.

    Attributes:
        index: number of that record, from 0; so many came before it.
        raw: its first bytes, at most 1,000, with the API key masked; they may hold an answer.
    """

    index: int | None = None
    raw: bytes = b""


class StreamTruncatedError(StreamInterruptedError, StreamDecodeError):
    """The stream was closed inside a record, without an error. The app may still be running."""


class StreamIdleError(StreamError, APITimeoutError):
    """No record came for longer than the idle timeout. Blank keep-alive lines don't count."""


class ConversationBusyError(AlliError, RuntimeError):
    """A turn was begun while another turn of the same conversation runs. Nothing was sent."""


class AnswerFormatError(AlliError, ValueError):
    """The answer does not hold the one JSON value that `RunResult.parse` was asked for. The text says what is there and where it differs."""

    attempts: int = 1
    request_sent: bool = True


class PaginationError(AlliError):
    """The service returned the same cursor twice, so its pages would never end."""

    attempts: int = 1
    request_sent: bool = True


class WaitTimeoutError(AlliError):
    """What was waited for did not finish in the time allowed. It continues in the service; the text says how to wait again."""

    request_sent: bool = True


class JobFailedError(AlliError):
    """What was waited for has failed in the service, or its end can't be known (`outcome_unknown`).

    Attributes:
        status: the state that the service reported; None where it reported none.
        result: what the service answered; None where it did not.
    """

    request_sent: bool = True
    status: str | None = None
    result: Any = None


class MapStopped(AlliError):
    """`apps.map` stopped before the last row: `stop_after` or `max_calls` was reached. All rows that were sent have been given.

    `__cause__` is the last row's error where failed rows were too many. The same `resume` file goes on from here.

    Attributes:
        failed: how many rows failed or ended with an unknown outcome.
        calls: how many calls were made.
    """

    failed: int = 0
    calls: int = 0
