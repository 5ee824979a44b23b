"""No call waits for ever, and a deadline bounds all of it."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from typing import Any

import alli
import httpx
import pytest
from alli import ConfigurationError, DeadlineExceededError, RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.answers import silent
from tests.servers import Connection, ScriptedServer

SLACK = 0.05
"""Seconds by which a call may outlive its deadline (requirement 5)."""
GOOD = b'{"id": "a1", "name": "One", "result": {"id": "a1"}}'


def timeouts_of(client_kind: ClientKind, seen: list[dict[str, float]], **options: Any) -> Any:
    """A client that notes the timeouts of each request."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, content=GOOD)

    return client_kind.mocked(answer, **options)


async def test_by_default_a_run_may_read_for_ten_minutes_and_all_else_for_one(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[float, ...]] = []

    def answer(_: object, request: httpx.Request) -> httpx.Response:
        seen.append(tuple(request.extensions["timeout"][step] for step in ("connect", "read", "write", "pool")))
        return httpx.Response(200, content=GOOD)

    async def aanswer(_: object, request: httpx.Request) -> httpx.Response:
        return answer(_, request)

    # A client given to ours would bring its own timeouts, so the one that ours makes is caught at its last step.
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", aanswer)
    client = client_kind.make()
    await client_kind.get(client.apps.get("a1"))
    await client_kind.get(client.cognitive_config.update({"a": 1}))
    await client_kind.get(client.apps.run("a1"))
    await client_kind.get(client.skills.run("s1", "x"))
    assert seen == [(10, 60, 60, 60), (10, 60, 60, 60), (10, 600, 60, 60), (10, 600, 60, 60)]


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [(7, (7, 7, 7, 7)), (0.5, (0.5, 0.5, 0.5, 0.5)), ((1, 2, 3, 4), (1, 2, 3, 4))],
)
async def test_a_timeout_is_a_number_or_one_per_step_and_holds_for_runs_too(
    client_kind: ClientKind, timeout: Any, expected: tuple[float, ...]
) -> None:
    seen: list[dict[str, float]] = []
    client = timeouts_of(client_kind, seen, timeout=timeout)
    await client_kind.get(client.apps.get("a1"))
    await client_kind.get(client.apps.run("a1"))
    assert seen == [dict(zip(("connect", "read", "write", "pool"), expected, strict=True))] * 2


async def test_the_timeouts_of_a_given_http_client_hold_where_ours_are_not_set(client_kind: ClientKind) -> None:
    seen: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, content=GOOD)

    http = client_kind.http_client(
        transport=httpx.MockTransport(answer), timeout=httpx.Timeout(1, read=2, write=3, pool=4)
    )
    client = client_kind.make(base_url="https://mock.test", http_client=http)
    await client_kind.get(client.apps.run("a1"))
    await client_kind.get(client.with_options(timeout=9).apps.run("a1"))
    assert seen == [
        {"connect": 1, "read": 2, "write": 3, "pool": 4},
        {"connect": 9, "read": 9, "write": 9, "pool": 9},
    ]


