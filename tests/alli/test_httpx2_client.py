"""A client of httpx2, the successor of the HTTP library, is taken as `http_client` like one of httpx."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import alli
import httpx2
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.alli.streams import close_from_elsewhere, first, good, keeps_alive, record, starting
from tests.answers import after_request, answering, give_app, silent
from tests.servers import Connection, ScriptedServer


@pytest.fixture
async def given(client_kind: ClientKind) -> AsyncIterator[Any]:
    """A client of httpx2 with settings that show whether they apply."""
    made: Any = (httpx2.AsyncClient if client_kind.is_async else httpx2.Client)(
        headers={"X-Mine": "yes"}, timeout=7, cookies={"c": "mine"}
    )
    yield made
    await client_kind.close(made)


async def test_calls_go_through_it_with_its_headers_and_cookies_on_one_connection(
    client_kind: ClientKind, given: Any
) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, http_client=given, user_id="emp-7")
        assert (await client_kind.get(client.apps.get("a1"))).id == "a1"
        assert (await client_kind.get(client.apps.get("a2"))).id == "a2"
        await client_kind.close(client)
        assert not given.is_closed
    first_request = server.requests[0].headers
    assert (first_request["x-mine"], first_request["cookie"]) == ("yes", "c=mine")
    assert (first_request["api-key"], first_request["own-user-id"]) == ("test-key", "emp-7")
    assert len(server.connections) == 1


async def test_a_body_and_a_file_are_sent_whole(client_kind: ClientKind, given: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF " + b"x" * 300_000)
    with ScriptedServer(answering(200, b'{"result": {"responses": []}}')) as server:
        client = client_kind.make(base_url=server.url, http_client=given)
        await client_kind.get(client.apps.run("a1", {"text": "x"}))
        await client_kind.get(client.apps.run("a1", {"contract": path}))
    plain, upload = server.requests
    assert b'"text":"x"' in plain.body.replace(b" ", b"")
    assert path.read_bytes() in upload.body
    assert int(upload.headers["content-length"]) == len(upload.body)


async def test_a_stream_is_read_and_can_be_left(client_kind: ClientKind, given: Any) -> None:
    with ScriptedServer(good) as server:
        client = client_kind.make(base_url=server.url, http_client=given)
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            assert (await client_kind.get(stream.result())).text == "안녕하세요"
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
        client = client_kind.make(base_url=server.url, http_client=given)
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            await first(client_kind, stream)
        assert server.connections[0].wait_until_peer_closes()
        server.release.set()


async def test_closing_a_stream_from_elsewhere_wakes_its_reader(client_kind: ClientKind, given: Any) -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as server:
        client = client_kind.make(base_url=server.url, http_client=given)
        stream = client.apps.stream("a1")
        await close_from_elsewhere(client_kind, stream)
        server.release.set()


@pytest.mark.parametrize("deadline", [0.2])
async def test_the_deadline_and_the_idle_timeout_hold(client_kind: ClientKind, given: Any, deadline: float) -> None:
    with ScriptedServer(after_request(silent)) as server:
        client = client_kind.make(base_url=server.url, http_client=given, deadline=deadline)
        with pytest.raises(alli.DeadlineExceededError):
            await client_kind.get(client.apps.get("a1"))
        server.release.set()
    with ScriptedServer(starting(record("안녕"), then=keeps_alive)) as server:
        client = client_kind.make(base_url=server.url, http_client=given, idle_timeout=0.2)
        with pytest.raises(alli.StreamIdleError):
            await client_kind.get(client.apps.stream("a1").result())
        server.release.set()


async def test_its_errors_are_those_of_this_package_and_have_no_key_and_no_query(
    client_kind: ClientKind, given: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "httpx2")

    def answer(connection: Connection) -> None:
        if connection.read_request():
            if len(server.requests) == 1:
                connection.reset()
            else:
                connection.respond(200, b'{"apps": []}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, http_client=given, api_key="secret-key", max_retries=0)
        with pytest.raises(alli.APIConnectionError) as caught:
            await client_kind.get(client.apps.list(search_term="secret"))
        await client_kind.get(client.apps.list(search_term="secret"))
    assert caught.value.request_sent
    error: BaseException | None = caught.value
    while error is not None:
        shown = "".join(traceback.format_exception_only(error)) + repr(vars(error))
        request = getattr(error, "_request", None)
        shown += "" if request is None else f"{request.headers.raw!r} {request.url}"
        assert "secret" not in shown
        error = error.__cause__ or error.__context__
    assert "secret" not in caplog.text


async def test_a_refused_connection_is_sent_again(client_kind: ClientKind, given: Any) -> None:
    client = client_kind.make(
        base_url="http://127.0.0.1:9", http_client=given, retry_policy=RetryPolicy(max_retries=1, base=0.001)
    )
    with pytest.raises(alli.APIConnectionError, match="ConnectError") as caught:
        await client_kind.get(client.apps.run("a1"))
    assert (caught.value.attempts, caught.value.request_sent) == (2, False)


async def test_one_that_was_closed_is_refused(client_kind: ClientKind, given: Any) -> None:
    client = client_kind.make(http_client=given)
    await client_kind.close(given)
    with pytest.raises(alli.ConfigurationError, match="http_client is closed; pass one that is open"):
        await client_kind.get(client.apps.get("a1"))


async def test_its_timeouts_apply_and_those_of_the_client_win(client_kind: ClientKind) -> None:
    made: Any = (httpx2.AsyncClient if client_kind.is_async else httpx2.Client)(timeout=0.2)
    with ScriptedServer(after_request(silent)) as server:
        client = client_kind.make(base_url=server.url, http_client=made, max_retries=0)
        with pytest.raises(alli.APITimeoutError):
            await client_kind.get(client.apps.get("a1"))
        server.release.set()
    await client_kind.close(made)
