"""Ids that are none, and lists in another envelope than documented: neither may end in an answer that only looks right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from alli import InvalidArgumentError

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer


def _answers(body: object) -> Callable[[Connection], None]:
    def answer(connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.respond(200, json.dumps(body).encode())

    return answer


@pytest.mark.parametrize("app_id", ["", ".", "..", None, 5, b"a"], ids=repr)
async def test_what_is_no_id_is_refused_by_inputs_before_anything_is_sent(client_kind: ClientKind, app_id: Any) -> None:
    with ScriptedServer(_answers({"result": [{"id": "a", "inputs": [{"name": "N", "value": "v"}]}]})) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match="apps.inputs: app_id"):
            await client_kind.get(client.apps.inputs(app_id))
        assert [wanted.variable for wanted in await client_kind.get(client.apps.inputs("a"))] == ["v"]
        assert len(server.requests) == 1


@pytest.mark.parametrize("page_no", ["SECRET", 1.5, True, [1]], ids=str)
async def test_a_page_that_is_not_a_number_is_refused_before_anything_is_sent(
    client_kind: ClientKind, page_no: Any
) -> None:
    client = client_kind.make()
    with pytest.raises(InvalidArgumentError, match="^conversations.chats: page_no: must be int, not ") as refused:
        await client_kind.get(client.conversations.chats("c1", page_no=page_no))
    assert "SECRET" not in str(refused.value)


async def test_a_page_wrapped_in_a_result_is_not_taken_for_an_empty_one(client_kind: ClientKind) -> None:
    pages = iter([(["a", "b"], "next"), (["c"], None)])

    def answer(connection: Connection) -> None:
        if connection.read_request() is not None:
            ids, cursor = next(pages)
            body = {"result": {"apps": [{"id": app_id} for app_id in ids], "cursor": cursor}}
            connection.respond(200, json.dumps(body).encode())

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        assert [app.id async for app in client_kind.each(client.apps.list())] == ["a", "b", "c"]


async def test_a_field_named_result_beside_the_list_is_left_alone(client_kind: ClientKind) -> None:
    with ScriptedServer(_answers({"apps": [{"id": "a"}], "result": {"apps": [{"id": "b"}]}})) as server:
        client = client_kind.make(base_url=server.url)
        assert [app.id async for app in client_kind.each(client.apps.list())] == ["a"]
