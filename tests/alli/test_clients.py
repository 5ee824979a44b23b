"""The life of a client: connections given back, an HTTP client of the user's own, and the end."""

from __future__ import annotations

import gc
import subprocess
import sys
import warnings
from typing import Any

import httpx
import pytest
from alli import Alli, APITimeoutError, AsyncAlli, AuthenticationError, ConfigurationError

from tests.alli.client_kind import ClientKind
from tests.answers import answering, give_app
from tests.servers import Connection, ScriptedServer


@pytest.mark.parametrize("calls", [1, 0])
async def test_closing_a_client_closes_its_copies_and_no_call_goes_out_after(
    client_kind: ClientKind, calls: int
) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        copy = client.with_options(user_id="emp-7").with_options(max_retries=0)
        for _ in range(calls):
            await client_kind.get(copy.apps.get("a1"))
        await client_kind.close(client)
        await client_kind.close(client)
        for closed in (client, copy):
            with pytest.raises(ConfigurationError, match="^this client is closed; make a new one\n"):
                await client_kind.get(closed.apps.get("a1"))
            with pytest.raises(ConfigurationError, match="this client is closed"):
                async with client_kind.entered(closed.apps.stream("a1")):
                    pass
        assert len(server.requests) == calls
        assert server.all_ended()


