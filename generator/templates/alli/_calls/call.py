"""One call of the facade, from its first attempt to its result: id, deadline, attempts, and whether to try again. No I/O."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from .._json.loose_json import is_object
from .._json.responses import UNKNOWN_OUTCOME
from .._observing.observers import ObservedCall
from .._observing.watch import UNWATCHED, Watch, watched
from .._privacy.keys import HiddenKey
from .._privacy.logs import logger
from .._privacy.masking import Mask
from ..config import Config
from ..errors import AlliError, APIConnectionError, APIStatusError, DeadlineExceededError
from .deadlines import seconds_until
from .headers import merged
from .operations import Operation
from .response import Response

__all__ = ["Call"]

_MODELS = ("llm_model", "model")
"""The arguments that name a model."""


class Call:
    """State of one call. Made when the call begins, used by one thread or task.

    Attributes:
        operation: the facade method.
        method: HTTP method in upper case.
        path: path of the URL, without query.
        request: arguments of the HTTP library's request.
        request_id: sent as `X-Request-ID`, the same on each attempt.
        where: opens error messages, e.g. "apps.run: POST /webapi/apps/TExN…/run".
        deadline_at: `time.monotonic()` after which the call is given up; None for never.
        attempts: attempts begun so far.
        is_over: a middleware has ended the call, so there are no more attempts.
        key: the API key that goes out, once it is there.
        user_headers: the client's headers, identity among them, and those that the call was given.
        response: what the last attempt was answered; None where it was not.
        watch: tells those who observe calls what happens to this one.
    """

    __slots__ = (
        "_attempt_began",
        "_began",
        "_config",
        "_contexts",
        "attempts",
        "deadline_at",
        "is_over",
        "key",
        "method",
        "operation",
        "path",
        "request",
        "request_id",
        "response",
        "user_headers",
        "watch",
        "where",
    )

    def __init__(self, operation: Operation, request: Mapping[str, Any], config: Config) -> None:
        self.operation = operation
        self.method: str = request["method"].upper()
        self.path: str = request["url"]
        self.request_id = secrets.token_hex(16)
        self.where = f"{operation.name}: {self.method} {self.path}"
        self._began = time.monotonic()
        self.deadline_at = None if config.deadline is None else self._began + config.deadline
        self.attempts = 0
        self.is_over = False
        self.key: HiddenKey | None = None
        self.response: Response | None = None
        self._attempt_began = self._began
        self._config = config
        if config.extra_body or config.extra_query:
            from .undocumented import with_extras

            request = with_extras(operation, request, config.extra_body, config.extra_query)
        self.request = request
        self.user_headers = merged(config.headers, request.get("user_headers"))
        self.watch: Watch = UNWATCHED
        self._contexts: ExitStack | None = None

    def begin(self, *, is_stream: bool) -> None:
        """Lets observers know of this call."""
        self.watch = watched(lambda: self._described(is_stream=is_stream))
        if self.watch is not UNWATCHED:
            self.user_headers = merged(self.user_headers, self.watch.headers())

    def end(self, error: BaseException | None, conversation_id: str | None = None) -> None:
        """Tells observers that this call is over; the first time counts."""
        if self.watch is not UNWATCHED:
            status_code = None if self.response is None else self.response.status_code
            known = conversation_id or getattr(error, "conversation_id", None) or self._conversation_id()
            self.watch.ended(error, status_code, self.attempts, known)

    def __enter__(self) -> Self:
        """The call runs in the contexts of its observers, and is over at the end of the block."""
        if self.watch is not UNWATCHED:
            self._contexts = self.watch.running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._contexts is not None:
            self._contexts.close()
            self.end(error)

    @property
    def mask(self) -> Mask:
        """Masks what the service repeats of this call in an error."""
        return Mask(self.key, self.request, self._identity)

    def _identity(self) -> tuple[str, ...]:
        options = self._config.options
        given = (options.get(name) for name in ("user_id", "user_email", "agent_email"))
        sent = (self._config.headers.get(name) for name in ("OWN-USER-ID", "USER-EMAIL", "AGENT-EMAIL"))
        return tuple(text for text in (*given, *sent) if isinstance(text, str))

    def seconds_left(self, at_most: float) -> float:
        """Seconds until the deadline, at most `at_most`; never 0 or less."""
        return at_most if self.deadline_at is None else min(at_most, seconds_until(self.deadline_at))

    def begin_attempt(self) -> None:
        self.attempts += 1
        self.response = None
        self._attempt_began = time.monotonic()

    def details(self) -> dict[str, Any]:
        """Attributes that every error of this call carries."""
        return {
            "method": self.method,
            "path": self.path,
            "attempts": self.attempts,
            "request_id": self.request_id,
            "response": self.response,
        }

    def answered(self, status_code: int, headers: Mapping[str, str], content: bytes | None) -> None:
        """Takes note of what the attempt was answered; `content` is None where the body is left to a stream."""
        response = self.response_of(status_code, headers, content)
        if self.key is not None and self.key.is_in(response.headers.values()):
            response = response.changed(self.mask.key_in)
        self.response = response

    def response_of(self, status_code: int, headers: Mapping[str, str], content: bytes | None) -> Response:
        """A response of the attempt that runs."""
        return Response(status_code, headers, content, request_id=self.request_id, attempts=self.attempts)

    def last_response(self) -> Response:
        """What the last attempt was answered; to be asked only where it was."""
        if self.response is None:
            raise AlliError(f"{self.where}: no answer has come")
        return self.response

    def unanswered(self, error: APIConnectionError) -> APIConnectionError:
        """`error` of an attempt, completed with what is known of the call."""
        error.__dict__.update(self.details())
        error.conversation_id = self._conversation_id()
        if error.request_sent and not self.operation.idempotent:
            error.outcome_unknown = True
            known = f" (conversation {error.conversation_id})" if error.conversation_id else ""
            error.args = (f"{error}; {UNKNOWN_OUTCOME}{known}",)
        return error

    def refused(self, error: APIStatusError) -> APIStatusError:
        """`error` of an attempt, completed with the conversation when that is known."""
        error.conversation_id = self._conversation_id()
        if error.outcome_unknown and error.conversation_id:
            error.args = (f"{error} (conversation {error.conversation_id})",)
        return error

    def end_by_middleware(self, error: BaseException, *, sent: bool) -> None:
        """A middleware raised an error that is not that of its `send`: the call ends, and what was sent may have been carried out."""
        self.is_over = True
        if sent and isinstance(error, AlliError):
            error.request_sent = True
            error.outcome_unknown = not self.operation.idempotent

    def pause(self, error: APIConnectionError | APIStatusError) -> float | None:
        """Seconds until the next attempt; None when `error` is to be raised.

        Raises:
            DeadlineExceededError: there was no answer, and the deadline leaves no time for another attempt.
        """
        pause = None
        if not self.is_over and not isinstance(error, DeadlineExceededError) and _can_be_sent_again(self.request):
            retries = self.attempts - 1
            pause = self._config.retry_policy.pause(error, retries=retries, idempotent=self.operation.idempotent)
        late = pause is not None and self.deadline_at is not None and time.monotonic() + pause >= self.deadline_at
        self._log_attempt(error, None if late else pause)
        if pause is not None and not late:
            self.watch.retried(error, self.attempts, pause)
        if late and isinstance(error, APIConnectionError):
            raise DeadlineExceededError(f"{error}; the deadline leaves no time to try again", **vars(error)) from error
        return None if late else pause

    def log_answer(self, status_code: int) -> None:
        """One line for a call that was answered well."""
        logger.info(
            "%s %s -> %d in %d ms, attempts %d, id %s",
            self.method,
            self.path,
            status_code,
            (time.monotonic() - self._began) * 1000,
            self.attempts,
            self.request_id,
        )

    def _log_attempt(self, error: APIConnectionError | APIStatusError, pause: float | None) -> None:
        """One line at DEBUG for an attempt that is followed by another; for the last one, the line of the call at INFO."""
        logger.log(
            logging.INFO if pause is None else logging.DEBUG,
            "%s %s -> %s in %d ms, %s %d, id %s%s",
            self.method,
            self.path,
            error.status_code if isinstance(error, APIStatusError) else type(error).__name__,
            (time.monotonic() - (self._began if pause is None else self._attempt_began)) * 1000,
            "attempts" if pause is None else "attempt",
            self.attempts,
            self.request_id,
            "" if pause is None else f"; again in {pause:.2f} s",
        )

    def _described(self, *, is_stream: bool) -> ObservedCall:
        operation = self.operation
        return ObservedCall(
            operation=operation.name,
            method=self.method,
            base_url=self._config.base_url,
            path=self.path,
            template=operation.path,
            request_id=self.request_id,
            generates=operation.run and bool(operation.id),
            model=next((self._field(place) for place, name in (operation.body or {}).items() if name in _MODELS), None),
            is_stream=is_stream,
        )

    def _conversation_id(self) -> str | None:
        return self._field("conversationId")

    def _field(self, wire_name: str) -> str | None:
        """A field of the body that holds text."""
        body: object = self.request.get("json")
        for name, part in self.request.get("files") or ():
            if name == wire_name:
                return _text(part[1])
            if name == "json":
                body = json.loads(part[1])
        return _text(body.get(wire_name)) if is_object(body) else None


def _text(value: object) -> str | None:
    return value.decode() if isinstance(value, bytes) else value if isinstance(value, str) else None


def _can_be_sent_again(request: Mapping[str, Any]) -> bool:
    """No part comes from a stream that can't be read twice."""
    contents = [request.get("content", b""), *(part[1] for _, part in request.get("files") or ())]
    return all(
        isinstance(content, (bytes, str)) or (hasattr(content, "seekable") and content.seekable())
        for content in contents
    )
