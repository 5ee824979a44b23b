"""A request is sent again only where that can't run an app twice."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import alli
import pytest
from alli import APIConnectionError, APITimeoutError, RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.answers import Answer, after_request, silent
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

QUICK = RetryPolicy(base=0.001)
GOOD = b'{"id": "a1", "name": "One", "result": {"id": "a1", "responses": [{"message": "done"}]}}'


def status(code: int, **headers: str) -> Answer:
    return lambda connection: connection.respond(code, b"{}", {n.replace("_", "-"): v for n, v in headers.items()})


def cut_head(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-")
    connection.close()


def cut_body(connection: Connection) -> None:
    connection.send(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": ')
    connection.close()


def good(connection: Connection) -> None:
    connection.respond(200, GOOD)


FAILURES: list[Any] = [
    # failure, requests of a GET, requests of a POST; 3 is a first one and two more
    pytest.param(Connection.reset, 3, 1, id="reset before an answer"),
    pytest.param(Connection.close, 3, 1, id="closed before an answer"),
    pytest.param(silent, 3, 1, id="read timeout"),
    pytest.param(cut_head, 3, 1, id="cut inside the head"),
    pytest.param(cut_body, 3, 1, id="cut inside the body"),
    pytest.param(status(408), 3, 1, id="408"),
    pytest.param(status(409), 3, 1, id="409"),
    pytest.param(status(425), 3, 1, id="425"),
    pytest.param(status(429), 3, 3, id="429"),
    pytest.param(status(429, Retry_After="0"), 3, 3, id="429 with Retry-After"),
    pytest.param(status(500), 3, 1, id="500"),
    pytest.param(status(500, Retry_After="0"), 3, 1, id="500 with Retry-After"),
    pytest.param(status(501), 1, 1, id="501"),
    pytest.param(status(502), 3, 1, id="502"),
    pytest.param(status(503), 3, 1, id="503"),
    pytest.param(status(503, Retry_After="0"), 3, 3, id="503 with Retry-After"),
    pytest.param(status(504), 3, 1, id="504"),
    pytest.param(status(504, Retry_After="0"), 3, 1, id="504 with Retry-After"),
    pytest.param(status(524), 3, 1, id="524"),
    pytest.param(status(302), 1, 1, id="302"),
    pytest.param(status(400), 1, 1, id="400"),
    pytest.param(status(401), 1, 1, id="401"),
    pytest.param(status(404), 1, 1, id="404"),
    pytest.param(status(422), 1, 1, id="422"),
    pytest.param(status(499), 1, 1, id="499"),
]
METHODS = {
    "apps.get": ("a1",),
    "apps.run": ("a1", {"text": "x"}),
    "apps.update": ("a1",),
    "conversations.send": ("c1", "x"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("failure", "gets", "others"), FAILURES)
async def test_a_failed_request_is_sent_as_often_as_can_do_no_harm(
    client_kind: ClientKind, method: str, failure: Answer, gets: int, others: int
) -> None:
    resource, name = method.split(".")
    expected = gets if name == "get" else others
    with ScriptedServer(after_request(failure)) as server:
        timeout = (5, 0.25, 5, 5) if failure is silent else 5
        client = client_kind.make(base_url=server.url, retry_policy=QUICK, timeout=timeout)
        with pytest.raises(alli.AlliError) as caught:
            await client_kind.get(getattr(getattr(client, resource), name)(*METHODS[method]))
    error: Any = caught.value
    # Of a refused run the app's inputs are asked for, which is another call.
    sent = [request for request in server.requests if request.path == error.path]
    assert len(sent) == expected
    assert error.attempts == expected
    assert isinstance(error, APIConnectionError) == (
        failure in (Connection.reset, Connection.close, silent, cut_head, cut_body)
    )
    assert isinstance(error, APITimeoutError) == (failure is silent)
    assert {request.headers["x-request-id"] for request in sent} == {error.request_id}
    assert len({request.body for request in sent}) == 1


@pytest.mark.parametrize("method", METHODS)
async def test_any_request_whose_connection_was_refused_is_sent_again(client_kind: ClientKind, method: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: connecting is refused, and nobody else gets the port
        client = client_kind.make(base_url=f"http://127.0.0.1:{unused.getsockname()[1]}", retry_policy=QUICK)
        resource, name = method.split(".")
        with pytest.raises(APIConnectionError, match="ConnectError") as caught:
            await client_kind.get(getattr(getattr(client, resource), name)(*METHODS[method]))
        place = client.base_url.removeprefix("http://")
        assert f" to {place}; check base_url and the network" in str(caught.value)
    assert caught.value.attempts == 3
    assert caught.value.request_sent is False
    assert caught.value.outcome_unknown is False


@pytest.mark.parametrize("method", ["apps.get", "apps.run"])
async def test_a_success_after_failures_is_the_result(client_kind: ClientKind, method: str) -> None:
    answers = iter([status(429), status(503, Retry_After="0"), good])
    with ScriptedServer(lambda connection: after_request(next(answers))(connection)) as server:
        client = client_kind.make(base_url=server.url, retry_policy=QUICK)
        resource, name = method.split(".")
        result = await client_kind.get(getattr(getattr(client, resource), name)(*METHODS[method]))
    assert len(server.requests) == 3
    if name == "run":
        assert (result.text, result.attempts) == ("done", 3)
        assert {request.headers["x-request-id"] for request in server.requests} == {result.request_id}
    else:
        assert result.name == "One"


async def test_each_call_has_a_request_id_of_its_own(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(good)) as server:
        client = client_kind.make(base_url=server.url)
        results = [await client_kind.get(client.apps.run("a1")) for _ in range(3)]
    sent = [request.headers["x-request-id"] for request in server.requests]
    assert sent == [result.request_id for result in results]
    assert len(set(sent)) == 3


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(lambda: {"Retry_After": "3600"}, id="seconds"),
        pytest.param(lambda: {"Retry_After_Ms": "3600000"}, id="milliseconds"),
        pytest.param(
            lambda: {"Retry_After": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}, id="date"
        ),
    ],
)
@pytest.mark.parametrize("method", ["apps.get", "apps.run"])
async def test_a_wait_beyond_the_cap_is_raised_at_once_with_what_was_asked(
    client_kind: ClientKind, method: str, headers: Callable[[], dict[str, str]]
) -> None:
    with ScriptedServer(after_request(status(429, **headers()))) as server:
        client = client_kind.make(base_url=server.url)
        resource, name = method.split(".")
        with pytest.raises(alli.RateLimitError, match=r"The service asks to wait 3[56][0-9][0-9]") as caught:
            await client_kind.get(getattr(getattr(client, resource), name)(*METHODS[method]))
    assert len(server.requests) == 1
    assert caught.value.retry_after == pytest.approx(3600, abs=60)


async def test_a_post_that_was_told_when_to_come_back_leaves_no_doubt_about_its_outcome(
    client_kind: ClientKind,
) -> None:
    with ScriptedServer(after_request(status(503, Retry_After="3600"))) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.InternalServerError) as caught:
            await client_kind.get(client.apps.run("a1"))
    assert caught.value.outcome_unknown is False


async def test_retry_if_can_widen_and_narrow_what_is_sent_again(client_kind: ClientKind) -> None:
    asked: list[Any] = []

    def retry_if(error: APIConnectionError | alli.APIStatusError) -> bool | None:
        asked.append(error)
        if isinstance(error, alli.RateLimitError):
            return False
        return True if isinstance(error, alli.InternalServerError) else None

    answers = iter([status(500), status(504), status(429)])
    with ScriptedServer(lambda connection: after_request(next(answers))(connection)) as server:
        client = client_kind.make(base_url=server.url, retry_policy=replace(QUICK, max_retries=5, retry_if=retry_if))
        with pytest.raises(alli.RateLimitError):
            await client_kind.get(client.apps.run("a1"))
    assert len(server.requests) == 3
    assert [error.status_code for error in asked] == [500, 504, 429]
    assert [error.attempts for error in asked] == [1, 2, 3]


async def test_what_retry_if_raises_reaches_the_caller(client_kind: ClientKind) -> None:
    def retry_if(error: object) -> bool:
        raise LookupError("mine")

    with ScriptedServer(after_request(status(500))) as server:
        client = client_kind.make(base_url=server.url, retry_policy=replace(QUICK, retry_if=retry_if))
        with pytest.raises(LookupError, match="mine"):
            await client_kind.get(client.apps.get("a1"))


async def test_retries_can_be_turned_off_and_up_for_one_call(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(status(429, Retry_After="0"))) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        for copy in (client, client.with_options(max_retries=4), client):
            with pytest.raises(alli.RateLimitError):
                await client_kind.get(copy.apps.get("a1"))
    assert len(server.requests) == 1 + 5 + 1


async def test_an_answer_s_body_is_read_before_the_next_attempt_so_that_one_connection_serves_all(
    client_kind: ClientKind,
) -> None:
    with ScriptedServer(after_request(status(503, Retry_After="0"))) as server:
        client = client_kind.make(base_url=server.url, max_retries=4)
        with pytest.raises(alli.InternalServerError):
            await client_kind.get(client.apps.run("a1"))
    assert len(server.requests) == 5
    assert len(server.connections) == 1


async def test_the_key_is_asked_for_once_per_call_not_per_attempt(client_kind: ClientKind) -> None:
    keys = iter(["k1", "k2"])
    with ScriptedServer(after_request(status(429))) as server:
        client = client_kind.make(base_url=server.url, api_key=lambda: next(keys), retry_policy=QUICK)
        for _ in range(2):
            with pytest.raises(alli.RateLimitError):
                await client_kind.get(client.apps.get("a1"))
    assert [request.headers["api-key"] for request in server.requests] == ["k1"] * 3 + ["k2"] * 3


async def test_an_error_status_whose_body_breaks_off_keeps_its_status(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.send(b"HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 100\r\n\r\n{")
            connection.close()

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, retry_policy=QUICK)
        with pytest.raises(alli.RateLimitError) as caught:
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
    assert caught.value.attempts == len(server.requests) == 3


@pytest.mark.parametrize(("answer", "expected"), [(429, True), (500, False), (503, False)])
async def test_a_call_is_retryable_as_a_whole_where_no_app_can_have_run(
    client_kind: ClientKind, answer: int, expected: bool
) -> None:
    """For what repeats calls by itself; tests/langchain_alli/test_retrying.py has the table of all errors."""
    with ScriptedServer(after_request(status(answer))) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.APIStatusError) as raised:
            await client_kind.get(client.apps.run("a1"))
    assert alli.retryable(raised.value) is expected


def test_what_is_no_error_of_a_call_is_not_retryable() -> None:
    assert not any(map(alli.retryable, (alli.ConfigurationError("x"), ValueError("x"), KeyboardInterrupt())))