async def test_a_with_block_closes_its_client(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        async with client_kind.entered(client_kind.make(base_url=server.url)) as client:
            await client_kind.get(client.apps.get("a1"))
        with pytest.raises(ConfigurationError, match="closed"):
            await client_kind.get(client.apps.get("a1"))


async def test_an_http_client_of_the_users_own_that_is_closed_is_named(client_kind: ClientKind) -> None:
    own = client_kind.http_client()
    await client_kind.close(own)
    with pytest.raises(ConfigurationError, match="^http_client is closed; pass one that is open\n"):
        await client_kind.get(client_kind.make(http_client=own).apps.get("a1"))


async def test_an_http_client_of_the_users_own_is_used_as_it_is_and_never_closed(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        own = client_kind.http_client(headers={"X-Own": "yes"})
        client = client_kind.make(base_url=server.url, http_client=own)
        await client_kind.get(client.apps.get("a1"))
        await client_kind.get(client.with_options(user_id="emp-7").apps.get("a1"))
        await client_kind.close(client)
        assert not own.is_closed
        await client_kind.get(own.get(f"{server.url}/webapi/v2/apps/own"))
    assert [request.headers["x-own"] for request in server.requests] == ["yes"] * 3
    assert len(server.connections) == 1
    assert "api-key" not in server.requests[2].headers


async def test_timeouts_of_the_users_own_http_client_hold_unless_the_client_sets_some(client_kind: ClientKind) -> None:
    def stay_silent(connection: Connection) -> None:
        if connection.read_request():
            server.release.wait(30)

    with ScriptedServer(stay_silent) as server:
        own = client_kind.http_client(timeout=0.05)
        client = client_kind.make(base_url=server.url, http_client=own, max_retries=0)
        with pytest.raises(APITimeoutError):
            await client_kind.get(client.apps.get("a1"))
        patient = client_kind.http_client(timeout=60)
        client = client_kind.make(base_url=server.url, http_client=patient, max_retries=0, timeout=0.05)
        with pytest.raises(APITimeoutError):
            await client_kind.get(client.apps.get("a1"))


async def test_the_proxy_of_the_users_own_http_client_is_used(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as proxy:
        own = client_kind.http_client(proxy=proxy.url)
        client = client_kind.make(base_url="http://alli.invalid", allow_http=True, http_client=own)
        app = await client_kind.get(client.apps.get("a1"))
    assert app.id == "a1"
    assert proxy.requests[0].target == "http://alli.invalid/webapi/v2/apps/a1"


async def test_an_http_client_that_is_closed_is_an_error_that_says_so(client_kind: ClientKind) -> None:
    own = client_kind.http_client()
    await client_kind.close(own)
    client = client_kind.make(http_client=own)
    with pytest.raises(ConfigurationError, match="closed"):
        await client_kind.get(client.apps.get("a1"))


@pytest.mark.parametrize(
    ("client_class", "given", "told"),
    [
        (Alli, httpx.AsyncClient, r"http_client: Alli takes an httpx\.Client or httpx2\.Client, not AsyncClient"),
        (
            AsyncAlli,
            httpx.Client,
            r"http_client: AsyncAlli takes an httpx\.AsyncClient or httpx2\.AsyncClient, not Client",
        ),
        (Alli, dict, r"http_client: Alli takes an httpx\.Client or httpx2\.Client, not dict"),
        (AsyncAlli, dict, r"http_client: AsyncAlli takes an httpx\.AsyncClient or httpx2\.AsyncClient, not dict"),
    ],
)
async def test_an_http_client_of_the_wrong_kind_is_refused(client_class: Any, given: Any, told: str) -> None:
    wrong = given()
    with pytest.raises(ConfigurationError, match=told):
        client_class(api_key="k", http_client=wrong)
    if isinstance(wrong, httpx.AsyncClient):
        await wrong.aclose()
    elif isinstance(wrong, httpx.Client):
        wrong.close()


FORGETFUL = """
import asyncio, gc, sys
import alli

if sys.argv[1] == "sync":
    client = alli.Alli(api_key="k", base_url=sys.argv[2])
    copy = client.with_options(user_id="emp-7")
    client.apps.get("a1"), copy.apps.get("a2")
else:
    async def main():
        client = alli.AsyncAlli(api_key="k", base_url=sys.argv[2])
        copy = client.with_options(user_id="emp-7")
        await client.apps.get("a1"), await copy.apps.get("a2")
        del client, copy
        gc.collect()
    asyncio.run(main())
client = copy = None
gc.collect()
"""


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_forgetting_to_close_warns_once(kind: str) -> None:
    with ScriptedServer(give_app) as server:
        command = [sys.executable, "-W", "always", "-c", FORGETFUL, kind, server.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    name = "Alli" if kind == "sync" else "AsyncAlli"
    assert done.returncode == 0
    assert done.stderr.count("ResourceWarning") == 1, done.stderr
    assert f"ResourceWarning: an {name} was not closed; use it in a with block or close it" in done.stderr


async def test_a_client_that_was_never_used_needs_no_closing(client_kind: ClientKind) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = (AsyncAlli if client_kind.is_async else Alli)(api_key="k")
        del client
        gc.collect()
    assert [str(warning.message) for warning in caught if "Alli" in str(warning.message)] == []


async def test_refused_calls_give_their_connection_back(client_kind: ClientKind) -> None:
    refuse = answering(401, b'{"error": {"name": "INVALID_TOKEN", "value": 1013}}')

    with ScriptedServer(refuse) as server:
        own = client_kind.http_client(limits=httpx.Limits(max_connections=2), timeout=5)
        client = client_kind.make(base_url=server.url, http_client=own)
        for _ in range(30):
            with pytest.raises(AuthenticationError):
                await client_kind.get(client.apps.get("a1"))
            with pytest.raises(AuthenticationError):
                async with client_kind.entered(client.apps.stream("a1")):
                    pass
        assert len(server.connections) == 1


async def test_a_client_shows_where_it_goes_and_no_key(client_kind: ClientKind) -> None:
    client = client_kind.make(api_key="sk-secret", base_url="https://api.example")
    name = "AsyncAlli" if client_kind.is_async else "Alli"
    assert repr(client) == f"{name}(base_url='https://api.example')"


def test_the_client_of_a_refused_setting_can_be_printed() -> None:
    for kind in (Alli, AsyncAlli):
        assert repr(kind.__new__(kind)) == f"{kind.__name__}()"


async def test_a_cookie_of_one_user_is_not_sent_for_another(client_kind: ClientKind) -> None:
    answer = answering(200, b'{"id": "a1"}', {"Set-Cookie": "sessionid=s31; Path=/"})

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, user_id="emp-7")
        await client_kind.get(client.apps.get("a1"))
        await client_kind.get(client.with_options(user_id="emp-8").apps.get("a1"))
        await client_kind.get(client.apps.get("a1"))
    assert len(server.requests) == 3
    assert not any("cookie" in request.headers for request in server.requests)


async def test_a_signature_is_that_of_the_key(client_kind: ClientKind) -> None:
    """As published in RFC 4231, test case 2, and the same for a key that a function gives; another key gives another."""
    sign = await client_kind.get(client_kind.make(api_key="Jefe").signer())
    assert sign("what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    others = [client_kind.make(api_key=key) for key in (lambda: "Jefe", "Jeff")]
    same, another = [(await client_kind.get(each.signer()))("x") for each in others]
    assert sign("x") == same != another
    assert "Jefe" not in repr(sign) + repr(sign.__closure__)


def test_a_client_that_outlives_its_modules_ends_without_a_word() -> None:
    program = """
import asyncio, collections, sys
from alli import Alli, AsyncAlli

client, async_client = (kind(api_key="k", base_url=sys.argv[1]) for kind in (Alli, AsyncAlli))
client.apps.get("a1")
loop = asyncio.new_event_loop()
loop.run_until_complete(async_client.apps.get("a1"))
collections.kept = [client, async_client, loop]  # which is taken apart after all that was loaded for them
"""
    with ScriptedServer(give_app) as server:
        command = [sys.executable, "-c", program, server.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)
    assert "__del__" not in done.stderr  # what is said of the loop, which was left open, is asyncio's