@pytest.mark.parametrize(
    "timeout", [0, -1, math.inf, math.nan, "5", True, (1, 2), (1, 2, 3, None), [1, 2, 3, 4]], ids=repr
)
def test_a_timeout_that_is_none_or_without_end_is_refused(client_kind: ClientKind, timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^timeout: must be"):
        client_kind.make(timeout=timeout)


@pytest.mark.parametrize("option", ["deadline", "idle_timeout"])
@pytest.mark.parametrize("seconds", [0, -1, math.inf, math.nan, "5", False], ids=repr)
def test_a_deadline_that_is_none_or_without_end_is_refused(client_kind: ClientKind, option: str, seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^{option}: must be a finite number of seconds above 0$"):
        client_kind.make(**{option: seconds})


async def test_a_silent_service_is_given_up_after_the_read_timeout(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.server.release.wait(20)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, timeout=0.1, max_retries=0)
        with pytest.raises(alli.APITimeoutError, match=r"timed out \(ReadTimeout\)") as caught:
            await client_kind.get(client.apps.run("a1", conversation_id="c1"))
    assert not isinstance(caught.value, DeadlineExceededError)
    assert (caught.value.request_sent, caught.value.outcome_unknown) == (True, True)
    assert caught.value.conversation_id == "c1"
    assert isinstance(caught.value.__cause__, httpx.ReadTimeout)


# Deadlines


def trickle(connection: Connection, piece: bytes) -> None:
    while not connection.server.release.wait(0.01):
        connection.socket.sendall(piece)


def trickling_body(connection: Connection) -> None:
    connection.start(200)
    trickle(connection, b"1\r\n \r\n")


def trickling_error_body(connection: Connection) -> None:
    connection.start(500)
    trickle(connection, b"1\r\n \r\n")


def trickling_header(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    trickle(connection, b"x")


def busy(connection: Connection) -> None:
    connection.respond(429, b"{}", {"Retry-After": "0.12"})


def hanging_up(connection: Connection) -> None:
    connection.close()


@pytest.mark.parametrize("method", ["get", "run"])
@pytest.mark.parametrize(
    "behaviour", [silent, trickling_header, trickling_body, trickling_error_body], ids=lambda f: f.__name__
)
async def test_a_deadline_ends_a_call_wherever_it_stands(
    client_kind: ClientKind, behaviour: Callable[[Connection], None], method: str
) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            behaviour(connection)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=0.3)
        took = math.inf
        for _ in range(3):  # a busy machine may hold up one call, not each
            began = time.monotonic()
            with pytest.raises(DeadlineExceededError) as caught:
                await client_kind.get(getattr(client.apps, method)("a1"))
            took = min(took, time.monotonic() - began)
            if took < 0.3 + SLACK:
                break
    assert 0.25 < took < 0.3 + SLACK
    assert caught.value.attempts == 1
    assert caught.value.request_id
    assert caught.value.outcome_unknown is (method == "run")


async def test_pauses_count_and_one_that_would_outlast_the_deadline_is_not_begun(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            busy(connection)

    with ScriptedServer(answer) as server:
        policy = RetryPolicy(max_retries=50, jitter=0)
        client = client_kind.make(base_url=server.url, deadline=0.3, retry_policy=policy)
        began = time.monotonic()
        with pytest.raises(alli.RateLimitError) as caught:
            await client_kind.get(client.apps.run("a1"))
        took = time.monotonic() - began
    assert took < 0.3 + SLACK
    assert caught.value.attempts == len(server.requests)
    assert caught.value.attempts in (2, 3)  # a busy machine may hold up the third
    assert caught.value.retry_after == 0.12


async def test_attempts_without_an_answer_end_with_the_deadline_too(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.close()

    with ScriptedServer(answer) as server:
        policy = RetryPolicy(max_retries=50, base=0.12, cap=0.12, jitter=0)
        client = client_kind.make(base_url=server.url, deadline=0.3, retry_policy=policy)
        began = time.monotonic()
        with pytest.raises(DeadlineExceededError, match="the deadline leaves no time to try again") as caught:
            await client_kind.get(client.apps.get("a1"))
        took = time.monotonic() - began
    assert took < 0.3 + SLACK
    assert caught.value.attempts == len(server.requests)
    assert caught.value.attempts in (2, 3)  # a busy machine may hold up the third
    assert isinstance(caught.value.__cause__, alli.APIConnectionError)


async def test_each_call_has_the_whole_deadline(client_kind: ClientKind) -> None:
    waits = itertools.chain([0.2, 0.2, 0.2])

    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.server.release.wait(next(waits))
            connection.respond(200, GOOD)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=0.4)
        for _ in range(3):
            assert (await client_kind.get(client.apps.get("a1"))).name == "One"


@pytest.mark.parametrize("size", [0, 1, 300_000])
async def test_within_its_deadline_a_call_reads_good_and_bad_answers_whole(client_kind: ClientKind, size: int) -> None:
    text = "x" * size

    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request:
            name = b'"name": "%s"' % text.encode()
            connection.respond(200 if request.target.endswith("/a1") else 404, b'{"id": "a1", %s}' % name)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=20)
        assert (await client_kind.get(client.apps.get("a1"))).name == text
        with pytest.raises(alli.NotFoundError) as caught:
            await client_kind.get(client.apps.get("a2"))
    assert caught.value.body == {"id": "a1", "name": text}


async def test_a_deadline_is_shorter_than_the_timeouts_of_a_given_http_client(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.server.release.wait(20)

    with ScriptedServer(answer) as server:
        http = client_kind.http_client(timeout=None)
        client = client_kind.make(base_url=server.url, http_client=http, deadline=0.2)
        began = time.monotonic()
        with pytest.raises(DeadlineExceededError):
            await client_kind.get(client.apps.get("a1"))
        assert time.monotonic() - began < 0.2 + SLACK


async def test_after_a_deadline_the_client_goes_on_working(client_kind: ClientKind) -> None:
    behaviours = itertools.chain([trickling_header, trickling_body, silent], itertools.repeat(None))

    def answer(connection: Connection) -> None:
        behaviour = next(behaviours)
        if connection.read_request():
            if behaviour:
                behaviour(connection)
            else:
                connection.respond(200, GOOD)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        for _ in range(3):
            with pytest.raises(DeadlineExceededError):
                await client_kind.get(client.with_options(deadline=0.1).apps.get("a1"))
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"
