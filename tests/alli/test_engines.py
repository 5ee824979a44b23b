"""Engines: what each must do that the tests of all clients don't ask (`EVERY_ENGINE`), and what the default one does to be quick."""

from __future__ import annotations

import asyncio
import errno
import os
import select
import socket
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import alli
import h11
import httpx
import pytest
from alli import APIConnectionError, AsyncAlli, ConfigurationError, StreamInterruptedError
from alli._http.early_answers import UploadTransport
from alli._http.http import HTTP
from alli._http.http_library import AsyncHTTPClient, H11Connection
from alli._http.sockets import body_reader

from tests.alli.client_kind import ClientKind
from tests.alli.streams import record, starting, until_it_is_read
from tests.answers import give_app, silent
from tests.servers import Connection, ScriptedServer


@pytest.fixture(params=["own", "aiohttp"])
def engine(request: pytest.FixtureRequest) -> AsyncHTTPClient | None:
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
    return alli.aiohttp_client() if request.param == "aiohttp" else None


@pytest.mark.parametrize("by", ["task", "thread", "closing the client"])
async def test_a_blocked_reader_is_woken_at_once(engine: AsyncHTTPClient | None, by: str) -> None:
    with ScriptedServer(starting(record("one"), then=silent)) as server:
        client = AsyncAlli(api_key="k", base_url=server.url, http_client=engine)
        stream = client.apps.stream("app", message="hi")
        for _ in range(2):
            await anext(stream)
        reading = asyncio.create_task(stream.result())
        await until_it_is_read(stream)
        began = time.monotonic()
        if by == "task":
            await stream.aclose()
        elif by == "thread":
            await asyncio.to_thread(lambda: asyncio.run(stream.aclose()))
        else:
            await client.aclose()
        with pytest.raises(StreamInterruptedError):
            await reading
        assert time.monotonic() - began < 2
        await client.aclose()


