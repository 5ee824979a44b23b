"""What becomes of the connections when a copy made by `with_options` is closed, and when only copies are left."""

from __future__ import annotations

from typing import Any

import pytest
from alli import Alli, AsyncAlli, ConfigurationError

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer


def _answer(connection: Connection) -> None:
    if connection.read_request() is not None:
        connection.respond(200, b'{"id": "a"}')


async def test_the_with_block_of_a_copy_leaves_its_parent_in_use(client_kind: ClientKind) -> None:
    with ScriptedServer(_answer) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.with_options(user_id="emp-7")) as copy:
            await client_kind.get(copy.apps.get("a"))
        await client_kind.close(client.with_options(max_retries=0).with_options(user_id="emp-8"))
        for each in (client, copy):
            assert (await client_kind.get(each.apps.get("a"))).id == "a"
        assert len(server.connections) == 1


async def test_closing_the_client_a_copy_was_made_from_ends_both(client_kind: ClientKind) -> None:
    with ScriptedServer(_answer) as server:
        client = client_kind.make(base_url=server.url)
        copy = client.with_options(user_id="emp-7").with_options(max_retries=0)
        await client_kind.get(copy.apps.get("a"))
        await client_kind.close(client)
        with pytest.raises(ConfigurationError, match="closed"):
            await client_kind.get(copy.apps.get("a"))


async def test_a_copy_whose_parent_is_gone_closes_the_connections(client_kind: ClientKind) -> None:
    with ScriptedServer(_answer) as server:
        # As in `with Alli().with_options(timeout=5) as client:`; a client that is never closed would be a ResourceWarning.
        kind: Any = AsyncAlli if client_kind.is_async else Alli
        copy = kind(api_key="k", base_url=server.url).with_options(timeout=5)
        async with client_kind.entered(copy):
            await client_kind.get(copy.apps.get("a"))
        with pytest.raises(ConfigurationError, match="closed"):
            await client_kind.get(copy.apps.get("a"))
