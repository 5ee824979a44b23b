"""`extra_body` and `extra_query`: fields that no method has, in every call of a copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.multipart import part_named
from tests.answers import answering
from tests.servers import ScriptedServer


async def test_extra_fields_join_every_body_and_query_of_a_copy(client_kind: ClientKind, contract: Path) -> None:
    with ScriptedServer(answering(200, b'{"result": {}, "id": "a1"}')) as server:
        plain = client_kind.make(base_url=server.url)
        client = plain.with_options(extra_body={"beta": True, "chat": {"tone": "kind"}}, extra_query={"trace": "on"})
        await client_kind.get(client.apps.run("a1", message="hi"))
        await client_kind.get(client.apps.run("a1", {"F": contract}))
        await client_kind.get(client.request("POST", "/webapi/x", json={"a": 1}, params={"b": 2}))
        await client_kind.get(client.apps.get("a1"))
        await client_kind.get(plain.request("POST", "/webapi/x", json={"a": 1}))
    run, upload, other, get, untouched = server.requests
    assert json.loads(run.body) == {"mode": "sync", "chat": {"message": "hi", "tone": "kind"}, "beta": True}
    assert json.loads(part_named(upload, "json").content) == {
        "mode": "sync",
        "inputs": {},
        "beta": True,
        "chat": {"tone": "kind"},
    }
    assert part_named(upload, "F").content == contract.read_bytes()
    assert (json.loads(other.body), other.target) == (
        {"a": 1, "beta": True, "chat": {"tone": "kind"}},
        "/webapi/x?b=2&trace=on",
    )
    assert (get.body, get.target) == (b"", "/webapi/v2/apps/a1?trace=on")
    assert (json.loads(untouched.body), untouched.target) == ({"a": 1}, "/webapi/x")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"extra_body": {"chat": {"message": "other"}}}, r"apps.run: extra_body must not hold 'chat.message'"),
        ({"extra_body": {"inputs": {"more": 1}}}, "apps.run: extra_body must not hold 'inputs'"),
        (
            {"extra_body": {"isStateful": True}},
            "'isStateful', which is the argument is_stateful of this call; pass it there",
        ),
        ({"extra_body": {"chat": {"source": {}}}}, "'chat.source', which is the argument source"),
        ({"extra_body": {"a": float("inf")}}, "apps.run: extra_body: .* can't be written as JSON"),
    ],
)
async def test_an_extra_field_that_would_hide_an_argument_is_refused(
    client_kind: ClientKind, options: dict[str, Any], text: str
) -> None:
    with ScriptedServer(answering(200, b"{}")) as server:
        client = client_kind.make(base_url=server.url).with_options(**options)
        with pytest.raises(alli.InvalidArgumentError, match=text):
            await client_kind.get(client.apps.run("a1", {"text": "x"}, message="hi"))
    assert server.connections == []


async def test_what_a_call_sends_without_having_been_asked_gives_way_to_an_extra_field(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b'{"result": {}}')) as server:
        client = client_kind.make(base_url=server.url).with_options(extra_body={"mode": "background"})
        await client_kind.get(client.apps.run("a1"))
    assert json.loads(server.requests[0].body)["mode"] == "background"


async def test_a_field_of_the_request_s_own_body_is_not_hidden(client_kind: ClientKind) -> None:
    client = client_kind.make().with_options(extra_body={"a": 2})
    with pytest.raises(alli.InvalidArgumentError, match="request: extra_body must not hold 'a'"):
        await client_kind.get(client.request("POST", "/webapi/x", json={"a": 1}))


async def test_an_extra_query_that_would_hide_an_argument_is_refused(client_kind: ClientKind) -> None:
    client = client_kind.make().with_options(extra_query={"searchTerm": "x"})
    with pytest.raises(alli.InvalidArgumentError, match="apps.list: extra_query must not hold 'searchTerm'"):
        await client_kind.get(client.apps.list(search_term="y"))


@pytest.mark.parametrize("option", ["extra_body", "extra_query"])
def test_extra_fields_must_be_a_mapping(client_kind: ClientKind, option: str) -> None:
    with pytest.raises(alli.ConfigurationError, match=f"{option}: must be a mapping"):
        client_kind.make(**{option: [("a", 1)]})
