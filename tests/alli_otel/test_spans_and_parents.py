"""The parent of a span is the span that is current where the call is made, in threads and tasks too."""

from __future__ import annotations

import asyncio
import threading

import alli
from opentelemetry.trace import set_span_in_context

from tests.alli.client_kind import ClientKind
from tests.alli.streams import good
from tests.alli_otel.traced import Traced, ids
from tests.answers import answering, give_app
from tests.servers import ScriptedServer


async def test_a_call_is_a_child_of_the_current_span_also_in_threads_and_tasks_of_a_map(
    client_kind: ClientKind, traced: Traced
) -> None:
    with ScriptedServer(answering(200, b'{"result": {"responses": []}}')) as server:
        client = client_kind.make(base_url=server.url)
        with traced.tracer.start_as_current_span("batch"):
            await client_kind.list(client.apps.map("a1", [{"text": "1"}, {"text": "2"}, {"text": "3"}], concurrency=3))
            async with client_kind.entered(client.stream_request("POST", "/webapi/x")) as records:
                await client_kind.list(records)
    (batch,) = traced.named("batch")
    children = [span for span in traced.spans if span is not batch]
    assert len(children) == 4
    assert all(span.parent is not None and span.parent.span_id == int(ids(batch)[1], 16) for span in children)
    sent = {request.headers["traceparent"].split("-")[2] for request in server.requests}
    assert sent == {ids(span)[1] for span in children}


async def test_the_current_span_is_the_callers_again_while_a_stream_is_read(
    client_kind: ClientKind, traced: Traced
) -> None:
    from opentelemetry.trace import get_current_span

    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        with traced.tracer.start_as_current_span("mine") as mine:
            async with client_kind.entered(client.apps.stream("a1")) as stream:
                spans = [get_current_span() async for _ in client_kind.each(stream)]
    assert spans
    assert all(span is mine for span in spans)


async def test_concurrent_calls_have_their_own_parents(traced: Traced) -> None:
    with ScriptedServer(give_app) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:

            async def one(name: str) -> None:
                with traced.tracer.start_as_current_span(name):
                    await client.apps.get(name)

            await asyncio.gather(*(one(f"p{n}") for n in range(20)))
    parents = {int(ids(span)[1], 16): span.name for span in traced.spans if span.name.startswith("p")}
    calls = traced.named("apps.get")
    assert len(calls) == 20
    for span in calls:
        assert span.parent is not None
        assert span.attributes is not None
        assert str(span.attributes["url.full"]).endswith(f"/{parents[span.parent.span_id]}")


def test_threads_have_the_parents_of_their_context(traced: Traced) -> None:
    from opentelemetry.context import attach, detach

    with ScriptedServer(give_app) as server, alli.Alli(api_key="k", base_url=server.url) as client:

        def work(name: str) -> None:
            span = traced.tracer.start_span(name)
            token = attach(set_span_in_context(span))
            client.with_options(deadline=10).apps.get(name)
            detach(token)
            span.end()

        threads = [threading.Thread(target=work, args=(f"p{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    parents = {int(ids(span)[1], 16) for span in traced.spans if span.name.startswith("p")}
    assert {span.parent.span_id for span in traced.named("apps.get") if span.parent} == parents
