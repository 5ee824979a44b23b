"""Lists of arguments: an item of another type would go out as whatever text Python shows for it."""

from __future__ import annotations

from typing import Any

import pytest
from alli import InvalidArgumentError

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer


def _answer(connection: Connection) -> None:
    if connection.read_request() is not None:
        connection.respond(200, b'{"result": [], "apps": []}')


@pytest.mark.parametrize(
    ("method", "arguments", "told"),
    [
        ("list", {"categories": ["IT", None]}, r"categories\[1\]: must be str, not NoneType"),
        ("list_v1", {"id": [b"a"]}, r"id\[0\]: must be str, not bytes"),
        (
            "run",
            {"app_id": "a", "required_variables": ["RESPONSE", 5]},
            r"required_variables\[1\]: must be str, not int",
        ),
    ],
)
async def test_an_item_of_another_type_is_refused_by_its_place_before_anything_is_sent(
    client_kind: ClientKind, method: str, arguments: dict[str, Any], told: str
) -> None:
    with ScriptedServer(_answer) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=told):
            await client_kind.get(getattr(client.apps, method)(**arguments))
        assert not server.requests


async def test_items_of_any_iterable_are_sent_in_their_order(client_kind: ClientKind) -> None:
    with ScriptedServer(_answer) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.list_v1(id=(each for each in ("a", "b"))))
        assert server.requests[0].target == "/webapi/apps?id=a&id=b"
