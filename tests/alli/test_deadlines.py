"""A deadline bounds all of a call: connecting, reading, pauses, further attempts.

How late a busy machine lets a call end says nothing of the client, so nothing is timed here. A service that would go on for ever shows
that the deadline ends a call; what is planned shows by how little it may be outlived; and the clock is put forward for what counts.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from types import SimpleNamespace
from typing import Any

import alli
import pytest
from alli import DeadlineExceededError, RetryPolicy
from alli._calls import deadlines
from alli._calls.deadlines import Alarm, StepTimeouts
from alli._http import concurrency

from tests.alli.client_kind import ClientKind
from tests.alli.clock import Clock
from tests.answers import Answer, after_request, answering, silent
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

SLACK = 0.05
"""Seconds by which a call may outlive its deadline (requirement 5)."""
GOOD = b'{"id": "a1", "name": "One", "result": {"id": "a1"}}'


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


ENDLESS: dict[str, Answer] = {
    "silent": silent,
    "trickling_header": trickling_header,
    "trickling_body": trickling_body,
    "trickling_error_body": trickling_error_body,
}


@pytest.mark.parametrize("method", ["get", "run"])
@pytest.mark.parametrize("behaviour", ENDLESS)
async def test_a_deadline_ends_a_call_wherever_it_stands(client_kind: ClientKind, behaviour: str, method: str) -> None:
    with ScriptedServer(after_request(ENDLESS[behaviour])) as server:
        client = client_kind.make(base_url=server.url, deadline=0.5)
        with pytest.raises(DeadlineExceededError) as caught:
            await client_kind.get(getattr(client.apps, method)("a1"))
    assert caught.value.attempts == 1
    assert caught.value.request_id
    assert caught.value.outcome_unknown is (method == "run")


def planned_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest that each wait begun from now on may last, in seconds: what those who then wait are given."""
    waits: list[float] = []
    wait_for_result, time_limit, set_alarm = Future.result, asyncio.timeout, Alarm.__init__

    def result(future: Future[Any], timeout: float | None = None) -> Any:
        if timeout is not None:
            waits.append(timeout)
        return wait_for_result(future, timeout)

    def timeout(seconds: float | None) -> asyncio.Timeout:
        if seconds is not None:
            waits.append(seconds)
        return time_limit(seconds)

    def noted_alarm(alarm: Alarm, seconds: float, *args: Any) -> None:
        waits.append(seconds)
        set_alarm(alarm, seconds, *args)

    loop: Any = asyncio.get_running_loop()
    call_later = loop.call_later

    def later(delay: float, *args: Any, **more: Any) -> Any:
        waits.append(delay)
        return call_later(delay, *args, **more)

    monkeypatch.setattr(Future, "result", result)
    monkeypatch.setattr(asyncio, "timeout", timeout)
    monkeypatch.setattr(Alarm, "__init__", noted_alarm)
    monkeypatch.setattr(loop, "call_later", later)
    return waits


async def test_no_wait_is_planned_to_outlive_the_deadline_by_more_than_a_moment(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = 0.2
    planned_before: list[int] = []

    def answer(connection: Connection) -> None:
        if connection.read_request() is None:
            return
        planned_before.append(len(waits))
        if len(connection.server.requests) == 1:
            connection.respond(429, b"{}", {"Retry-After": str(pause)})
        else:
            trickling_body(connection)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=1.5, retry_policy=RetryPolicy(jitter=0))
        waits = planned_waits(monkeypatch)
        with pytest.raises(DeadlineExceededError) as caught:
            await client_kind.get(client.apps.get("a1"))
        monkeypatch.undo()
    assert caught.value.attempts == 2
    assert 0 < planned_before[0] < planned_before[1] < len(waits), "the head of each answer, and the body of the second"
    assert max(waits) <= 1.5 + SLACK
    # What was planned last is for the second attempt, after the pause.
    assert waits[-1] <= 1.5 - pause + SLACK


def test_each_step_is_given_its_own_limit_or_what_the_deadline_leaves_if_that_is_less() -> None:
    steps = {"connect": 10.0, "read": 600.0, "write": 2.0, "pool": None}
    soon = StepTimeouts(steps, time.monotonic() + 5)
    assert soon.get("write") == 2
    for step in ("connect", "read", "pool"):
        assert 0 < soon.get(step) <= 5
    late = StepTimeouts(steps, time.monotonic() - 1)
    assert {late.get(step) for step in steps} == {0.001}, "no limit of 0, which some take for none"