async def test_where_a_socket_is_no_file_a_blocked_reader_is_woken_too(
    engine: AsyncHTTPClient | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dup(number: int) -> int:
        raise OSError(errno.EBADF, "Bad file descriptor")  # as on Windows

    monkeypatch.setattr(os, "dup", dup)
    await test_a_blocked_reader_is_woken_at_once(engine, "task")


@pytest.mark.parametrize("has_poll", [True, False], ids=["poll", "as on Windows"])
async def test_a_connection_that_was_closed_while_the_loop_stood_still_is_not_used(
    engine: AsyncHTTPClient | None, has_poll: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_poll:
        monkeypatch.delattr(select, "poll")
    closed = threading.Event()

    def once(connection: Connection) -> None:
        give_app(connection)
        if len(connection.server.connections) == 1:
            connection.close()
            closed.set()

    with ScriptedServer(once) as server:
        async with AsyncAlli(api_key="k", base_url=server.url, http_client=engine, max_retries=0) as client:
            assert (await client.apps.get("a1")).name == "One"
            closed.wait(5)  # and the loop stands still
            assert (await client.apps.get("a1")).name == "One"
        assert len(server.connections) == 2


def test_one_engine_serves_many_loops_and_clients(engine: AsyncHTTPClient | None) -> None:
    async def ask(url: str) -> str:
        async with AsyncAlli(api_key="k", base_url=url, http_client=engine) as client:
            return str((await client.apps.get("a1")).name)

    with ScriptedServer(give_app) as server:
        assert [asyncio.run(ask(server.url)) for _ in range(2)] == ["One", "One"]
        assert server.all_ended()


async def test_with_the_client_of_httpx_aiohttp_itself_a_run_is_not_repeated_that_may_have_been_carried_out() -> None:
    httpx_aiohttp = pytest.importorskip("httpx_aiohttp")

    def lost(connection: Connection) -> None:
        connection.read_request()
        connection.close()

    with ScriptedServer(lost) as server:
        async with httpx_aiohttp.HttpxAiohttpClient() as http:
            client = AsyncAlli(api_key="k", base_url=server.url, http_client=http)
            with pytest.raises(APIConnectionError) as caught:
                await client.apps.run("a1", {"text": "x"})
        assert (caught.value.request_sent, caught.value.outcome_unknown, len(server.requests)) == (True, True, 1)


def test_without_its_extra_the_engine_says_which_pip_command_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.delitem(sys.modules, "alli._engines.aiohttp_engine", raising=False)
    with pytest.raises(ConfigurationError, match=r"pip install 'alli-sdk\[aiohttp\]'"):
        alli.aiohttp_client()


async def test_head_and_body_of_a_request_come_in_one_piece(client_kind: ClientKind) -> None:
    pieces: list[bytes] = []

    def answer(connection: Connection) -> None:
        pieces.append(connection.receive())
        connection.respond(200, b'{"result": {"responses": [{"message": "one"}]}}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        for _ in range(2):
            await client_kind.get(client.apps.run("a1", {"text": "canary"}))
    assert [piece.endswith(b"}") and b"canary" in piece for piece in pieces] == [True, True]


def test_a_head_that_nothing_follows_is_sent_before_its_answer_is_waited_for() -> None:
    transport: Any = UploadTransport()
    backend = transport._pool._pool._network_backend
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stream = backend.connect_tcp(*listening.getsockname())
        theirs, _ = listening.accept()
        with theirs:
            stream.write(b"head", 1)
            theirs.sendall(b"answer")
            assert stream.read(100, 1) == b"answer"
            assert theirs.recv(100) == b"head"
        stream.close()


@pytest.mark.parametrize("end", ["in order", "malformed", "cut"])
async def test_chunks_that_came_together_are_read_together_up_to_what_follows(
    client_kind: ClientKind, end: str
) -> None:
    """What follows is found in its turn: the end, or what breaks the stream after the records before it."""
    last = {"in order": b"0\r\n\r\n", "malformed": b"zz\r\n", "cut": b""}[end]

    def answer(connection: Connection) -> None:
        connection.read_request()
        parts = [record(text) for text in ("o", "on", "one")]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.send(head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + last)
        if end == "cut":
            connection.close()

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        texts: list[str] = []
        async with client_kind.entered(client.apps.stream("a1", {"text": "x"})) as stream:
            try:
                texts.extend([text async for text in client_kind.each(stream.text_stream)])
            except StreamInterruptedError as error:
                assert end != "in order"
                texts.append(error.partial.text if error.partial else "")
        if end == "in order":
            assert "".join(texts) == "one"
            assert stream.complete
        else:
            assert texts[-1] == "one"
        if end == "in order":
            assert (await client_kind.get(client.apps.stream("a1", {"text": "x"}).result())).text == "one"
            assert len(server.connections) == 1


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(CHUNKED, b"3\r\none\r\n2\r\n\r\n\r\n3\r\ntwo\r\n0\r\n\r\n", id="chunks, one of them a line end"),
        pytest.param(CHUNKED, b"3\r\none\r\n0\r\nX-Last: 1\r\n\r\n", id="a trailer"),
        pytest.param(CHUNKED, b"3\r\none\r\n0\r\n", id="cut in its end"),
        pytest.param(CHUNKED, b"3\r\none\r\n", id="cut before its end"),
        pytest.param(CHUNKED, b"3\r\nonexx", id="malformed"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"one\r\n", id="a length, ends with a line end"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"one\r\n0\r\n\r\n", id="until the connection closes"),
    ],
)
def test_a_body_is_the_same_as_without_joining_wherever_it_is_cut(head: bytes, body: bytes) -> None:
    for first in range(len(body) + 1):
        for second in range(first, len(body) + 1):
            pieces = [head + body[:first], body[first:second], body[second:]]
            assert _body_of(pieces, joined=True) == _body_of(pieces, joined=False)


def _body_of(pieces: list[bytes], *, joined: bool) -> tuple[bytes, str]:
    """What a parser makes of pieces that come one by one, and how the body ends."""
    parser = H11Connection(our_role=h11.CLIENT)
    parser.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    parser.send(h11.EndOfMessage())
    coming = [piece for piece in pieces if piece] + [b""]
    found = b""
    try:
        while parser.next_event() is h11.NEED_DATA:
            parser.receive_data(coming.pop(0))
        reader = body_reader(SimpleNamespace(_h11_state=parser, _network_stream=object())) if joined else None
        after: object = None
        while not isinstance(after, h11.EndOfMessage):
            if after is h11.NEED_DATA:
                parser.receive_data(coming.pop(0) if coming else b"")
            if reader is not None:
                text, after = reader[0].parsed()
                found += text
                if isinstance(after, Exception):
                    raise after
            else:
                after = parser.next_event()
                found += after.data if isinstance(after, h11.Data) else b""
    except h11.RemoteProtocolError:
        return found, "broken"
    assert parser.their_state in (h11.DONE, h11.MUST_CLOSE)
    return found, "whole"


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param({"method": "get", "url": "/x"}, id="no body"),
        pytest.param({"method": "get", "url": "/x?y=1", "params": {"a": "ü b", "c": [1, 2]}}, id="a query"),
        pytest.param({"method": "get", "url": "/x?y=1", "params": {}}, id="an empty query"),
        pytest.param({"method": "post", "url": "/x"}, id="a post without a body"),
        pytest.param({"method": "delete", "url": "/x"}, id="a delete"),
        pytest.param({"method": "post", "url": "/x", "json": {"a": "ü", "b": [None, 1.5, True]}}, id="JSON"),
        pytest.param({"method": "patch", "url": "/x", "json": []}, id="empty JSON"),
        pytest.param(
            {"method": "put", "url": "/x", "json": 1, "headers": {"content-type": "a/b"}}, id="a content type"
        ),
        pytest.param({"method": "get", "url": "/x", "headers": {"host": "b.test", "Accept": "a/b"}}, id="own headers"),
    ],
)
def test_a_request_of_json_is_the_one_that_the_library_makes(wanted: dict[str, Any]) -> None:
    http = HTTP(None, "http://a.test:8080")
    made = http.prepare("name", "http://a.test:8080", wanted, {"X-Request-ID": "1"})
    client = httpx.Client()
    client.headers["accept-encoding"] = made.headers["accept-encoding"]  # without what can't be checked
    url = f"http://a.test:8080{wanted['url']}"
    known = {name: value for name, value in wanted.items() if name in ("params", "json")}
    headers = {**wanted.get("headers", {}), "X-Request-ID": "1"}
    theirs = client.build_request(wanted["method"], url, headers=headers, **known)
    assert (made.method, made.url, dict(made.headers)) == (theirs.method, theirs.url, dict(theirs.headers))
    assert made.read() == theirs.read()
    http.close()
    client.close()


async def test_a_proxy_gets_the_password_of_its_url(
    engine: AsyncHTTPClient | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(give_app) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("://", "://kim:secret@"))
        async with AsyncAlli(api_key="k", base_url="http://alli.test", allow_http=True, http_client=engine) as client:
            await client.apps.get("a1")
    assert proxy.requests[0].headers["proxy-authorization"] == "Basic a2ltOnNlY3JldA=="
    assert "authorization" not in proxy.requests[0].headers
