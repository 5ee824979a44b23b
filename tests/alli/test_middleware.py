"""Functions around each attempt: in their order, once per attempt, without key and body, and harmless to what they can't see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import alli
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.alli.streams import good
from tests.answers import after_request, answering, give_app
from tests.servers import Connection, ScriptedServer

QUICK = RetryPolicy(base=0.001)


def given_after(steps: Generator[None, Any, Any], response: Any) -> Any:
    """What the middleware gives once its one `yield` has the response: what it returns, else the response."""
    try:
        steps.send(response)
    except StopIteration as end:
        return response if end.value is None else end.value
    raise AssertionError("it yields once")


def made(kind: ClientKind, around: Callable[[Any, Callable[[], Any]], Any]) -> Any:
    """A middleware of the client's kind: `around(attempt, go_on)` is a generator function that yields once where `send` is to be called
    and gets the response.
    """

    def plain(attempt: Any, send: Callable[[Any], Any]) -> Any:
        steps = around(attempt, lambda: None)
        next(steps)
        try:
            response = send(attempt)
        except alli.AlliError as error:
            return steps.throw(error)
        return given_after(steps, response)

    async def asynchronous(attempt: Any, send: Callable[[Any], Awaitable[Any]]) -> Any:
        steps = around(attempt, lambda: None)
        next(steps)
        try:
            response = await send(attempt)
        except alli.AlliError as error:
            return steps.throw(error)
        return given_after(steps, response)

    return asynchronous if kind.is_async else plain


def noting(name: str, notes: list[Any]) -> Any:
    def around(attempt: Any, _: Any) -> Any:
        notes.append(f"{name} {attempt.number}")
        response = yield
        notes.append(f"{name} {attempt.number} {response.status_code}")

    return around


async def test_the_first_is_the_outermost_and_each_is_called_once_per_attempt(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(500 if len(server.requests) == 1 else 200, b'{"id": "a1"}')

    notes: list[str] = []
    functions = [made(client_kind, noting(name, notes)) for name in "ab"]
    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, retry_policy=QUICK, middleware=functions)
        assert (await client_kind.get(client.apps.get("a1"))).id == "a1"
    assert notes == ["a 1", "b 1", "b 1 500", "a 1 500", "a 2", "b 2", "b 2 200", "a 2 200"]


async def test_an_attempt_says_what_is_called_and_shows_neither_key_nor_identity_nor_body(
    client_kind: ClientKind,
) -> None:
    seen: list[Any] = []

    def around(attempt: Any, _: Any) -> Any:
        seen.append(attempt)
        response = yield
        seen.append(response)

    with ScriptedServer(answering(200, b'{"result": {"responses": [{"message": "a secret answer"}]}}')) as server:
        client = client_kind.make(
            base_url=server.url,
            api_key="the-key",
            user_id="emp-7",
            default_headers={"X-Team": "a"},
            middleware=[made(client_kind, around)],
        )
        await client_kind.get(client.apps.run("a1", message="a secret question"))
    attempt, response = seen
    assert (attempt.operation, attempt.method, attempt.path) == ("apps.run", "POST", "/webapi/apps/a1/run")
    assert (attempt.number, attempt.request_id) == (1, server.requests[0].headers["x-request-id"])
    assert attempt.headers.keys() == {"X-Team", "User-Agent"}
    shown = repr(attempt) + str({name: getattr(attempt, name) for name in attempt.__slots__})
    assert not any(word in shown for word in ("the-key", "emp-7", "secret"))
    assert (response.status_code, response.request_id, response.attempts) == (200, attempt.request_id, 1)
    with pytest.raises(alli.AlliError, match="no body"):
        _ = response.content


async def test_headers_can_be_added_changed_and_taken_out_for_one_attempt(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(500 if len(server.requests) == 1 else 200, b'{"id": "a1"}')

    def around(attempt: Any, _: Any) -> Any:
        if attempt.number == 1:
            attempt.headers["X-Added"] = "yes"
            attempt.headers["X-Team"] = "b"
            del attempt.headers["X-Gone"]
        yield

    with ScriptedServer(answer) as server:
        client = client_kind.make(
            base_url=server.url,
            retry_policy=QUICK,
            user_id="emp-7",
            default_headers={"X-Team": "a", "X-Gone": "here"},
            middleware=[made(client_kind, around)],
        )
        await client_kind.get(client.apps.get("a1"))
    first, second = ({name: r.headers.get(name) for name in ("x-added", "x-team", "x-gone")} for r in server.requests)
    assert first == {"x-added": "yes", "x-team": "b", "x-gone": None}
    assert second == {"x-added": None, "x-team": "a", "x-gone": "here"}
    assert {(r.headers["api-key"], r.headers["own-user-id"]) for r in server.requests} == {("test-key", "emp-7")}


async def test_dropping_all_headers_loses_neither_key_nor_body(client_kind: ClientKind) -> None:
    def around(attempt: Any, _: Any) -> Any:
        attempt.headers = {}
        yield

    with ScriptedServer(answering(200, b"{}")) as server:
        client = client_kind.make(base_url=server.url, user_id="emp-7", middleware=[made(client_kind, around)])
        await client_kind.get(client.request("POST", "/webapi/x", json={"a": 1}))
    (request,) = server.requests
    assert (request.headers["api-key"], request.headers["own-user-id"], request.body) == (
        "test-key",
        "emp-7",
        b'{"a":1}',
    )
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", ["API-KEY", "own-user-id", "X-Request-ID", "Content-Length", "Host"])
async def test_headers_of_the_client_can_not_be_set(client_kind: ClientKind, name: str) -> None:
    def around(attempt: Any, _: Any) -> Any:
        attempt.headers[name] = "other"
        yield

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, around)])
        with pytest.raises(alli.ConfigurationError, match=f"middleware: must not hold {name}"):
            await client_kind.get(client.apps.get("a1"))
    assert server.requests == []


class Odd(Exception):
    pass


@pytest.mark.parametrize("before", [True, False], ids=["before send", "after send"])
async def test_what_a_middleware_raises_reaches_the_caller_and_frees_the_connection(
    client_kind: ClientKind, before: bool
) -> None:
    def around(attempt: Any, _: Any) -> Any:
        if before:
            raise Odd
        yield
        raise Odd

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, around)])
        with pytest.raises(Odd):
            await client_kind.get(client.apps.get("a1"))
        await client_kind.close(client)
        assert server.all_ended()
    assert len(server.requests) == (0 if before else 1)


async def test_a_connection_error_passes_through_and_the_call_is_tried_again(client_kind: ClientKind) -> None:
    seen: list[str] = []

    def answer(connection: Connection) -> None:
        if connection.read_request():
            if len(server.requests) == 1:
                connection.reset()
            else:
                connection.respond(200, b'{"id": "a1"}')

    def around(attempt: Any, _: Any) -> Any:
        try:
            yield
        except alli.APIConnectionError as error:
            seen.append(type(error).__name__)
            raise

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, retry_policy=QUICK, middleware=[made(client_kind, around)])
        assert (await client_kind.get(client.apps.get("a1"))).id == "a1"
    assert seen == ["APIConnectionError"]


async def test_a_middleware_must_give_the_response_that_it_got(client_kind: ClientKind) -> None:
    def around(attempt: Any, _: Any) -> Any:
        yield
        return alli.Response(200, {}, b"{}")

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, around)])
        with pytest.raises(alli.ConfigurationError, match="must return the response"):
            await client_kind.get(client.apps.get("a1"))


async def test_send_can_not_be_called_twice(client_kind: ClientKind) -> None:
    def twice(attempt: Any, send: Any) -> Any:
        send(attempt)
        return send(attempt)

    async def atwice(attempt: Any, send: Any) -> Any:
        await send(attempt)
        return await send(attempt)

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[atwice if client_kind.is_async else twice])
        with pytest.raises(alli.ConfigurationError, match="called send twice"):
            await client_kind.get(client.apps.get("a1"))
    assert len(server.requests) == 1


async def test_streams_go_through_it_too(client_kind: ClientKind) -> None:
    notes: list[str] = []
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, noting("a", notes))])
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            assert (await client_kind.get(stream.result())).text == "안녕하세요"
        async with client_kind.entered(client.stream_request("GET", "/webapi/x")) as records:
            assert len(await client_kind.list(records)) == 2
    assert notes == ["a 1", "a 1 200"] * 2


async def test_copies_have_the_middleware_and_can_leave_it_out(client_kind: ClientKind) -> None:
    notes: list[str] = []
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, noting("a", notes))])
        await client_kind.get(client.with_options(user_id="emp-7").apps.get("a1"))
        await client_kind.get(client.with_options(middleware=None).apps.get("a1"))
    assert notes == ["a 1", "a 1 200"]


@pytest.mark.parametrize("value", [7, "text", [7], print], ids=["number", "text", "list of a number", "a function"])
def test_what_is_no_list_of_functions_is_refused(client_kind: ClientKind, value: Any) -> None:
    with pytest.raises(alli.ConfigurationError, match="middleware"):
        client_kind.make(middleware=value)


def test_a_function_of_the_other_client_is_refused(client_kind: ClientKind) -> None:
    def plain(attempt: Any, send: Any) -> Any:
        return send(attempt)

    async def asynchronous(attempt: Any, send: Any) -> Any:
        return await send(attempt)

    with pytest.raises(alli.ConfigurationError, match="coroutine function"):
        client_kind.make(middleware=[plain if client_kind.is_async else asynchronous])


async def test_objects_with_a_call_method_are_functions_too(client_kind: ClientKind) -> None:
    class Plain:
        def __call__(self, attempt: Any, send: Any) -> Any:
            return send(attempt)

    class Asynchronous:
        async def __call__(self, attempt: Any, send: Any) -> Any:
            return await send(attempt)

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[Asynchronous() if client_kind.is_async else Plain()])
        assert (await client_kind.get(client.apps.get("a1"))).id == "a1"


async def test_a_task_that_is_cancelled_inside_a_middleware_frees_its_connection() -> None:
    async def slow(attempt: Any, send: Any) -> Any:
        await send(attempt)
        await asyncio.sleep(60)

    with ScriptedServer(give_app) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url, middleware=[slow]) as client:
            task = asyncio.create_task(client.request("GET", "/webapi/x"))
            began = time.monotonic()
            while not server.requests:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 10
            assert await asyncio.to_thread(server.all_ended)


async def test_an_answer_without_json_is_refused_as_without_middleware(client_kind: ClientKind) -> None:
    notes: list[str] = []
    with ScriptedServer(after_request(lambda connection: connection.respond(200, b"<html>"))) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, noting("a", notes))])
        with pytest.raises(alli.APIStatusError, match="not JSON"):
            await client_kind.get(client.apps.get("a1"))
    assert notes == ["a 1", "a 1 200"]


@pytest.mark.parametrize("kind", [alli.APIConnectionError, alli.APITimeoutError, alli.InvalidArgumentError, None])
async def test_what_goes_wrong_after_send_never_runs_an_app_again_and_leaves_the_outcome_unknown(
    client_kind: ClientKind, kind: type[alli.AlliError] | None
) -> None:
    def around(attempt: Any, _: Any) -> Any:
        yield
        if kind is not None:
            raise kind("from the middleware")
        return "something else than the response"

    with ScriptedServer(answering(200, b'{"result": {"responses": []}}')) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, around)], retry_policy=QUICK)
        with pytest.raises(alli.AlliError) as caught:
            await client_kind.get(client.apps.run("a1"))
    assert len(server.requests) == 1
    assert (caught.value.request_sent, caught.value.outcome_unknown) == (True, True)
    assert not alli.retryable(caught.value)


async def test_what_goes_wrong_before_send_has_sent_nothing(client_kind: ClientKind) -> None:
    def around(attempt: Any, _: Any) -> Any:
        raise alli.APIConnectionError("from the middleware")
        yield

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[made(client_kind, around)], retry_policy=QUICK)
        with pytest.raises(alli.APIConnectionError) as caught:
            await client_kind.get(client.apps.run("a1"))
    assert server.requests == []
    assert (caught.value.request_sent, caught.value.outcome_unknown) == (False, False)
