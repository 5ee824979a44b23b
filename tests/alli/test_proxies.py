"""The proxies of the environment are used, and never see more than they must."""

from __future__ import annotations

import socket

import alli
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.answers import answering, give_app
from tests.servers import ScriptedServer

KEY = "key-for-the-service-only"


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
        with pytest.raises(alli.APIConnectionError, match="ProxyError") as caught:
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
    assert caught.value.request_sent is False
    assert caught.value.outcome_unknown is False
    assert caught.value.attempts == 3
    assert {(request.method, request.target) for request in proxy.requests} == {("CONNECT", "backend.alli.ai:443")}
    assert not {"api-key", "own-user-id", "x-request-id"} & proxy.requests[0].headers.keys()
    assert KEY not in repr([vars(request) for request in proxy.requests])


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
