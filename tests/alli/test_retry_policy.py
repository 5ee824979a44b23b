"""The retry policy by itself: numbers in, numbers out."""

from __future__ import annotations

import math
import time
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import alli
import pytest
from alli import RetryPolicy
from alli._calls.retries import retry_after_seconds
from hypothesis import given
from hypothesis import strategies as st


def refused(code: int, retry_after: float | None = None) -> alli.APIStatusError:
    return alli.APIStatusError("text", status_code=code, retry_after=retry_after)


def test_a_policy_has_the_documented_defaults_and_can_not_be_changed() -> None:
    policy: Any = RetryPolicy()
    assert (policy.max_retries, policy.base, policy.cap, policy.jitter, policy.retry_after_cap) == (2, 0.5, 8, 0.25, 60)
    assert policy.statuses == {408, 409, 425, 429}
    with pytest.raises(FrozenInstanceError):
        policy.cap = 9


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (alli.InternalServerError("x", method="GET", status_code=500), True),
        (alli.InternalServerError("x", method="POST", status_code=500, retry_after=1.0), False),
        (alli.InternalServerError("x", method="POST", status_code=503), False),
        (alli.InternalServerError("x", method="POST", status_code=503, retry_after=0.0), True),
        (alli.RateLimitError("x", method="POST", status_code=429), True),
        (alli.RateLimitError("x", method="POST", status_code=429, outcome_unknown=True), False),
        (alli.APIConnectionError("x", method="GET", request_sent=True), True),
        (alli.APIConnectionError("x", method="POST", request_sent=True), False),
        (alli.APIConnectionError("x", method="POST", request_sent=False), True),
        (alli.APIConnectionError("x", method="GET", request_sent=False, certificate_refused=True), False),
    ],
)
def test_a_call_is_retryable_where_no_app_can_have_run(error: alli.AlliError, expected: bool) -> None:
    assert alli.retryable(error) is expected


def test_pauses_double_up_to_the_cap_without_jitter() -> None:
    policy = RetryPolicy(max_retries=10, base=0.5, cap=3, jitter=0)
    pauses = [policy.pause(refused(500), retries=n, idempotent=True) for n in range(5)]
    assert pauses == [0.5, 1, 2, 3, 3]


def test_after_so_many_retries_there_is_no_more() -> None:
    policy = RetryPolicy(max_retries=1)
    assert policy.pause(refused(500), retries=0, idempotent=True) is not None
    assert policy.pause(refused(500), retries=1, idempotent=True) is None


@pytest.mark.parametrize(("drawn", "backoff", "obeyed"), [(0.0, 2.0, 10.0), (0.999, 1.5005, 10.999)])
def test_jitter_shortens_a_backoff_and_lengthens_what_the_service_asks(
    monkeypatch: pytest.MonkeyPatch, drawn: float, backoff: float, obeyed: float
) -> None:
    monkeypatch.setattr("alli._calls.retries._random", lambda: drawn)
    policy = RetryPolicy(max_retries=3, base=2, jitter=0.25)
    assert policy.pause(refused(500), retries=0, idempotent=True) == pytest.approx(backoff)
    assert policy.pause(refused(429, 10.0), retries=0, idempotent=False) == pytest.approx(obeyed)


@given(
    retries=st.integers(0, 10_000),
    base=st.floats(0, 1e6),
    cap=st.floats(0, 1e6),
    jitter=st.floats(0, 1),
)
def test_a_pause_is_never_negative_and_never_above_the_cap(
    retries: int, base: float, cap: float, jitter: float
) -> None:
    policy = RetryPolicy(max_retries=20_000, base=base, cap=cap, jitter=jitter)
    pause = policy.pause(refused(500), retries=retries, idempotent=True)
    assert pause is not None and 0 <= pause <= cap


def test_what_the_service_asks_is_obeyed_up_to_the_cap_exactly() -> None:
    policy = RetryPolicy(retry_after_cap=60, jitter=0)
    assert policy.pause(refused(429, 60.0), retries=0, idempotent=False) == 60
    assert policy.pause(refused(429, 60.1), retries=0, idempotent=False) is None
    assert policy.pause(refused(429, 0.0), retries=0, idempotent=False) == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_retries": -1}, "max_retries must be a whole number of at least 0"),
        ({"max_retries": 1.5}, "max_retries must be a whole number of at least 0"),
        ({"max_retries": True}, "max_retries must be a whole number of at least 0"),
        ({"base": -0.1}, "base must be a finite number of seconds of at least 0"),
        ({"base": math.inf}, "base must be a finite number of seconds of at least 0"),
        ({"cap": math.nan}, "cap must be a finite number of seconds of at least 0"),
        ({"retry_after_cap": "60"}, "retry_after_cap must be a finite number of seconds of at least 0"),
        ({"jitter": 1.1}, "jitter must be from 0 to 1"),
        ({"jitter": None}, "jitter must be from 0 to 1"),
        ({"statuses": 429}, "statuses must be a set of HTTP statuses"),
        ({"statuses": {"429"}}, "statuses must be a set of HTTP statuses"),
        ({"retry_if": True}, "retry_if must be a function or None"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(alli.ConfigurationError) as caught:
        RetryPolicy(**settings)
    assert str(caught.value) == f"RetryPolicy: {message}"


def test_statuses_may_be_any_collection_and_are_kept_apart_from_it() -> None:
    mine: Any = {429}  # no frozenset, as a user may well pass one
    policy = RetryPolicy(statuses=mine)
    mine.add(400)
    assert policy.pause(refused(400), retries=0, idempotent=True) is None
    assert policy.pause(refused(408), retries=0, idempotent=True) is None
    assert policy.pause(refused(429), retries=0, idempotent=True) is not None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "5"}, 5),
        ({"retry-after": " 5 "}, 5),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "Thu, 99 Jan 1970 00:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms_and_nonsense_counts_as_absent(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_seconds(headers) == seconds


@pytest.mark.parametrize("zone", [UTC, None], ids=["GMT", "-0000"])
def test_a_retry_after_date_counts_from_now_in_any_zone(zone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    now = 1_800_000_000
    monkeypatch.setattr("alli._calls.retries.time", lambda: float(now))
    when = datetime.fromtimestamp(now + 90, UTC).replace(tzinfo=zone)
    seconds = retry_after_seconds({"retry-after": format_datetime(when)})
    monkeypatch.undo()
    time.tzset()
    assert seconds == 90


@given(st.text(max_size=40))
def test_no_retry_after_header_makes_reading_it_fail(value: str) -> None:
    seconds = retry_after_seconds({"retry-after": value, "retry-after-ms": value})
    assert seconds is None or 0 <= seconds < math.inf
