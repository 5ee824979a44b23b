"""Encrypted connections, on real sockets: whom the client trusts, and how a body that is being read is ended."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.answers import give_app
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

CERTIFICATES = Path(__file__).parent / "tls"
AUTHORITY = CERTIFICATES / "authority.pem"
RECORD = {"result": {"responses": [{"id": "m1", "message": "Hello"}], "conversation": {"id": "c1"}}}


def encrypted(answer: Callable[[Connection], None]) -> ScriptedServer:
    """A server whose certificate is good for 127.0.0.1 and signed by AUTHORITY."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem")
    return ScriptedServer(answer, tls=context)


def trusting(kind: ClientKind, server: ScriptedServer, **options: Any) -> Any:
    """A client over an HTTP client that trusts AUTHORITY."""
    http = kind.http_client(verify=ssl.create_default_context(cafile=str(AUTHORITY)))
    return kind.make(base_url=server.url, http_client=http, **options)


def one_record(connection: Connection) -> None:
    """A stream that goes silent after its first record."""
    if connection.read_request():
        connection.start(200, {"Content-Type": "application/stream+json"})
        connection.chunk(json.dumps(RECORD).encode() + b"\n")
        connection.wait_until_peer_closes()


async def test_calls_over_tls_with_a_given_http_client_share_a_connection(client_kind: ClientKind) -> None:
    with encrypted(give_app) as server:
        client = trusting(client_kind, server)
        for _ in range(3):
            assert (await client_kind.get(client.apps.get("a1"))).name == "One"
    assert len(server.connections) == 1
    assert [request.headers["api-key"] for request in server.requests] == ["test-key"] * 3


PROGRAMS = {
    "sync": "with alli.Alli(**settings) as client: print(client.apps.get('a1').name)",
    "async": """
async def main():
    async with alli.AsyncAlli(**settings) as client: print((await client.apps.get('a1')).name)
import asyncio; asyncio.run(main())""",
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_an_authority_of_one_s_own_is_trusted_by_ssl_cert_file(kind: str) -> None:
    program = f"import alli, sys\nsettings = dict(api_key='k', base_url=sys.argv[1])\n{PROGRAMS[kind]}"
    with encrypted(give_app) as server:
        # In a separate process, because certificates are loaded once.
        command = [sys.executable, "-W", "error", "-c", program, server.url]
        environment = {"SSL_CERT_FILE": str(AUTHORITY)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert (done.stdout, done.stderr) == ("One\n", "")


async def refused(kind: ClientKind, client: Any) -> Any:
    """The error of a run that no connection could be made for."""
    with pytest.raises(alli.APIConnectionError) as caught:
        await kind.get(client.apps.run("a1", {"q": "canary"}))
    error = caught.value
    assert (error.request_sent, error.outcome_unknown, error.attempts) == (False, False, 1)
    assert "canary" not in str(error)
    return error


async def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(client_kind: ClientKind) -> None:
    with encrypted(give_app) as server:
        error = await refused(client_kind, client_kind.make(base_url=server.url, max_retries=0))
    assert str(error).startswith("apps.run: POST /webapi/apps/a1/run: connection failed (ConnectError")
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert "SSL_CERT_FILE" in str(error) and "http_client=" in str(error)
    assert server.requests == []


async def test_a_certificate_for_another_host_is_refused(client_kind: ClientKind) -> None:
    with encrypted(give_app) as server:
        client = trusting(client_kind, server, max_retries=0)
        there = client.with_options(base_url=f"https://localhost:{server.port}")
        error = await refused(client_kind, there)
    assert "localhost" in str(error) and "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert server.requests == []


async def test_https_to_a_server_of_plain_http_is_a_connection_error(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.close()

    with ScriptedServer(answer) as server:
        await refused(client_kind, client_kind.make(base_url=f"https://127.0.0.1:{server.port}", max_retries=0))
    assert server.requests == []


async def test_a_stream_over_tls_gives_its_result(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200, {"Content-Type": "application/stream+json"})
            connection.chunk(json.dumps(RECORD).encode() + b"\n")
            connection.end()

    with encrypted(answer) as server:
        client = trusting(client_kind, server)
        for _ in range(2):
            async with client_kind.entered(client.apps.stream("a1")) as stream:
                assert (await client_kind.get(stream.result())).text == "Hello"
    assert len(server.connections) == 1


async def test_closing_a_stream_over_tls_wakes_its_reader_who_gets_no_ciphertext(client_kind: ClientKind) -> None:
    events: list[Any] = []
    waiting = threading.Event()

    async def read(stream: Any) -> None:
        async for event in client_kind.each(stream):
            events.append(event)
            if event.type == "text.delta":
                waiting.set()

    with encrypted(one_record) as server:
        client = trusting(client_kind, server)
        stream = client.apps.stream("a1")
        if client_kind.is_async:
            reading = asyncio.create_task(read(stream))
            await asyncio.to_thread(waiting.wait, 10)
            await stream.aclose()
        else:
            # The reader has its own thread and loop; this one closes.
            reading = asyncio.create_task(asyncio.to_thread(asyncio.run, read(stream)))
            await asyncio.to_thread(waiting.wait, 10)
            await asyncio.to_thread(stream.close)
        with pytest.raises(alli.StreamInterruptedError) as caught:
            await asyncio.wait_for(reading, 10)
    assert [event.type for event in events] == ["conversation.started", "text.delta"]
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hello"


async def test_a_deadline_ends_a_stream_over_tls(client_kind: ClientKind) -> None:
    with encrypted(one_record) as server:
        client = trusting(client_kind, server, deadline=1)
        stream = client.apps.stream("a1")
        with pytest.raises(alli.DeadlineExceededError) as caught:
            await client_kind.list(stream)
        await client_kind.close(stream)
    error: Any = caught.value
    assert (error.partial.text, error.outcome_unknown) == ("Hello", True)


async def test_a_deadline_ends_a_body_that_trickles_over_tls(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200)
            while not connection.server.release.wait(0.01):
                connection.socket.sendall(b"1\r\n \r\n")

    with encrypted(answer) as server:
        client = trusting(client_kind, server, deadline=1)
        with pytest.raises(alli.DeadlineExceededError) as caught:
            await client_kind.get(client.apps.run("a1"))
    assert (caught.value.request_sent, caught.value.outcome_unknown) == (True, True)


@pytest.mark.parametrize("end", [Connection.reset, Connection.close], ids=["reset", "closed"])
async def test_a_stream_over_tls_that_breaks_off_is_interrupted(
    client_kind: ClientKind, end: Callable[[Connection], None]
) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200, {"Content-Type": "application/stream+json"})
            connection.chunk(json.dumps(RECORD).encode() + b"\n")
            end(connection)

    with encrypted(answer) as server:
        client = trusting(client_kind, server)
        with pytest.raises(alli.StreamInterruptedError) as caught:
            await client_kind.list(client.apps.stream("a1"))
    assert caught.value.outcome_unknown