@pytest.mark.parametrize("method", ["get", "run"])
async def test_pauses_count_and_one_that_would_outlast_the_deadline_is_not_begun(
    client_kind: ClientKind, clock: Clock, method: str
) -> None:
    with ScriptedServer(answering(429, b"{}", {"Retry-After": "12"})) as server:
        policy = RetryPolicy(max_retries=50, jitter=0)
        client = client_kind.make(base_url=server.url, deadline=30, retry_policy=policy)
        with pytest.raises(alli.RateLimitError) as caught:
            await client_kind.get(getattr(client.apps, method)("a1"))
    assert caught.value.attempts == len(server.requests) == 3, "at 0, 12 and 24 s"
    assert caught.value.retry_after == 12


async def test_attempts_without_an_answer_end_with_the_deadline_too(client_kind: ClientKind, clock: Clock) -> None:
    with ScriptedServer(after_request(Connection.close)) as server:
        policy = RetryPolicy(max_retries=50, base=12, cap=12, jitter=0)
        client = client_kind.make(base_url=server.url, deadline=30, retry_policy=policy)
        with pytest.raises(DeadlineExceededError, match="the deadline leaves no time to try again") as caught:
            await client_kind.get(client.apps.get("a1"))
    assert caught.value.attempts == len(server.requests) == 3, "at 0, 12 and 24 s"
    assert isinstance(caught.value.__cause__, alli.APIConnectionError)


async def test_each_call_has_the_whole_deadline(client_kind: ClientKind, clock: Clock) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            clock.forward(20)
            connection.respond(200, GOOD)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=30)
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
    with ScriptedServer(after_request(silent)) as server:
        http = client_kind.http_client(timeout=None)
        client = client_kind.make(base_url=server.url, http_client=http, deadline=0.2)
        with pytest.raises(DeadlineExceededError):
            await client_kind.get(client.apps.get("a1"))


async def test_after_a_deadline_the_client_goes_on_working(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if request := connection.read_request():
            app_id = request.path.rpartition("/")[2]
            if app_id in ENDLESS:
                ENDLESS[app_id](connection)
            else:
                connection.respond(200, GOOD)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        for app_id in ENDLESS:
            with pytest.raises(DeadlineExceededError):
                await client_kind.get(client.with_options(deadline=0.1).apps.get(app_id))
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"


def test_alarms_ring_in_their_order_and_one_that_fails_silences_none() -> None:
    rang: list[int] = []
    done = threading.Event()

    def fail() -> None:
        raise LookupError

    alarms = {number: Alarm(0.02 * number, partial(rang.append, number)) for number in (3, 1, 2)}
    Alarm(0.01, fail)
    stopped = Alarm(0.03, lambda: rang.append(99))
    stopped.stop()
    Alarm(0.2, done.set)
    assert done.wait(5)
    # Where the machine was busy meanwhile, the one set last may be due last.
    assert rang == sorted(alarms, key=lambda number: alarms[number].at)
    assert all(alarm.has_fired for alarm in alarms.values())


def test_alarms_ring_in_time_after_two_threads_set_the_first_ones_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    second_asks, first_is_set, rang = threading.Event(), threading.Event(), threading.Event()

    def condition() -> threading.Condition:
        """The second thread asks for its own while that of the first is made, and gets it once the first alarm is set."""
        if threading.current_thread() is second:
            second_asks.set()
            assert first_is_set.wait(10)
        else:
            second.start()
            assert second_asks.wait(10)
        return threading.Condition()

    monkeypatch.setattr(deadlines, "_alarms", deadlines._Alarms())
    monkeypatch.setattr(deadlines, "threading", SimpleNamespace(Condition=condition, Thread=threading.Thread))
    second = threading.Thread(target=lambda: Alarm(60, rang.clear))
    Alarm(60, rang.clear)
    first_is_set.set()
    second.join(10)
    assert not rang.wait(0.05)  # the thread of the alarms waits
    Alarm(0.01, rang.set)
    assert rang.wait(5)
    deadlines._alarms._set.clear()


def test_a_call_whose_thread_has_its_turn_after_the_deadline_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    late: list[Callable[[], object]] = []
    monkeypatch.setattr(concurrency, "in_thread", late.append)
    with ScriptedServer(answering(200, GOOD)) as server, alli.Alli(api_key="k", base_url=server.url) as client:
        with pytest.raises(DeadlineExceededError) as caught:
            client.with_options(deadline=0.05).apps.run("a1", {"text": "x"})
        assert caught.value.outcome_unknown  # the thread might as well have sent it by now
        for work in late:
            work()
    assert (len(late), server.requests) == (1, [])
