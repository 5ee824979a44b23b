"""Nothing is sent anywhere but where the caller said: no redirect is followed, no id leaves its place in the path."""

from __future__ import annotations

from urllib.parse import unquote

import alli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.alli.client_kind import ClientKind
from tests.answers import answering
from tests.servers import Connection, ScriptedServer

KEY = "key-that-must-not-travel"


def elsewhere(connection: Connection) -> None:
    if connection.read_request():
        connection.respond(200, b'{"id": "a1", "name": "stolen"}')


TARGETS = {
    "same host": "{own}/webapi/v2/apps/other",
    "a path alone": "/webapi/v2/apps/other",
    "other port": "{other}/webapi/v2/apps/a1",
    "other host": "http://localhost:{other_port}/webapi/v2/apps/a1",
    "no scheme": "//localhost:{other_port}/webapi/v2/apps/a1",
    "own address as user": "http://127.0.0.1:{own_port}@localhost:{other_port}/webapi/v2/apps/a1",
    "own address as user and password": "http://127.0.0.1%3A{own_port}:x@127.0.0.1:{other_port}/",
    "backslash": "http://127.0.0.1:{other_port}\\@127.0.0.1:{own_port}/",
    "another scheme": "ftp://127.0.0.1:{other_port}/",
    "nonsense": "http://[",
}


@pytest.mark.parametrize("given_client", [False, True], ids=["own http client", "given http client that follows"])
@pytest.mark.parametrize("target", TARGETS)
async def test_no_redirect_is_followed(client_kind: ClientKind, target: str, given_client: bool) -> None:
    statuses = [301, 302, 303, 307, 308]
    with ScriptedServer(elsewhere) as other:

        def answer(connection: Connection) -> None:
            if connection.read_request():
                own = connection.server
                places = {"own": own.url, "own_port": own.port, "other": other.url, "other_port": other.port}
                status = statuses[(len(own.requests) - 1) % len(statuses)]
                connection.respond(status, b"", {"Location": TARGETS[target].format(**places)})

        with ScriptedServer(answer) as server:
            more = {"http_client": client_kind.http_client(follow_redirects=True)} if given_client else {}
            client = client_kind.make(base_url=server.url, api_key=KEY, user_id="emp-7", **more)
            for method in ("get", "run"):
                for status in statuses:
                    with pytest.raises(alli.APIStatusError, match="redirects are not followed") as caught:
                        await client_kind.get(getattr(client.apps, method)("a1"))
                    assert caught.value.status_code == status
                    assert KEY not in str(caught.value)
            assert len(server.requests) == 2 * len(statuses)
        assert other.connections == []


# Ids in paths


echo_target = answering(200, b'{"id": "a1", "name": "One"}')


@pytest.mark.parametrize("bad", ["", ".", "..", "\ud800", None, 7, b"a1", True], ids=repr)
@pytest.mark.parametrize("method", ["get", "update", "run", "stream", "stream_conversation", "run_conversation"])
async def test_an_id_that_addresses_something_else_is_refused_before_any_io(
    client_kind: ClientKind, method: str, bad: object
) -> None:
    with ScriptedServer(echo_target) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.InvalidArgumentError, match=rf"^apps\.{method}: (app_)?id") as caught:
            await client_kind.get(getattr(client.apps, method)(bad))
        assert isinstance(caught.value, ValueError)
        assert server.connections == []


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=20))
def test_any_other_id_arrives_as_one_segment_and_as_it_was(ids: list[str]) -> None:
    with ScriptedServer(echo_target) as server, alli.Alli(api_key="k", base_url=server.url) as client:
        for app_id in ids:
            if app_id in (".", ".."):
                continue
            client.apps.get(app_id)
            target = server.requests[-1].raw_target.decode("ascii")
            head, _, segment = target.rpartition("/")
            assert head == "/webapi/v2/apps"
            assert unquote(segment) == app_id
            assert set(segment) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%")


@pytest.mark.parametrize(
    "app_id",
    [
        "a/b",
        "../x",
        "%2e%2e",
        "%2F",
        "a?b=c",
        "a#b",
        "a;b",
        "a b",
        "a\\b",
        "...",
        "TExN/+=",
        "\r\nX: y",
        "\0",
        "한",
        "a%zz",
    ],
    ids=repr,
)
async def test_ids_with_signs_of_urls_stay_inside_their_segment(client_kind: ClientKind, app_id: str) -> None:
    with ScriptedServer(echo_target) as server:
        client = client_kind.make(base_url=server.url + "/prefix/")
        await client_kind.get(client.apps.get(app_id))
    head, _, segment = server.requests[0].raw_target.decode("ascii").rpartition("/")
    assert head == "/prefix/webapi/v2/apps"
    assert unquote(segment) == app_id
