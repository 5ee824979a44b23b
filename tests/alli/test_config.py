"""What a client is set up with: key, headers and timeouts; what can't be used is refused at once."""

from __future__ import annotations

from typing import Any

import alli
import httpx
import pytest
from alli import ConfigurationError, RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.answers import after_request, give_app, silent
from tests.servers import ScriptedServer


def test_without_a_key_the_error_says_where_keys_are_and_which_is_not_one(client_kind: ClientKind) -> None:
    for nothing in (None, ""):
        with pytest.raises(ConfigurationError) as caught:
            client_kind.make(api_key=nothing)
        assert str(caught.value) == (
            "no API key: set the environment variable ALLI_API_KEY or pass api_key=. Keys are in the Alli dashboard under "
            "Settings > General; the chat widget's sdkKey is another key"
        )


async def test_the_key_and_the_address_come_from_the_environment(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(give_app) as server:
        monkeypatch.setenv("ALLI_API_KEY", " key-from-environment\n")
        monkeypatch.setenv("ALLI_BASE_URL", server.url + "/")
        client = client_kind.make(api_key=None)
        monkeypatch.setenv("ALLI_API_KEY", "changed")
        monkeypatch.setenv("ALLI_BASE_URL", "https://changed.test")
        await client_kind.get(client.apps.get("a1"))
        await client_kind.get(client.with_options(timeout=5).apps.get("a1"))
    assert [request.headers["api-key"] for request in server.requests] == ["key-from-environment"] * 2
    assert server.requests[0].target == "/webapi/v2/apps/a1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api_key": 7}, "api_key: must be a str or a function that gives one, not int"),
        ({"api_key": b"secret"}, "api_key: must be a str or a function that gives one, not bytes"),
        ({"api_key": "sec\nret"}, "api_key: must not hold CR, LF or NUL"),
        ({"api_key": "ｓｅｃｒｅｔ"}, "api_key: must be printable ASCII to be sent as a header"),
        ({"max_retries": -1}, "max_retries must be a whole number of at least 0"),
        ({"max_retries": 2, "retry_policy": RetryPolicy()}, "max_retries and retry_policy: pass one of them"),
        ({"retry_policy": 3}, "retry_policy: must be a RetryPolicy, not int"),
        ({"default_headers": {"api-KEY": "secret"}}, "default_headers: must not hold api-KEY; pass api_key="),
        ({"default_headers": {"own-user-id": "secret"}}, "default_headers: must not hold own-user-id; pass user_id="),
        ({"default_headers": {"User-Email": "secret"}}, "default_headers: must not hold User-Email; pass user_email="),
        (
            {"default_headers": {"X-Request-Id": "secret"}},
            "default_headers: must not hold X-Request-Id; the client sets it for each request",
        ),
        (
            {"default_headers": {"content-type": "secret"}},
            "default_headers: must not hold content-type; the client sets it for each request",
        ),
        ({"region": 7}, "region: must be one of us, ja; for another host pass base_url="),
        ({"default_headers": {"Agent-Email": "secret"}}, "must not hold Agent-Email; pass agent_email= to the client"),
        ({"default_headers": {"Content-Length": "7"}}, "must not hold Content-Length; the client sets it"),
        ({"default_headers": {"Transfer-Encoding": "chunked"}}, "must not hold Transfer-Encoding; the client sets it"),
        ({"default_headers": {"Host": "secret"}}, "must not hold Host; the client sets it"),
        ({"default_headers": "secret"}, "default_headers: must be a mapping of names to values, not str"),
        ({"default_headers": {"X-A": "secret\r\nB: c"}}, "default_headers['X-A']: must not hold CR, LF or NUL"),
        ({"default_headers": {"X-A": 7}}, "default_headers['X-A']: must be a str, not int"),
        ({"default_headers": {"X A": "b"}}, "default_headers: a name must be letters, digits and -, like X-Team"),
        ({"default_headers": {"": "b"}}, "default_headers: a name must be letters, digits and -, like X-Team"),
        ({"default_headers": {7: "b"}}, "default_headers: a name must be letters, digits and -, like X-Team"),
        ({"default_headers": "X-A: b"}, "default_headers: must be a mapping of names to values, not str"),
        ({"http_client": "secret"}, "http_client: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(
    client_kind: ClientKind, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client_kind.make(**options)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "ｓ" not in str(caught.value)


async def test_default_headers_go_out_with_every_request_each_once(client_kind: ClientKind) -> None:
    seen: list[httpx.Headers] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"id": "a1"})

    mine = {"X-Team": "support", "user-agent": "mine/1"}
    client = client_kind.mocked(note, user_id="emp-7", default_headers=mine)
    mine["X-Team"] = "changed"
    await client_kind.get(client.apps.run("a1"))
    await client_kind.get(client.with_options(default_headers=None).apps.run("a1"))
    assert seen[0].get_list("x-team") == ["support"]
    assert seen[0].get_list("user-agent") == ["mine/1"]
    assert "x-team" not in seen[1]
    assert [value.partition("/")[0] for value in seen[1].get_list("user-agent")] == ["alli-sdk-python"]
    for headers in seen:
        names = [name.lower() for name, _ in headers.raw]
        assert len(names) == len(set(names))
        assert headers.get_list("own-user-id") == ["emp-7"]


