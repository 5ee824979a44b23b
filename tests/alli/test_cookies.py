"""Cookies that answers set stay behind: copies of a client share its connections, but not the user."""

from __future__ import annotations

import pytest

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True


def setting_a_cookie(connection: Connection) -> None:
    request = connection.read_request()
    if request is not None:
        user = request.headers.get("own-user-id", "nobody")
        connection.respond(200, b'{"id": "a1", "name": "One"}', {"Set-Cookie": f"session={user}; Path=/"})


@pytest.mark.parametrize("engine", ["own", "proxied", "injected"])
async def test_a_cookie_set_for_one_user_goes_out_for_none(
    client_kind: ClientKind, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(setting_a_cookie) as server:
        url = server.url
        if engine == "proxied":
            monkeypatch.setenv("HTTP_PROXY", server.url)
            url = "http://alli.test"
        injected = {"http_client": client_kind.http_client()} if engine == "injected" else {}
        client = client_kind.make(base_url=url, allow_http=True, **injected)
        for user in ("alice", "bob", "alice"):
            await client_kind.get(client.with_options(user_id=user).apps.get("a1"))
            async with client_kind.entered(client.with_options(user_id=user).apps.stream("a1")):
                pass
    assert [request.headers.get("cookie") for request in server.requests] == [None] * 6


async def test_a_cookie_that_the_user_gave_the_http_client_goes_out_always(client_kind: ClientKind) -> None:
    with ScriptedServer(setting_a_cookie) as server:
        http = client_kind.http_client(cookies={"route": "blue"})
        client = client_kind.make(base_url=server.url, http_client=http)
        for user in ("alice", "bob"):
            await client_kind.get(client.with_options(user_id=user).apps.get("a1"))
        assert [request.headers.get("cookie") for request in server.requests] == ["route=blue"] * 2


async def test_a_cookie_header_of_the_users_goes_out_as_it_is(client_kind: ClientKind) -> None:
    with ScriptedServer(setting_a_cookie) as server:
        http = client_kind.http_client(cookies={"route": "blue"})
        client = client_kind.make(base_url=server.url, http_client=http, default_headers={"Cookie": "mine=1"})
        for _ in range(2):
            await client_kind.get(client.apps.get("a1"))
        assert [request.headers.get("cookie") for request in server.requests] == ["mine=1"] * 2
