"""A certificate that does not pass its check, on real sockets: told at once, because the next attempt would meet the same one."""

from __future__ import annotations

import pickle
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alli
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

CERTIFICATES = Path(__file__).parent / "tls"
AT_ONCE = RetryPolicy(max_retries=2, base=0)
HINT = "To trust its authority, name the file of it in SSL_CERT_FILE or pass http_client= with verify="

CALLS: dict[str, Callable[[Any], Any]] = {
    "a GET": lambda client: client.apps.get("a1"),
    "a list": lambda client: client.apps.list(),
    "a PATCH": lambda client: client.apps.update("a1", name="Two"),
    "a run": lambda client: client.apps.run("a1", {"text": "Hello"}),
    "a run with a file": lambda client: client.apps.run("a1", {"file": ("f.txt", b"Hello")}),
    "a turn": lambda client: client.apps.run_conversation("a1", "Hello"),
    "a stream": lambda client: client.apps.stream("a1").result(),
}


def never_asked(connection: Connection) -> None:
    connection.read_request()
    connection.close()


def encrypted(answer: Callable[[Connection], None] = never_asked) -> ScriptedServer:
    """A server whose certificate is good for 127.0.0.1 and signed by an authority of the tests."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem")
    return ScriptedServer(answer, tls=context)


async def error_of(kind: ClientKind, call: Callable[[Any], Any], client: Any) -> alli.APIConnectionError:
    with pytest.raises(alli.APIConnectionError) as caught:
        await kind.get(call(client))
    return caught.value


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("deadline", [None, 30.0], ids=["no deadline", "a deadline"])
async def test_a_certificate_of_an_unknown_authority_is_refused_in_one_attempt(
    client_kind: ClientKind, call: Callable[[Any], Any], deadline: float | None
) -> None:
    with encrypted() as server:
        client = client_kind.make(base_url=server.url, retry_policy=AT_ONCE, deadline=deadline)
        error = await error_of(client_kind, call, client)
        assert len(server.connections) == 1
    assert (error.attempts, error.request_sent, error.outcome_unknown) == (1, False, False)
    assert error.certificate_refused
    assert "CERTIFICATE_VERIFY_FAILED" in str(error) and HINT in str(error)
    assert server.requests == []


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
async def test_a_certificate_for_another_host_is_refused_in_one_attempt(
    client_kind: ClientKind, call: Callable[[Any], Any]
) -> None:
    http = client_kind.http_client(verify=ssl.create_default_context(cafile=str(CERTIFICATES / "authority.pem")))
    with encrypted() as server:
        client = client_kind.make(
            base_url=f"https://localhost:{server.port}", retry_policy=AT_ONCE, timeout=10, http_client=http
        )
        error = await error_of(client_kind, call, client)
        assert len(server.connections) == 1
    assert error.certificate_refused
    assert "localhost" in str(error) and HINT in str(error)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
async def test_a_handshake_that_breaks_off_is_tried_again(client_kind: ClientKind, call: Callable[[Any], Any]) -> None:
    def hang_up(connection: Connection) -> None:
        connection.send(b"not TLS at all\r\n")
        connection.close()

    with ScriptedServer(hang_up) as server:
        client = client_kind.make(base_url=f"https://127.0.0.1:{server.port}", retry_policy=AT_ONCE)
        error = await error_of(client_kind, call, client)
        assert len(server.connections) == 3
    assert (error.attempts, error.certificate_refused) == (3, False)
    assert "SSL_CERT_FILE" not in str(error)


async def test_a_certificate_seen_through_a_proxy_s_tunnel_is_refused_in_one_attempt(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem")

    def tunnel(connection: Connection) -> None:
        if connection.read_request():
            connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            context.wrap_socket(connection.socket, server_side=True).close()

    with ScriptedServer(tunnel) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        client = client_kind.make(base_url="https://alli.test", retry_policy=AT_ONCE)
        error = await error_of(client_kind, CALLS["a GET"], client)
        assert len(proxy.connections) == 1
    assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert (error.attempts, error.request_sent, error.certificate_refused) == (1, False, True)
    assert HINT in str(error)


@pytest.mark.parametrize(
    ("variables", "said"), [({}, "verify=; REQUESTS_CA_BUNDLE won't do"), ({"SSL_CERT_DIR": "/etc"}, "verify=")]
)
async def test_what_other_programs_take_certificates_from_is_said_to_count_for_nothing(
    client_kind: ClientKind, variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"REQUESTS_CA_BUNDLE": str(CERTIFICATES / "authority.pem"), **variables}.items():
        monkeypatch.setenv(name, value)
    with encrypted() as server:
        error = await error_of(client_kind, CALLS["a GET"], client_kind.make(base_url=server.url, max_retries=0))
    assert str(error).partition("\n")[0].endswith(f"{said})")


async def test_who_knows_better_can_have_it_tried_again(client_kind: ClientKind) -> None:
    """Behind one name may be several machines of which one has an old certificate."""

    def is_certificate(error: alli.APIConnectionError | alli.APIStatusError) -> bool | None:
        return getattr(error, "certificate_refused", False) or None

    policy = RetryPolicy(max_retries=2, base=0, retry_if=is_certificate)
    with encrypted() as server:
        await error_of(client_kind, CALLS["a run"], client_kind.make(base_url=server.url, retry_policy=policy))
        assert len(server.connections) == 3


async def test_that_it_was_the_certificate_is_still_known_after_pickling(client_kind: ClientKind) -> None:
    with encrypted() as server:
        error = await error_of(client_kind, CALLS["a GET"], client_kind.make(base_url=server.url))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert again.certificate_refused
