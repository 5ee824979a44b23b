"""What a client is set up with: arguments, then the environment, then defaults; what can't be used is refused at once."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import alli
import httpx
import pytest
from alli import ConfigurationError, RetryPolicy
from alli.config import ClientOptions, make_config

from tests.alli.client_kind import ClientKind
from tests.answers import after_request, give_app, silent
from tests.servers import ScriptedServer


def base_url(**options: Any) -> str:
    return make_config({"api_key": "k", **options}).base_url


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
    ("options", "environment", "expected"),
    [
        ({}, {}, "https://backend.alli.ai"),
        ({}, {"ALLI_REGION": "ja"}, "https://backend-ja.alli.ai"),
        ({}, {"ALLI_REGION": " JA "}, "https://backend-ja.alli.ai"),
        ({}, {"ALLI_REGION": "", "ALLI_BASE_URL": ""}, "https://backend.alli.ai"),
        ({"region": "us"}, {"ALLI_REGION": "ja"}, "https://backend.alli.ai"),
        ({}, {"ALLI_REGION": "ja", "ALLI_BASE_URL": "https://e.test"}, "https://e.test"),
        ({"region": "ja"}, {"ALLI_BASE_URL": "https://e.test"}, "https://backend-ja.alli.ai"),
        ({"base_url": "https://a.test", "region": "ja"}, {"ALLI_BASE_URL": "https://e.test"}, "https://a.test"),
        ({"base_url": "https://a.test/prefix//"}, {}, "https://a.test/prefix"),
        ({"base_url": "HTTPS://A.test:8443"}, {}, "HTTPS://A.test:8443"),
    ],
)
def test_arguments_win_over_the_environment_and_base_url_over_region(
    options: dict[str, str], environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert base_url(**options) == expected


@pytest.mark.parametrize("name", ["region", "ALLI_REGION"])
def test_an_unknown_region_is_refused_with_the_known_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"region": "eu-secret"} if name == "region" else {}
    if not options:
        monkeypatch.setenv(name, "eu-secret")
    with pytest.raises(ConfigurationError) as caught:
        base_url(**options)
    assert str(caught.value) == f"{name}: must be one of us, ja; for another host pass base_url="


NO_ADDRESSES: list[Any] = [
    "backend.alli.ai",
    "ftp://backend.alli.ai",
    "https://",
    "https:///path",
    "https://user@alli.test",
    "https://user:secret@alli.test",
    "https://alli.test?x=1",
    "https://alli.test?",
    "https://alli.test#x",
    "https://@alli.test",
    "https://evil.test\\.alli.test",
    "https://alli.test:port",
    "https://alli.test:99999",
    "https://[::1",
    "https://alli .test",
    "https://alli.test/a b",
    "https://alli.test\\@evil.test",
    "https://alli.test\r\nX: y",
    "https://alli.test/\x00",
    "https://al\tli.test",
    7,
    b"https://alli.test",
]


@pytest.mark.parametrize("url", NO_ADDRESSES, ids=repr)
def test_an_address_that_is_none_is_refused_without_being_repeated(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="^base_url: ") as caught:
        base_url(base_url=url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", [url for url in NO_ADDRESSES if isinstance(url, str) and "\x00" not in url], ids=repr)
def test_an_address_of_the_environment_that_is_none_is_told_by_the_name_of_its_variable(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLI_BASE_URL", url)
    with pytest.raises(ConfigurationError, match="^ALLI_BASE_URL: ") as caught:
        base_url()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://alli.test", "http://10.0.0.1", "http://127.0.0.1.evil.test", "http://localhost.evil.test", "http://[::2]",
     "http://0.0.0.0", "HTTP://alli.test", "http://127.1.evil", "http://localhosts", "http://notlocalhost"],
)  # fmt: skip
def test_plain_http_is_refused_unless_it_stays_on_this_machine_or_is_allowed(client_kind: ClientKind, url: str) -> None:
    with pytest.raises(ConfigurationError, match="plain http would send the API key unencrypted"):
        client_kind.make(base_url=url)
    client_kind.make(base_url=url, allow_http=True).with_options(user_id="emp-7")
    with pytest.raises(ConfigurationError, match="plain http"):
        client_kind.make().with_options(base_url=url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8730", "http://127.8.9.1", "http://localhost", "http://alli.localhost", "http://[::1]:80"]
)
def test_plain_http_to_this_machine_needs_no_permission(url: str) -> None:
    assert base_url(base_url=url) == url


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


def test_the_http_client_of_the_other_kind_is_refused(client_kind: ClientKind) -> None:
    # Both are closed by being left: neither opened a connection.
    other = httpx.Client() if client_kind.is_async else httpx.AsyncClient()
    wanted = "AsyncAlli takes an httpx.AsyncClient" if client_kind.is_async else "Alli takes an httpx.Client"
    with pytest.raises(ConfigurationError, match=rf"^http_client: {wanted}.*, not {type(other).__name__}\n"):
        client_kind.make(http_client=other)


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


def test_a_base_url_with_the_beginning_of_every_path_is_refused(client_kind: ClientKind) -> None:
    with pytest.raises(ConfigurationError, match="base_url: must not end in /webapi"):
        client_kind.make(base_url="https://backend.alli.ai/webapi/")


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


@pytest.mark.parametrize(
    "url", ["https://☃.test", "https://a..test", "https://[v1.x]", "https://xn--", "https://xn--a"], ids=repr
)
async def test_a_host_that_cannot_be_called_is_an_error_of_ours(client_kind: ClientKind, url: str) -> None:
    with pytest.raises(alli.AlliError):
        await client_kind.get(client_kind.make(base_url=url, max_retries=0).apps.get("a1"))


# with_options


def test_with_options_takes_what_the_class_takes_but_the_http_client() -> None:
    for kind in (alli.Alli, alli.AsyncAlli):
        assert {*inspect.signature(kind).parameters} - {"http_client"} == {*ClientOptions.__annotations__}


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


# Closed clients


async def test_a_closed_client_says_so_and_its_copies_too(client_kind: ClientKind) -> None:
    client = client_kind.make()
    copy = client.with_options(user_id="emp-7")
    await client_kind.close(client)
    await client_kind.close(client)
    for one in (client, copy):
        with pytest.raises(ConfigurationError, match="^this client is closed; make a new one\n"):
            await client_kind.get(one.apps.get("a1"))


async def test_a_given_http_client_that_was_closed_is_said_to_be(client_kind: ClientKind) -> None:
    http = client_kind.http_client()
    client = client_kind.make(http_client=http)
    await client_kind.close(http)
    with pytest.raises(ConfigurationError, match="closed"):
        await client_kind.get(client.apps.get("a1"))


def test_a_client_is_not_pickled(client_kind: ClientKind) -> None:
    for one in (client_kind.make(), client_kind.make()._config):
        with pytest.raises(
            TypeError, match="hold the API key and can't be pickled or deep-copied; make the client where it is used"
        ):
            pickle.dumps(one)
