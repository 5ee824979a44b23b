"""Traces through a web service: a request comes in with a parent, calls the service, and streams on."""

from __future__ import annotations

import http.client

from fastapi import Request
from opentelemetry.propagate import extract

from tests.alli.streams import good
from tests.alli.test_fastapi_program import program, serving
from tests.alli_otel.traced import Traced, ids
from tests.servers import ScriptedServer


def test_a_stream_inside_a_request_is_a_child_of_it_and_both_belong_to_the_trace_of_who_asked(traced: Traced) -> None:
    with ScriptedServer(good) as service:
        app = program(service.url)

        @app.middleware("http")
        async def trace(request: Request, call_next):  # type: ignore[no-untyped-def]
            # What the instrumentation of a web framework does.
            with traced.tracer.start_as_current_span("request", context=extract(request.headers)):
                return await call_next(request)

        with serving(app) as port:
            browser = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            parent = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
            browser.request("GET", "/chat?question=hi&user=emp-7", headers=parent)
            assert b"completed" in browser.getresponse().read()
            browser.close()
    (request,), (stream,) = traced.named("request"), traced.named("apps.stream_conversation")
    assert ids(request)[0] == ids(stream)[0] == "a" * 32
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == "b" * 16
    assert stream.parent is not None
    assert f"{stream.parent.span_id:016x}" == ids(request)[1]
    assert service.requests[0].headers["traceparent"].split("-")[1:3] == list(ids(stream))
