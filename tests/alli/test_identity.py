"""On whose behalf requests are made."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest
from alli import ConfigurationError
from alli._calls.headers import identity_headers
from hypothesis import given
from hypothesis import strategies as st

from tests.alli.client_kind import ClientKind
from tests.answers import give_app
from tests.servers import ScriptedServer

IDENTITY = ("own-user-id", "user-email", "agent-email")


@pytest.mark.parametrize(
    ("user_id", "sent"),
    [
        pytest.param("emp-7", "emp-7", id="ascii"),
        pytest.param("a b@c;d,e=f", "a b@c;d,e=f", id="ascii with blanks and signs"),
        pytest.param("홍길동", "base64:7ZmN6ri464+Z", id="hangul"),
        pytest.param("José", "base64:Sm9zw6k=", id="latin-1"),
        pytest.param("base64:abc", "base64:" + base64.b64encode(b"base64:abc").decode(), id="looks encoded"),
        pytest.param(" padded ", "base64:" + base64.b64encode(b" padded ").decode(), id="outer blanks"),
        pytest.param("tab\there", "base64:" + base64.b64encode(b"tab\there").decode(), id="tab"),
        pytest.param("🙂", "base64:8J+Zgg==", id="beyond the bmp"),
    ],
)
async def test_a_user_id_goes_over_the_wire_as_ascii_or_as_base64(
    client_kind: ClientKind, user_id: str, sent: str
) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, user_id=user_id)
        await client_kind.get(client.apps.get("a1"))
    assert server.requests[0].headers["own-user-id"] == sent


async def test_emails_go_out_as_they_are_and_what_is_not_set_is_not_sent(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, user_email="kim@example.com", agent_email="ops@example.com")
        await client_kind.get(client.apps.get("a1"))
        plain = client_kind.make(base_url=server.url, user_id=None, agent_email=None)
        await client_kind.get(plain.apps.get("a1"))
    first, second = (request.headers for request in server.requests)
    assert (first["user-email"], first["agent-email"]) == ("kim@example.com", "ops@example.com")
    assert "own-user-id" not in first
    assert not set(IDENTITY) & second.keys()


@pytest.mark.parametrize("name", ["user_id", "user_email", "agent_email"])
def test_an_empty_identity_is_refused_and_not_taken_for_nobody(client_kind: ClientKind, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: must not be empty; leave it out"):
        client_kind.make(**{name: ""})
    with pytest.raises(ConfigurationError, match=f"^{name}: must not be empty"):
        client_kind.make().with_options(**{name: ""})


async def test_a_copy_for_another_user_leaves_its_parent_as_it_is(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url, user_id="parent", user_email="p@example.com")
        copy = client.with_options(user_id="child")
        nobody = copy.with_options(user_id=None, user_email=None)
        for one in (client, copy, nobody, client):
            await client_kind.get(one.apps.get("a1"))
    seen = [(r.headers.get("own-user-id"), r.headers.get("user-email")) for r in server.requests]
    assert seen == [
        ("parent", "p@example.com"),
        ("child", "p@example.com"),
        (None, None),
        ("parent", "p@example.com"),
    ]
    assert len(server.connections) == 1, "copies use their parent's connections"


@pytest.mark.parametrize("option", ["user_id", "user_email", "agent_email"])
@pytest.mark.parametrize("sign", ["\r", "\n", "\0", "\r\nAPI-KEY: x"])
def test_an_identity_that_could_add_a_header_is_refused_when_the_client_is_made(
    client_kind: ClientKind, option: str, sign: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{option}: must not hold CR, LF or NUL\n"):
        client_kind.make(**{option: f"emp{sign}7"})
    client = client_kind.make()
    with pytest.raises(ConfigurationError, match=option):
        client.with_options(**{option: f"emp{sign}7"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"user_id": 7}, "user_id: must be a str, not int"),
        ({"user_email": b"a@b"}, "user_email: must be a str, not bytes"),
        ({"user_email": "김@example.com"}, "user_email: must be printable ASCII to be sent as a header"),
        ({"agent_email": "a\t@b"}, "agent_email: must be printable ASCII to be sent as a header"),
        ({"agent_email": " a@b "}, "agent_email: must not begin or end with a blank"),
        ({"user_id": "\ud800"}, "user_id: holds a lone surrogate, which is not text"),
    ],
)
def test_what_is_no_identity_is_refused_without_being_repeated(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        identity_headers(**{"user_id": None, "user_email": None, "agent_email": None, **options})
    assert str(caught.value) == message
    assert caught.value.__cause__ is None


@given(st.text(alphabet=st.characters(exclude_characters="\r\n\0", codec="utf-8"), min_size=1))
def test_any_user_id_arrives_as_it_was_given(user_id: str) -> None:
    value = identity_headers(user_id, None, None)["OWN-USER-ID"]
    assert httpx.Headers({"OWN-USER-ID": value})["own-user-id"] == value
    assert value.isascii() and value.isprintable() and value == value.strip()
    if value.startswith("base64:"):
        assert base64.b64decode(value.removeprefix("base64:"), validate=True).decode() == user_id
    else:
        assert value == user_id
