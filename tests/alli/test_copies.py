"""What a copy of a client takes, keeps and shares, and what becomes of the connections when it is closed."""

from __future__ import annotations

from typing import Any

import pytest
from alli import Alli, AsyncAlli, ConfigurationError, RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.answers import give_app
from tests.servers import ScriptedServer


def test_an_option_that_does_not_exist_is_refused_with_those_that_do(client_kind: ClientKind) -> None:
    with pytest.raises(
        ConfigurationError, match="^with_options: no option named http_client, usr_id; known options: api_key, "
    ):
        client_kind.make().with_options(usr_id="x", http_client=None)


def test_of_two_options_that_exclude_each_other_the_changed_one_stays(client_kind: ClientKind) -> None:
    client = client_kind.make(base_url="https://a.test", max_retries=4)
    assert client.with_options(region="ja")._config.base_url == "https://backend-ja.alli.ai"
    assert client.with_options(region="ja").with_options(base_url="https://b.test")._config.base_url == "https://b.test"
    policy = RetryPolicy(max_retries=9)
    copy = client.with_options(retry_policy=policy)
    assert copy._config.retry_policy is policy
    assert copy.with_options(max_retries=1)._config.retry_policy == RetryPolicy(max_retries=1)
    with pytest.raises(ConfigurationError, match="pass one of them"):
        client.with_options(max_retries=1, retry_policy=policy)


def test_none_takes_an_option_back_to_its_default(client_kind: ClientKind) -> None:
    client = client_kind.make(
        region="ja", timeout=5, deadline=9, idle_timeout=3, max_retries=7, user_id="x", default_headers={"X-A": "b"}
    )
    plain = client.with_options(
        base_url=None, region=None, timeout=None, deadline=None, idle_timeout=None, max_retries=None, user_id=None,
        default_headers=None,
    )  # fmt: skip
    assert vars_of(plain) == vars_of(client_kind.make())


def vars_of(client: Any) -> dict[str, Any]:
    config = client._config
    known = {name: getattr(config, name) for name in config.__slots__ if name not in ("api_key", "options")}
    return {**known, "api_key": config.api_key()}


def test_a_copy_of_a_copy_keeps_what_both_were_given(client_kind: ClientKind) -> None:
    client = client_kind.make(timeout=5).with_options(deadline=9).with_options(user_id="emp-7")
    assert client._config.timeout == (5, 5, 5, 5)
    assert client._config.deadline == 9
    assert client._config.headers["OWN-USER-ID"] == "emp-7"


async def test_copies_share_the_connections_of_their_parent(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        copy = client.with_options(user_id="emp-7", timeout=5)
        copy_of_copy = copy.with_options(max_retries=0)
        for each in (client, copy, copy_of_copy, copy, client):
            await client_kind.get(each.apps.get("a1"))
        assert len(server.connections) == 1


async def test_a_copy_changes_what_was_asked_and_its_parent_not_at_all(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, user_id="one", default_headers={"X-Team": "a"}, timeout=7)
        before = client._config
        copy = client.with_options(user_id="two", default_headers={"X-Other": "b"}, api_key="other-key")
        for each in (client, copy, client):
            await client_kind.get(each.apps.get("a1"))
    assert client._config is before
    assert type(copy) is type(client)
    names = ("own-user-id", "x-team", "x-other", "api-key")
    sent = [tuple(request.headers.get(name) for name in names) for request in server.requests]
    own = ("one", "a", None, "test-key")
    assert sent == [own, ("two", None, "b", "other-key"), own]


async def test_what_a_copy_does_not_change_it_keeps(client_kind: ClientKind) -> None:
    policy = RetryPolicy(max_retries=7)
    client = client_kind.make(
        base_url="https://api.example/prefix/", timeout=(1, 2, 3, 4), deadline=9, idle_timeout=8, retry_policy=policy
    )
    config = client.with_options(user_email="kim@example.com")._config
    assert config.base_url == "https://api.example/prefix"
    assert (config.timeout, config.deadline, config.idle_timeout) == ((1.0, 2.0, 3.0, 4.0), 9.0, 8.0)
    assert config.retry_policy is policy
    assert client.with_options(timeout=None)._config.timeout is None
    assert client.with_options(max_retries=1)._config.retry_policy == RetryPolicy(max_retries=1)
    assert client.with_options(region="ja")._config.base_url == "https://backend-ja.alli.ai"


async def test_the_with_block_of_a_copy_leaves_its_parent_in_use(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.with_options(user_id="emp-7")) as copy:
            await client_kind.get(copy.apps.get("a1"))
        await client_kind.close(client.with_options(max_retries=0).with_options(user_id="emp-8"))
        for each in (client, copy):
            assert (await client_kind.get(each.apps.get("a1"))).id == "a1"
        assert len(server.connections) == 1


async def test_a_copy_whose_parent_is_gone_closes_the_connections(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        # As in `with Alli().with_options(timeout=5) as client:`; a client that is never closed would be a ResourceWarning.
        kind: Any = AsyncAlli if client_kind.is_async else Alli
        copy = kind(api_key="k", base_url=server.url).with_options(timeout=5)
        async with client_kind.entered(copy):
            await client_kind.get(copy.apps.get("a1"))
        with pytest.raises(ConfigurationError, match="closed"):
            await client_kind.get(copy.apps.get("a1"))
