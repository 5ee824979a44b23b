"""The public errors, as programs catch them. Only type-checked, never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from alli import (
    Alli,
    AlliError,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AppError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DeadlineExceededError,
    InternalServerError,
    InvalidArgumentError,
    JobFailedError,
    MapStopped,
    MethodNotAllowedError,
    NotFoundError,
    PaginationError,
    PaymentError,
    PermissionDeniedError,
    RateLimitError,
    Response,
    RunResult,
    StreamDecodeError,
    StreamError,
    StreamIdleError,
    StreamInterruptedError,
    StreamTruncatedError,
    UnprocessableEntityError,
    WaitTimeoutError,
    retryable,
)


def setting_up_goes_wrong() -> None:
    try:
        Alli().apps.update("", name="n")
    except (ConfigurationError, InvalidArgumentError) as error:
        wrong: ValueError = error
        assert_type(str(wrong), str)
    except MapStopped as error:
        assert_type((error.failed, error.calls), tuple[int, int])
    except WaitTimeoutError as error:
        assert_type(error.outcome_unknown, bool)
    except JobFailedError as error:
        assert_type(error.status, str | None)
    except PaginationError as error:
        known: AlliError = error
        raise known from None


def calls_go_wrong(client: Alli) -> None:
    try:
        client.apps.run("a1")
    except (
        BadRequestError,
        AuthenticationError,
        PaymentError,
        PermissionDeniedError,
        NotFoundError,
        MethodNotAllowedError,
        ConflictError,
        UnprocessableEntityError,
        RateLimitError,
        InternalServerError,
    ) as error:
        status: APIStatusError = error
        assert_type(status.status_code, int)
        assert_type(status.code, int | None)
        assert_type(status.name, str | None)
        assert_type(status.message, str)
        assert_type(status.headers, Mapping[str, str])
        assert_type(status.retry_after, float | None)
    except AppError as error:
        assert_type(error.message, str)
        assert_type(error.code, int | None)
        assert_type(error.name, str | None)
        assert_type(error.partial, RunResult | None)
    except DeadlineExceededError as error:
        timeout: APITimeoutError = error
        connection: APIConnectionError = timeout
        assert_type(connection.method + connection.path, str)
        assert_type(connection.attempts, int)
        assert_type(connection.request_id, str | None)
        assert_type(connection.conversation_id, str | None)
        assert_type(connection.certificate_refused, bool)
        assert_type(retryable(error), bool)


def streams_go_wrong(client: Alli) -> None:
    try:
        client.apps.stream("a1").result()
    except StreamTruncatedError as error:
        interrupted: StreamInterruptedError = error
        unreadable: StreamDecodeError = error
        assert_type(interrupted.request_sent, bool)
        assert_type(unreadable.outcome_unknown, bool)
    except StreamIdleError as error:
        silent: APITimeoutError = error
        broken: StreamError = error
        assert_type(broken.partial, RunResult | None)
        raise silent from None


def asking_any_error(error: AlliError) -> bool:
    assert_type(error.attempts, int)
    assert_type(error.request_id, str | None)
    assert_type(error.conversation_id, str | None)
    assert_type(error.partial, RunResult | None)
    assert_type(error.response, Response | None)
    assert_type(error.to_dict(), dict[str, Any])
    assert_type(error.to_json(), str)
    return error.request_sent and not error.outcome_unknown
