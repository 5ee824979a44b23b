"""One answer too many on a kept connection is nobody's: the next call, which may be another user's, gets a new connection."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alli import APIStatusError
from alli._http import sockets

from tests.alli.client_kind import ClientKind
from tests.alli.streams import record
from tests.servers import Connection, ScriptedServer, SentRequest

EVERY_ENGINE = True

CERTIFICATES = Path(__file__).parent / "tls"


def app(name: str) -> bytes:
    return json.dumps({"id": "a1", "name": name}).encode()


def whole(body: bytes, status: str = "200 OK", head: str = "Content-Type: application/json") -> bytes:
    return f"HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def user_of(request: SentRequest) -> str:
    return request.headers["own-user-id"]


SURPLUS = whole(app("of alice, for nobody"))
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
)
# A socket is read in parts of 65,536 bytes: one answer ends inside such a part, the other with it.
LONG = app("x" * 200_000)
FITTING = app("x" * (2 * 65_536 - len(whole(b"x" * 100_000)) + 100_000 - len(app(""))))

FIRST: dict[str, bytes] = {
    "two answers": whole(app("alice")) + SURPLUS,
    "chunked": CHUNKED % (len(app("alice")), app("alice")) + SURPLUS,
    "long": whole(LONG) + SURPLUS,
    "at the end of a read": whole(FITTING) + SURPLUS,
    "three answers": whole(app("alice")) + SURPLUS * 2,
    "half an answer": whole(app("alice")) + SURPLUS[:20],
    "204 with a body": b"HTTP/1.1 204 No Content\r\n\r\n" + SURPLUS,
    "304 with a body": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n" + SURPLUS,
    "an error": whole(b'{"detail": "no"}', "404 Not Found") + SURPLUS,
    "a line break": whole(app("alice")) + b"\r\n",
}

UNSEEN = ("half an answer", "a line break")
"""What aiohttp drops without a word, and then takes the connection again."""


def first_is(answer: bytes, sent: threading.Event | None = None) -> Callable[[Connection], None]:
    """Answers Alice by these bytes, in one piece, and all others as they should be. `sent` is set once Alice's are out."""

    def serve(connection: Connection) -> None:
        request = connection.read_request()
        if request is not None:
            connection.send(answer if user_of(request) == "alice" else whole(app(user_of(request))))
            if sent is not None:
                sent.set()

    return serve


def clients(kind: ClientKind, engine: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    if engine == "proxied":
        monkeypatch.setenv("HTTP_PROXY", url)
        return kind.make(base_url="http://alli.test", allow_http=True, max_retries=0)
    injected = {"http_client": kind.http_client()} if engine == "injected" else {}
    return kind.make(base_url=url, max_retries=0, **injected)


@pytest.mark.parametrize("engine", ["own", "proxied", "injected"])
@pytest.mark.parametrize("first", FIRST)
async def test_nobody_is_given_what_came_behind_the_answer_of_another(
    client_kind: ClientKind, engine: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(first_is(FIRST[first])) as server:
        client = clients(client_kind, engine, server.url, monkeypatch)
        try:
            await client_kind.get(client.with_options(user_id="alice").apps.get("a1"))
        except APIStatusError:
            assert first[:3] in ("204", "304", "an ")
        for user in ("bob", "carol"):
            assert (await client_kind.get(client.with_options(user_id=user).apps.get("a1"))).name == user
        if client_kind.name != "aiohttp" or first not in UNSEEN:
            assert len(server.connections) == 2, "the first connection is not used again, the second is"


@pytest.mark.parametrize("engine", ["own", "proxied", "injected"])
async def test_nobody_is_given_what_came_behind_the_stream_of_another(
    client_kind: ClientKind, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = record("alice")
    streamed = CHUNKED.replace(b"application/json", b"application/stream+json") % (len(body), body) + SURPLUS
    with ScriptedServer(first_is(streamed)) as server:
        client = clients(client_kind, engine, server.url, monkeypatch)
        stream = client.with_options(user_id="alice").apps.stream_conversation("a1", "Hello")
        async with client_kind.entered(stream):
            assert (await client_kind.get(stream.result())).text == "alice"
        assert (await client_kind.get(client.with_options(user_id="bob").apps.get("a1"))).name == "bob"
        assert len(server.connections) == 2


@pytest.mark.parametrize("first", ["two answers", "long", "at the end of a read"])
async def test_nobody_is_given_what_came_behind_an_encrypted_answer(client_kind: ClientKind, first: str) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATES / "server.pem")
    trusting = ssl.create_default_context(cafile=str(CERTIFICATES / "authority.pem"))
    sent = threading.Event()
    with ScriptedServer(first_is(FIRST[first], sent), tls=tls) as server:
        client = client_kind.make(
            base_url=server.url, max_retries=0, http_client=client_kind.http_client(verify=trusting)
        )
        await client_kind.get(client.with_options(user_id="alice").apps.get("a1"))
        # What comes after Bob's request can't be told from his answer, so all of Alice's is out before it.
        assert sent.wait(10)
        assert (await client_kind.get(client.with_options(user_id="bob").apps.get("a1"))).name == "bob"


async def test_an_answer_that_a_hook_of_the_users_has_read_is_looked_at_too(client_kind: ClientKind) -> None:
    def read(response: Any) -> None:
        response.read()

    async def aread(response: Any) -> None:
        await response.aread()

    with ScriptedServer(first_is(FIRST["two answers"])) as server:
        http_client = client_kind.http_client(event_hooks={"response": [aread if client_kind.is_async else read]})
        client = client_kind.make(base_url=server.url, max_retries=0, http_client=http_client)
        assert (await client_kind.get(client.with_options(user_id="alice").apps.get("a1"))).name == "alice"
        assert (await client_kind.get(client.with_options(user_id="bob").apps.get("a1"))).name == "bob"


@pytest.mark.own_engine("of the library alone")
async def test_a_connection_that_cannot_be_looked_into_is_not_used_again(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_INNER", ())  # as with a release of the library that keeps its parts elsewhere
    with ScriptedServer(first_is(whole(app("alice")))) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        for user in ("alice", "bob", "carol"):
            assert (await client_kind.get(client.with_options(user_id=user).apps.get("a1"))).name == user
        assert len(server.connections) == 3
