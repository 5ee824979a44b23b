"""Traces of calls: one span per call, whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import alli
import pytest
from alli import RetryPolicy
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import SpanKind, StatusCode

from tests.alli.client_kind import ClientKind
from tests.alli.streams import record, starting
from tests.alli_otel.traced import Traced, everything_in, ids
from tests.answers import after_request, answering, give_app, silent
from tests.servers import Connection, ScriptedServer

QUICK = RetryPolicy(base=0.001)
RUN = b'{"result": {"conversation": {"id": "CONV"}, "responses": [{"message": "a secret answer"}]}}'


async def test_a_call_is_one_client_span_that_is_named_by_its_method(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(answering(200, RUN)) as server:
        url = server.url
        client = client_kind.make(base_url=url)
        result = await client_kind.get(client.apps.run("a 1", {"text": "x"}, llm_model="some-model"))
    span = traced.only()
    assert (span.name, span.kind, span.status.status_code) == ("apps.run", SpanKind.CLIENT, StatusCode.UNSET)
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "url.full": f"{url}/webapi/apps/a%201/run",
        "url.template": "/webapi/apps/{app_id}/run",
        "server.address": "127.0.0.1",
        "server.port": int(url.rpartition(":")[2]),
        "http.request.header.x-request-id": (result.request_id,),
        "http.response.status_code": 200,
        "gen_ai.provider.name": "alli",
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.id": "a 1",
        "gen_ai.request.model": "some-model",
        "gen_ai.conversation.id": "CONV",
    }
    assert not span.events


async def test_the_service_is_sent_the_span_as_traceparent(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, default_headers={"Traceparent": "00-old"})
        await client_kind.get(client.apps.get("a1"))
    trace, span = ids(traced.only())
    assert server.requests[0].headers["traceparent"].startswith(f"00-{trace}-{span}-0")


async def test_each_retry_is_an_event(client_kind: ClientKind, traced: Traced) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            if len(server.requests) == 1:
                connection.reset()
            else:
                connection.respond(503 if len(server.requests) == 2 else 200, b'{"id": "a1"}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, retry_policy=QUICK)
        await client_kind.get(client.apps.get("a1"))
    span = traced.only()
    assert [(event.name, dict(event.attributes or {})) for event in span.events] == [
        ("retry", {"http.request.resend_count": 1, "error.type": "APIConnectionError"}),
        (
            "retry",
            {
                "http.request.resend_count": 2,
                "error.type": "InternalServerError",
                "http.response.status_code": 503,
            },
        ),
    ]
    assert span.attributes is not None
    assert (span.attributes["http.request.resend_count"], span.attributes["http.response.status_code"]) == (2, 200)
    assert span.status.status_code is StatusCode.UNSET
    assert len({request.headers["traceparent"] for request in server.requests}) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        (answering(429, b'{"detail": "a secret word of the service"}'), "RateLimitError", 429),
        (answering(200, b'{"error": {"code": 7004, "message": "a secret word"}}'), "PaymentError", 200),
        (answering(200, b"<html>a secret page"), "APIStatusError", 200),
        (after_request(Connection.reset), "APIConnectionError", None),
    ],
    ids=["refused", "reported in a 200", "not JSON", "no answer"],
)
async def test_a_call_that_fails_says_so_by_class_and_status_and_not_by_the_words_of_the_service(
    client_kind: ClientKind, traced: Traced, answer: Callable[[Connection], None], kind: str, status: int | None
) -> None:
    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.AlliError):
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
    span = traced.only()
    assert span.attributes is not None
    assert (span.attributes["error.type"], span.attributes.get("http.response.status_code")) == (kind, status)
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert not span.events
    assert "secret" not in everything_in(span)


async def test_no_span_holds_key_prompt_answer_query_value_or_user(client_kind: ClientKind, traced: Traced) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(500 if len(server.requests) == 1 else 200, b'{"apps": [{"id": "a1", "name": "secret"}]}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(
            base_url=server.url, api_key="secret-key", user_id="secret-user", retry_policy=QUICK
        ).with_options(extra_query={"more": "secret"})
        await client_kind.get(client.apps.list(search_term="secret term"))
    with ScriptedServer(starting(record("a secret answer"), then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url, api_key="secret-key").with_options(extra_body={"x": "secret"})
        async with client_kind.entered(client.apps.stream("a1", {"text": "secret"}, message="secret")) as stream:
            await client_kind.get(stream.result())
    assert len(traced.spans) == 2
    assert not any("secret" in everything_in(span) for span in traced.spans)


async def test_a_cancelled_task_ends_its_span(traced: Traced) -> None:
    with ScriptedServer(after_request(silent)) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            task = asyncio.create_task(client.apps.run("a1"))
            while not server.requests:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        server.release.set()
    span = traced.only()
    assert span.attributes is not None
    assert span.attributes["error.type"] == "CancelledError"


async def test_every_way_to_call_has_its_span(client_kind: ClientKind, traced: Traced) -> None:
    from alli.raw.api.apps import list_apps

    def answer(connection: Connection) -> None:
        if request := connection.read_request():
            connection.respond(200, RUN if request.method == "POST" else b'{"apps": [], "isRunning": false}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.request("GET", "/webapi/v2/usage"))
        await client_kind.get((list_apps.asyncio if client_kind.is_async else list_apps.sync)(client=client.raw))
        await client_kind.get(client.apps.conversation("a1").send("hi"))
        run = await client_kind.get(client.apps.start("a1", {"text": "x"}))
        await client_kind.get(client.conversations.is_running(run.id))
        await client_kind.get(client.with_options(user_id="u").conversations.is_running("c"))
    assert [span.name for span in traced.spans] == [
        "request",
        "raw",
        "conversation.send",
        "apps.start",
        "conversations.is_running",
        "conversations.is_running",
    ]
    assert {"url.template", "gen_ai.operation.name"}.isdisjoint(traced.spans[0].attributes or {})


async def test_what_is_asked_to_complete_an_errors_text_has_no_span(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(answering(400, b"{}")) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.BadRequestError):
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
        assert len(server.requests) > 1
    assert [span.name for span in traced.spans] == ["apps.run"]


async def test_nothing_is_traced_where_instrumentation_is_suppressed_or_taken_off(
    client_kind: ClientKind, traced: Traced
) -> None:
    from alli_otel import AlliInstrumentor

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        with suppress_instrumentation():
            await client_kind.get(client.apps.get("a1"))
        AlliInstrumentor().uninstrument()
        await client_kind.get(client.apps.get("a1"))
        AlliInstrumentor().instrument()
        await client_kind.get(client.apps.get("a1"))
    assert traced.spans == []
    assert "traceparent" not in server.requests[0].headers


async def test_middleware_sees_the_traceparent_and_can_change_it(client_kind: ClientKind, traced: Traced) -> None:
    def plain(attempt: Any, send: Any) -> Any:
        attempt.headers["traceparent"] = attempt.headers["traceparent"][:-2] + "00"
        return send(attempt)

    async def awaited(attempt: Any, send: Any) -> Any:
        return await plain(attempt, send)

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, middleware=[awaited if client_kind.is_async else plain])
        await client_kind.get(client.apps.get("a1"))
    trace, span = ids(traced.only())
    assert server.requests[0].headers["traceparent"] == f"00-{trace}-{span}-00"
