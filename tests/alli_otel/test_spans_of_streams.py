"""Traces of streams: one span from the request to the end of the stream, however it ends."""

from __future__ import annotations

import asyncio
import gc
import warnings

import alli
import pytest
from opentelemetry.trace import StatusCode

from tests.alli.client_kind import ClientKind
from tests.alli.streams import close_from_elsewhere, first, good, record, starting
from tests.alli_otel.traced import Traced
from tests.answers import after_request, answering, silent
from tests.servers import Connection, ScriptedServer


async def test_the_span_of_a_stream_ends_with_the_stream_and_knows_when_text_began(
    client_kind: ClientKind, traced: Traced
) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            await first(client_kind, stream)
            assert traced.spans == []
            await client_kind.get(stream.result())
            span = traced.only()
    assert span.name == "apps.stream"
    assert span.attributes is not None
    assert span.attributes["gen_ai.request.stream"] is True
    assert span.attributes["gen_ai.conversation.id"] == "CONV"
    began = span.attributes["gen_ai.response.time_to_first_chunk"]
    assert isinstance(began, float)
    assert 0 < began < 10
    assert span.status.status_code is StatusCode.UNSET


async def test_a_stream_that_is_left_early_ends_its_span_without_an_error(
    client_kind: ClientKind, traced: Traced
) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            await first(client_kind, stream)
        assert traced.only().status.status_code is StatusCode.UNSET
        server.release.set()


async def test_a_stream_that_breaks_ends_its_span_with_the_error(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(starting(record("안녕"), then=Connection.reset)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.StreamInterruptedError):
            async with client_kind.entered(client.apps.stream("a1")) as stream:
                await client_kind.get(stream.result())
    span = traced.only()
    assert span.attributes is not None
    assert (span.attributes["error.type"], span.status.status_code) == ("StreamInterruptedError", StatusCode.ERROR)


async def test_a_stream_that_is_refused_has_one_span(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(answering(401, b"{}")) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.AuthenticationError):
            async with client_kind.entered(client.apps.stream("a1")):
                pass
    span = traced.only()
    assert span.attributes is not None
    assert (span.attributes["error.type"], span.attributes["http.response.status_code"]) == ("AuthenticationError", 401)


async def test_closing_a_stream_that_waits_for_its_answer_ends_its_span_at_once(
    client_kind: ClientKind, traced: Traced
) -> None:
    with ScriptedServer(after_request(silent)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("a1")

        async def close_later() -> None:
            while not server.requests:
                await asyncio.sleep(0.001)
            await client_kind.get(stream.aclose() if client_kind.is_async else stream.close())

        if client_kind.is_async:
            closing = asyncio.create_task(close_later())
        else:
            closing = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(close_later())))
        with pytest.raises(alli.StreamInterruptedError):
            await (anext(stream) if client_kind.is_async else asyncio.to_thread(next, stream))
        await closing
        assert traced.only().status.status_code is StatusCode.ERROR
        server.release.set()


async def test_closing_a_stream_from_elsewhere_ends_its_span(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("a1")
        await close_from_elsewhere(client_kind, stream)
        assert len(traced.spans) == 1
        server.release.set()


async def test_a_stream_that_is_forgotten_ends_its_span(client_kind: ClientKind, traced: Traced) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("a1")
        await first(client_kind, stream)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            del stream
            gc.collect()
        assert len(traced.spans) == 1
        server.release.set()
