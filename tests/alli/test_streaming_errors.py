"""Streams that are cut, broken, refused or silent: each ends in its own error, which keeps what came."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from typing import Any

import pytest
from alli import (
    AlliError,
    AppError,
    AuthenticationError,
    DeadlineExceededError,
    PaymentError,
    RateLimitError,
    StreamDecodeError,
    StreamIdleError,
    StreamInterruptedError,
    StreamTruncatedError,
)

from tests.alli.client_kind import ClientKind
from tests.alli.streams import failure, first, keeps_alive, record, starting
from tests.alli.transcript_corpus import as_lists
from tests.answers import Answer, answering, silent
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True


@pytest.mark.parametrize("end", [Connection.reset, Connection.close], ids=["reset", "closed"])
async def test_a_cut_connection_raises_and_keeps_what_came(client_kind: ClientKind, end: Answer) -> None:
    received = threading.Event()

    def cut(connection: Connection) -> None:
        received.wait(10)
        end(connection)

    with ScriptedServer(starting(record("안녕"), record("unfinished")[:20], then=cut)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        events: list[Any] = []
        async for event in client_kind.each(stream):
            events.append(event)
            if event.type == "text.delta":
                received.set()
                break
        rest, error = await failure(client_kind, stream)
    assert as_lists(events + rest) == [["started", "CONV"], ["delta", 0, "안녕"]]
    assert type(error) is StreamInterruptedError
    assert error.partial is not None
    assert (error.partial.text, error.partial.conversation_id) == ("안녕", "CONV")
    assert (error.conversation_id, error.method, error.path) == ("CONV", "POST", "/webapi/apps/app/run")
    assert error.__cause__ is not None
    assert error.request_id == error.partial.request_id == server.requests[0].headers["x-request-id"]
    assert not stream.complete


async def test_a_whole_record_at_the_cut_is_kept_though_its_newline_is_lost(client_kind: ClientKind) -> None:
    long = "가" * 20_000  # longer than what is looked at before its newline comes
    with ScriptedServer(starting(record("가"), record(long)[:-1], then=Connection.close)) as server:
        client = client_kind.make(base_url=server.url)
        _, error = await failure(client_kind, client.apps.stream("app", message="hi"))
    assert isinstance(error, StreamInterruptedError)
    assert error.partial is not None
    assert error.partial.text == long


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        pytest.param(b"<html>oops</html>\n", StreamDecodeError, id="no JSON"),
        pytest.param(b'{"result": {"resp', StreamTruncatedError, id="cut inside a record"),
        pytest.param(b'{"errors": "internal error. upstream timeout"}\n', AppError, id="error record"),
        pytest.param(
            b'{"error": {"value": 7004, "name": "PAYMENT"}}\n', PaymentError, id="error record with a known code"
        ),
    ],
)
async def test_a_bad_tail_raises_its_own_error_after_the_events_before_it(
    client_kind: ClientKind, tail: bytes, kind: type[AlliError]
) -> None:
    with ScriptedServer(starting(record("안녕") + tail, then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.apps.stream("app", message="hi")
        events, error = await failure(client_kind, stream)
        with pytest.raises(type(error)) as again:
            await client_kind.get(stream.result())
    assert as_lists(events) == [["started", "CONV"], ["delta", 0, "안녕"]]
    assert type(error) is kind
    # Another object, whose traceback is of the second read: one that the stream keeps would keep the stream.
    assert (str(again.value), vars(again.value)) == (str(error), vars(error))
    assert vars(error)["partial"].text == "안녕"
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is kind
    assert vars(copied)["partial"] == vars(error)["partial"]
    assert "안녕" not in str(error)
    assert str(error).startswith("apps.stream: POST /webapi/apps/app/run: ")


async def test_an_error_record_says_what_the_service_said(client_kind: ClientKind) -> None:
    tail = b'{"error": {"value": 1, "name": "LIMIT"}, "message": "too much"}\n'
    with ScriptedServer(starting(record("a"), tail, then=silent)) as server:
        client = client_kind.make(base_url=server.url)
        _, error = await failure(client_kind, client.apps.stream("app", message="hi"))
        assert isinstance(error, AppError)
        assert (error.code, error.name, error.message) == (1, "LIMIT", "too much")
        assert error.result is not None
        assert error.result.text == "a"
        assert error.body == json.loads(tail)


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (429, RateLimitError)])
async def test_a_refused_stream_raises_a_status_error_and_gives_the_connection_back(
    client_kind: ClientKind, status: int, kind: type[AlliError]
) -> None:
    refuse = answering(status, b'{"error": "no"}')

    with ScriptedServer(refuse) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        for _ in range(3):
            stream = client.apps.stream("app", message="hi")
            with pytest.raises(kind):
                await client_kind.get(stream.result())
            with pytest.raises(kind):
                await client_kind.get(stream.result())
        assert (len(server.requests), len(server.connections)) == (3, 1)


async def test_keep_alive_lines_do_not_count_as_records(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=keeps_alive)) as server:
        client = client_kind.make(base_url=server.url, idle_timeout=0.5)
        events, error = await failure(client_kind, client.apps.stream("app", message="hi"))
    assert len(events) == 2
    assert type(error) is StreamIdleError
    assert "gave no record for 0.5 s" in str(error)
    assert error.partial is not None
    assert error.partial.text == "안녕"


async def test_time_the_reader_spends_elsewhere_is_not_idle_time(client_kind: ClientKind) -> None:
    # A keep-alive line between the records makes the idle time be watched.
    pieces = (record("안녕"), b"\n", record("안녕하세요"))
    with ScriptedServer(starting(*pieces, then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url, idle_timeout=0.5)
        async with client_kind.entered(client.apps.stream("app", message="hi")) as stream:
            assert [(await first(client_kind, stream)).type for _ in range(3)][1:] == ["text.delta"] * 2
            if client_kind.is_async:
                await asyncio.sleep(0.75)
            else:
                threading.Event().wait(0.75)
            assert (await client_kind.get(stream.result())).text == "안녕하세요"


async def test_a_silent_socket_is_an_idle_stream_too(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
        client = client_kind.make(base_url=server.url, timeout=(20, 0.5, 20, 20))
        _, error = await failure(client_kind, client.apps.stream("app", message="hi"))
    assert type(error) is StreamIdleError
    assert error.partial is not None
    assert error.partial.text == "안녕"


async def test_the_deadline_ends_a_stream_that_keeps_coming(client_kind: ClientKind) -> None:
    def talks(connection: Connection) -> None:
        number = 0
        while not connection.server.release.wait(0.02):
            number += 1
            connection.chunk(record("a" * number))

    with ScriptedServer(starting(then=talks)) as server:
        client = client_kind.make(base_url=server.url, deadline=1)
        events, error = await failure(client_kind, client.apps.stream("app", message="hi"))
    assert type(error) is DeadlineExceededError
    joined = "".join(event.text for event in events if event.type == "text.delta")
    assert vars(error)["partial"].text == joined
    assert joined
