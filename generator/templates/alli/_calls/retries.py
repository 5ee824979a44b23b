"""When a request is sent again, and after how long. Numbers in, numbers out; the transport does the waiting."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import time

from ..errors import (
    APIConnectionError,
    APIStatusError,
    ConfigurationError,
    ConversationBusyError,
    InternalServerError,
    RateLimitError,
)

__all__ = ["RetryPolicy", "retry_after_seconds", "retryable"]

RetryPredicate = Callable[["APIConnectionError | APIStatusError"], bool | None]
"""Called once per failed attempt with the error that would be raised. True sends again, False raises, None leaves it to the policy.
An exception in it reaches the caller. It runs in the thread or task of the call."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How failed requests are repeated: `RetryPolicy(max_retries=5, cap=30)`.

    The pause before retry n (from 0) is `base * 2**n`, at most `cap`, of which a random part of up to `jitter` is taken off.
    A `Retry-After` is obeyed instead, with up to `jitter` of it (at most 1 s) added, so that waiting clients don't return together;
    when it asks for more than `retry_after_cap`, the error is raised at once with `.retry_after`.

    What may have run an app is never repeated, whatever the policy: a POST goes out again only when its connection was never made,
    or on 429, or on 503 with `Retry-After`. A certificate that did not pass its check is raised at once. `retry_if` can widen all of
    that for those who know their apps.

    Attributes:
        max_retries: how often a request is sent again, 0 for never. Default 2.
        base: first pause in seconds. Default 0.5.
        cap: longest pause in seconds without `Retry-After`. Default 8.
        jitter: random part of the pause, 0 to 1. Default 0.25.
        retry_after_cap: longest `Retry-After` obeyed, in seconds. Default 60.
        statuses: statuses after which an idempotent request is repeated, besides all from 500 up. Default 408, 409, 425, 429.
        retry_if: asked first; see `RetryPredicate`.

    Raises:
        ConfigurationError: names the setting and what is accepted.
    """

    max_retries: int = 2
    base: float = 0.5
    cap: float = 8.0
    jitter: float = 0.25
    retry_after_cap: float = 60.0
    statuses: frozenset[int] = frozenset({408, 409, 425, 429})
    retry_if: RetryPredicate | None = None

    def __post_init__(self) -> None:
        if isinstance(self.max_retries, bool) or not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise ConfigurationError("RetryPolicy: max_retries must be a whole number of at least 0")
        for name in ("base", "cap", "retry_after_cap"):
            if not _is_number(getattr(self, name)):
                raise ConfigurationError(f"RetryPolicy: {name} must be a finite number of seconds of at least 0")
        if not _is_number(self.jitter, most=1):
            raise ConfigurationError("RetryPolicy: jitter must be from 0 to 1")
        if not (isinstance(self.statuses, Collection) and all(isinstance(status, int) for status in self.statuses)):
            raise ConfigurationError("RetryPolicy: statuses must be a set of HTTP statuses")
        if self.retry_if is not None and not callable(self.retry_if):
            raise ConfigurationError("RetryPolicy: retry_if must be a function or None")
        # A copy, so that a set the user goes on using can't change a policy in use.
        object.__setattr__(self, "statuses", frozenset(self.statuses))

    def pause(self, error: APIConnectionError | APIStatusError, *, retries: int, idempotent: bool) -> float | None:
        """Seconds to wait before the request is sent again; None to raise `error`.

        Args:
            error: what the attempt came to.
            retries: how often this call was sent again so far.
            idempotent: the operation may be repeated after it may have reached the service.
        """
        if retries >= self.max_retries:
            return None
        wanted = self.retry_if(error) if self.retry_if else None
        if wanted is False or (wanted is None and not self._may_repeat(error, idempotent)):
            return None
        asked = error.retry_after if isinstance(error, APIStatusError) else None
        if asked is None:
            return self._backoff(retries)
        return None if asked > self.retry_after_cap else asked + min(1.0, self.jitter * asked) * _random()

    def _may_repeat(self, error: APIConnectionError | APIStatusError, idempotent: bool) -> bool:
        if isinstance(error, APIConnectionError):
            # A certificate that did not pass its check will not pass it half a second later either.
            return not error.certificate_refused and (idempotent or not error.request_sent)
        if idempotent:
            # 501 says that the service can't do this at all, now or later.
            return error.status_code in self.statuses or (error.status_code >= 500 and error.status_code != 501)
        # A 503 without Retry-After may follow a run that has begun, so a POST stays unsent; 429 is refused before anything runs.
        return error.status_code == 429 or (error.status_code == 503 and error.retry_after is not None)

    def _backoff(self, retries: int) -> float:
        longest = min(self.cap, self.base * 2.0 ** min(retries, 60))
        return longest * (1 - self.jitter * _random())


def retryable(error: BaseException) -> bool:
    """Whether a call that ended with `error` can be made again without running an app twice.

    For what repeats calls by itself, such as LangChain's `ToolRetryMiddleware(retry_on=alli.retryable)` or LangGraph's
    `RetryPolicy(retry_on=alli.retryable)`, whose defaults repeat every error of an app, also one after which the app may be running.
    True only where no app can have run: the request was never sent, the service refused it for its rate (429) or with 503 and
    `Retry-After`, or a list could not be read. False for all other errors, those of other packages and a refused certificate included.
    """
    if getattr(error, "outcome_unknown", False) is True:
        return False
    if isinstance(error, APIConnectionError):
        return not error.certificate_refused and (not error.request_sent or error.method == "GET")
    if isinstance(error, InternalServerError):
        return error.method == "GET" or (error.status_code == 503 and error.retry_after is not None)
    return isinstance(error, (RateLimitError, ConversationBusyError))


def _is_number(value: object, most: float = math.inf) -> bool:
    """Whether value is a finite number from 0 to `most`."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= most and value < math.inf


def _random() -> float:
    # Apart, so that tests can hold it still.
    return random.random()


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds asked for by `Retry-After-Ms` or `Retry-After` (seconds or an HTTP date); None when absent or unreadable.

    A date that has passed is 0.
    """
    milliseconds = _finite(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = _finite(value)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
        # A date in zone -0000 is in UTC, but Python reads it as one of the machine's zone.
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - time())
    except (ValueError, OverflowError):
        return None


def _finite(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else -1.0
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None
