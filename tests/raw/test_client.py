"""The plain client: one that can't hang for ever, leak its key or change behind its owner's back."""

from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def module(generate: Any) -> Any:
    return generate()("client")


@pytest.fixture
def seen() -> list[httpx.Request]:
    return []


@pytest.fixture
def client(module: Any, seen: list[httpx.Request]) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"Location": "http://elsewhere/"})

    transport = httpx.MockTransport(answer)
    return module.AuthenticatedClient(base_url="http://test", token="k", httpx_args={"transport": transport})


async def send(client: Any, kind: str) -> httpx.Response:
    if kind == "sync":
        return client.get_httpx_client().get("/")  # type: ignore[no-any-return]
    return await client.get_async_httpx_client().get("/")  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_the_key_goes_into_its_own_header(client: Any, seen: list[httpx.Request], kind: str) -> None:
    await send(client, kind)
    assert seen[0].headers["API-KEY"] == "k"
    assert "Authorization" not in seen[0].headers


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_redirect_is_not_followed(client: Any, seen: list[httpx.Request], kind: str) -> None:
    assert (await send(client, kind)).status_code == 302
    assert [request.url.host for request in seen] == ["test"]


def test_redirects_can_not_be_switched_on(module: Any) -> None:
    client = module.Client(base_url="http://test", httpx_args={"follow_redirects": True})
    with pytest.raises(ValueError, match="follow_redirects would hand the API key to other hosts"):
        client.get_httpx_client()


def test_the_timeout_is_finite_unless_chosen_otherwise(module: Any) -> None:
    client = module.Client(base_url="http://test")
    assert client.get_httpx_client().timeout == httpx.Timeout(module.DEFAULT_TIMEOUT)
    assert module.DEFAULT_TIMEOUT == 60


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_changed_copy_leaves_the_live_client_alone(client: Any, seen: list[httpx.Request], kind: str) -> None:
    await send(client, kind)
    live = client.get_httpx_client() if kind == "sync" else client.get_async_httpx_client()
    timeout = live.timeout
    other = client.with_headers({"X": "1"}).with_cookies({"c": "2"}).with_timeout(httpx.Timeout(1))
    await send(other, kind)
    await send(client, kind)
    assert live.timeout == timeout
    assert seen[1].headers["X"] == "1"
    assert seen[1].headers["Cookie"] == "c=2"
    assert "X" not in seen[2].headers
    assert "Cookie" not in seen[2].headers
