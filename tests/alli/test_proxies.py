"""The proxies of the environment are used, and never see more than they must."""

from __future__ import annotations

import socket
import sys
from base64 import b64decode

import alli
import pytest
from alli import RetryPolicy
from alli._http import proxies
from alli._http.proxies import Proxies

from tests.alli.client_kind import ClientKind
from tests.answers import answering, give_app
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

KEY = "key-for-the-service-only"


async def test_a_proxy_that_can_not_be_reached_is_named_with_its_variable_and_without_its_password(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: connecting is refused
        place = f"127.0.0.1:{unused.getsockname()[1]}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret@{place}")
        client = client_kind.make(base_url="https://alli.invalid", max_retries=0)
        with pytest.raises(alli.APIConnectionError) as caught:
            await client_kind.get(client.apps.get("a1"))
    text = str(caught.value)
    assert f" to alli.invalid:443 through the proxy {place}, which HTTPS_PROXY names" in text
    assert "secret" not in text
    assert "user" not in text


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_requests_go_through_the_proxy_of_the_environment(
    client_kind: ClientKind, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(give_app) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        client = client_kind.make(base_url="http://alli.test:8080/on-premises", allow_http=True)
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"
        await client_kind.get(client.with_options(user_id="emp-7").apps.get("a1"))
    assert [request.target for request in proxy.requests] == ["http://alli.test:8080/on-premises/webapi/v2/apps/a1"] * 2
    assert proxy.requests[0].headers["host"] == "alli.test:8080"
    assert len(proxy.connections) == 1, "the connection to the proxy is kept and shared with copies"


async def test_the_url_of_a_proxy_may_be_written_loosely(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(give_app) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"  HTTP://us%40er:p%3As@127.0.0.1:{proxy.port}/ ")
        client = client_kind.make(base_url="http://alli.test", allow_http=True)
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"
    assert b64decode(proxy.requests[0].headers["proxy-authorization"].removeprefix("Basic ")) == b"us@er:p:s"


@pytest.mark.parametrize("exempt", ["127.0.0.1", "*", "other.test,127.0.0.1"])
async def test_hosts_of_no_proxy_are_reached_directly(
    client_kind: ClientKind, exempt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(give_app) as proxy, ScriptedServer(give_app) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", exempt)
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.get("a1"))
        assert len(server.requests) == 1
        assert proxy.connections == []


async def test_a_tunnel_is_asked_for_without_the_key_and_its_refusal_means_that_nothing_was_sent(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = answering(403, b"no")

    with ScriptedServer(refuse) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        client = client_kind.make(api_key=KEY, user_id="emp-7", retry_policy=RetryPolicy(base=0.001))
        with pytest.raises(alli.APIConnectionError, match="ProxyError: the proxy answers 403") as caught:
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
    assert caught.value.request_sent is False
    assert caught.value.outcome_unknown is False
    assert caught.value.attempts == 3
    assert {(request.method, request.target) for request in proxy.requests} == {("CONNECT", "backend.alli.ai:443")}
    assert not {"api-key", "own-user-id", "x-request-id"} & proxy.requests[0].headers.keys()
    assert KEY not in repr([vars(request) for request in proxy.requests])


async def test_a_proxy_that_wants_a_password_says_so_where_to_write_it(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(answering(407, b"no")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret@127.0.0.1:{proxy.port}")
        with pytest.raises(
            alli.APIConnectionError, match="answers 407, it wants a user and a password in its"
        ) as caught:
            await client_kind.get(client_kind.make(max_retries=0).apps.get("a1"))
        assert "secret" not in str(caught.value)
        assert "HTTPS_PROXY" in str(caught.value)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(alli.APIStatusError, match="user and a password: write them into its URL in HTTP_PROXY"):
            await client_kind.get(client_kind.make(base_url="http://alli.test", allow_http=True).apps.get("a1"))


@pytest.mark.own_engine("by a hook of the library")
async def test_without_proxies_connections_are_probed_so_that_long_runs_survive_idle_networks(
    client_kind: ClientKind,
) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        seen: list[int] = []

        def trace(name: str, info: dict[str, object]) -> None:
            if name == "connection.connect_tcp.complete":
                sock = info["return_value"].get_extra_info("socket")  # type: ignore[attr-defined]
                seen.append(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))

        async def atrace(name: str, info: dict[str, object]) -> None:
            trace(name, info)

        http = await client_kind.get(
            client._http._client.aget() if client_kind.is_async else client._http._client.get()
        )
        response = await client_kind.get(
            http.get(server.url, extensions={"trace": atrace if client_kind.is_async else trace})
        )
    assert response.status_code == 200
    assert seen == [1]


EXEMPT = [
    ("127.0.0.1,::1", "http://127.0.0.1:80"),
    ("localhost,127.0.0.0/8,::1/128", "http://127.8.9.1"),
    ("fd07:b51a:cc66:f0::/64", "http://[fd07:b51a:cc66:f0::7]:8080"),
    ("fe80::/10", "http://[fe80::1]"),
    ("[::1]", "http://[::1]:8080"),
    ("[::1]:8080", "http://[::1]:8080"),
    ("[fd00::]/8", "http://[fd12::1]"),
    ("::1", "http://[0:0:0:0:0:0:0:1]"),
    ("10.0.0.0/255.0.0.0", "http://10.1.2.3"),
    ("127.0.0.1", "http://[::ffff:127.0.0.1]"),
    ("example.test", "https://api.example.test"),
    (".example.test", "https://api.example.test"),
    ("*.example.test", "https://api.example.test"),
    (".example.test", "https://example.test"),
    ("EXAMPLE.test.", "https://example.TEST"),
    ("example.test:8443", "https://example.test:8443"),
    ("example.test:443", "https://example.test"),
    ("https://example.test", "https://example.test"),
    ("https://example.test:8443/", "https://example.test:8443"),
    ("all://example.test", "http://example.test"),
    ("a.test b.test", "http://b.test"),
    ("bücher.test", "http://xn--bcher-kva.test"),
    ("*", "https://backend.alli.ai"),
    ("a.test,*", "https://backend.alli.ai"),
]
STILL_PROXIED = [
    ("", "http://a.test"),
    ("a.test", "http://ba.test"),
    ("a.test:8080", "http://a.test"),
    ("http://a.test", "https://a.test"),
    ("10.0.0.0/8", "http://11.0.0.1"),
    ("::1/128", "http://[::2]"),
    ("[::1]", "http://[::2]"),
    ("[::1]:8080", "http://[::1]:9090"),
    ("[::1]:8080", "http://[::1]"),
    ("https://*", "http://a.test"),
    ("::1/999,[,:::,a:b:c,/8,http://", "http://a.test"),
    ("127.0.0.1", "http://localhost"),
]


@pytest.mark.parametrize(("no_proxy", "url"), EXEMPT)
def test_every_form_of_no_proxy_exempts_its_hosts(no_proxy: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:8080")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert Proxies().url(url) is None


@pytest.mark.parametrize(("no_proxy", "url"), STILL_PROXIED)
def test_other_hosts_and_entries_that_cannot_be_made_out_exempt_nothing(
    no_proxy: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "proxy.test:8080")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert Proxies().url(url) == "http://proxy.test:8080"


def test_a_scheme_s_own_proxy_wins_over_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://all.test")
    monkeypatch.setenv("https_proxy", "http://secure.test")
    assert Proxies().url("https://a.test") == "http://secure.test"
    assert Proxies().url("http://a.test") == "http://all.test"


def test_the_address_of_a_proxy_is_told_apart_from_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://user:secret@[::1]:3128")
    assert Proxies().named("https://a.test") == ("ALL_PROXY", "[::1]:3128")


def test_the_exceptions_of_the_system_s_settings_hold_where_the_environment_names_no_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As macOS and Windows have them, which are not here."""
    asked: list[str] = []

    def bypassed(host: str) -> bool:
        asked.append(host)
        return host == "127.0.0.1"

    monkeypatch.setattr(proxies, "getproxies", lambda: {"http": "http://proxy.test:8080"})
    monkeypatch.setattr(proxies, "proxy_bypass", bypassed)
    of_system = Proxies()
    for _ in range(3):
        assert of_system.url("http://127.0.0.1:8730/webapi/v2/apps") is None
        assert of_system.url("http://a.test") == "http://proxy.test:8080"
    assert asked == ["127.0.0.1", "a.test"], "which may look a name up, so each is asked for once"
    assert of_system.named("http://a.test") == ("the system's http proxy", "proxy.test:8080")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:8080")
    assert Proxies().url("http://127.0.0.1:8730") == "http://proxy.test:8080"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "HTTPS_PROXY",
            "ftp://secret.test",
            "^HTTPS_PROXY: the URL of a proxy must begin with one of http, https, socks",
        ),
        ("https_proxy", "http://", "^https_proxy: must be the URL of a proxy"),
        ("ALL_PROXY", "http://secret.test:port", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", "http://[secret", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", "socks4://secret.test", "^ALL_PROXY: the URL of a proxy must begin with"),
        ("ALL_PROXY", "http://secret.test:0", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", "http://secret .test:3128", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", "http://sec\nret.test:3128", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", "http://secret\udc80.test:3128", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", f"http://secret{'t' * 60}:3128", "^ALL_PROXY: must be the URL of a proxy"),
        ("ALL_PROXY", "http://user:sec#ret@proxy.test:3128", "^ALL_PROXY: must be the URL of a proxy"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_named_by_its_variable(
    client_kind: ClientKind, variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(alli.ConfigurationError, match=said) as caught:
        client_kind.make()
    assert "secret" not in str(caught.value)
    # A host that is exempt does not need it, and a copy that does is refused before anything is sent.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"
        with pytest.raises(alli.ConfigurationError, match=said):
            await client_kind.get(client.with_options(base_url="https://backend.alli.ai").apps.get("a1"))


@pytest.mark.own_engine("aiohttp has no SOCKS")
async def test_a_socks_proxy_is_used_and_needs_its_package(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    def socks(connection: Connection) -> None:
        connection.socket.recv(3)
        connection.socket.sendall(b"\x05\x00")
        asked.append(connection.socket.recv(100))
        connection.socket.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        give_app(connection)

    with ScriptedServer(socks) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{proxy.port}")
        client = client_kind.make(base_url="http://alli.test", allow_http=True)
        assert (await client_kind.get(client.apps.get("a1"))).name == "One"
        assert b"alli.test" in asked[0]
        monkeypatch.setitem(sys.modules, "socksio", None)
        with pytest.raises(
            alli.ConfigurationError, match=r"^ALL_PROXY: a SOCKS proxy needs .*pip install 'httpx\[socks\]'"
        ):
            client_kind.make()
        monkeypatch.setenv("NO_PROXY", "alli.ai")
        client_kind.make()