async def test_a_key_may_come_from_a_function(client_kind: ClientKind) -> None:
    keys = iter(["k1", "k2"])
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, api_key=lambda: next(keys))
        await client_kind.get(client.apps.get("a1"))
        await client_kind.get(client.apps.get("a1"))
    assert [request.headers["api-key"] for request in server.requests] == ["k1", "k2"]


async def test_white_space_around_a_key_goes_as_a_key_from_a_file_ends_in_a_line_break(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        for key in ("k1\n", " k2 ", lambda: "k3\r\n"):
            await client_kind.get(client_kind.make(base_url=server.url, api_key=key).apps.get("a1"))
    assert [request.headers["api-key"] for request in server.requests] == ["k1", "k2", "k3"]


@pytest.mark.parametrize("timeout", [0.1, (0.1, 0.1, 0.1, 0.1), httpx.Timeout(0.1)], ids=["number", "four", "Timeout"])
async def test_a_timeout_is_a_number_four_of_them_or_the_library_s(client_kind: ClientKind, timeout: Any) -> None:
    with ScriptedServer(after_request(silent)) as server:
        client = client_kind.make(base_url=server.url, timeout=timeout, max_retries=0)
        with pytest.raises(alli.APITimeoutError):
            await client_kind.get(client.apps.get("a1"))
        server.release.set()


@pytest.mark.parametrize("timeout", [0, (1, 2), "5", httpx.Timeout(5, read=None), httpx.Timeout(None)], ids=repr)
def test_a_timeout_that_is_none_of_these_says_what_is_accepted(client_kind: ClientKind, timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"timeout: .* or four of them: \(connect, read, write, pool\)"):
        client_kind.make(timeout=timeout)


@pytest.mark.parametrize("gives", ["", None, 7, b"k", "a\nb", "ｋ", " "], ids=repr)
async def test_what_a_function_gives_is_checked_before_any_io(client_kind: ClientKind, gives: Any) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, api_key=lambda: gives)
        with pytest.raises(ConfigurationError, match="^api_key: "):
            await client_kind.get(client.apps.get("a1"))
        assert server.connections == []


async def test_what_the_key_s_function_raises_reaches_the_caller(client_kind: ClientKind) -> None:
    def fail() -> str:
        raise LookupError("vault is sealed")

    client = client_kind.make(api_key=fail)
    with pytest.raises(LookupError, match="vault is sealed"):
        await client_kind.get(client.apps.get("a1"))


async def test_an_async_function_for_the_key_is_awaited_by_the_async_client_and_explained_by_the_other(
    client_kind: ClientKind,
) -> None:
    async def key() -> str:
        return "k-async"

    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, api_key=key)
        if client_kind.is_async:
            await client.apps.get("a1")
            assert server.requests[0].headers["api-key"] == "k-async"
        else:
            with pytest.raises(ConfigurationError, match="an async one works with AsyncAlli"):
                client.apps.get("a1")
