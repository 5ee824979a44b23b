"""Which address a client calls: arguments, then the environment, then the region; what can't be called is refused at once."""

from __future__ import annotations

from typing import Any

import alli
import pytest
from alli import ConfigurationError
from alli.config import make_config

from tests.alli.client_kind import ClientKind


def base_url(**options: Any) -> str:
    return make_config({"api_key": "k", **options}).base_url


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


NOT_ADDRESSES: list[Any] = [
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


@pytest.mark.parametrize("url", NOT_ADDRESSES, ids=repr)
def test_what_is_not_an_address_is_refused_and_not_repeated(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="^base_url: ") as caught:
        base_url(base_url=url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", [url for url in NOT_ADDRESSES if isinstance(url, str) and "\x00" not in url], ids=repr)
def test_what_is_not_an_address_in_the_environment_is_refused_by_the_name_of_its_variable(
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


def test_a_base_url_with_the_beginning_of_every_path_is_refused(client_kind: ClientKind) -> None:
    with pytest.raises(ConfigurationError, match="base_url: must not end in /webapi"):
        client_kind.make(base_url="https://backend.alli.ai/webapi/")


@pytest.mark.parametrize(
    "url", ["https://☃.test", "https://a..test", "https://[v1.x]", "https://xn--", "https://xn--a"], ids=repr
)
async def test_a_host_that_cannot_be_called_is_an_error_of_ours(client_kind: ClientKind, url: str) -> None:
    with pytest.raises(alli.AlliError):
        await client_kind.get(client_kind.make(base_url=url, max_retries=0).apps.get("a1"))
