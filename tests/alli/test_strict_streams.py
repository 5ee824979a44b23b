"""`strict=True` and streams: what came before the record that is not as documented is kept."""

from __future__ import annotations

import json
import pickle

import pytest
from alli import APIStatusError

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer

GOOD = {"result": {"responses": [{"id": "m1", "message": "Hello"}], "conversation": {"id": "c1"}}}
ODD = {"result": {"responses": [{"id": "m1", "message": ["Hello", "again"]}]}}


def stream(connection: Connection) -> None:
    if connection.read_request():
        connection.start(200, {"Content-Type": "application/stream+json"})
        for record in (GOOD, ODD, GOOD):
            connection.chunk(json.dumps(record).encode() + b"\n")
        connection.end()


async def test_an_undocumented_record_ends_a_strict_stream_with_what_came_before_it(client_kind: ClientKind) -> None:
    with ScriptedServer(stream) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        async with client_kind.entered(client.apps.stream("a1")) as events:
            with pytest.raises(APIStatusError, match="is not what the document says") as caught:
                await client_kind.get(events.result())
    error = caught.value
    partial = error.partial
    assert partial is not None
    assert (partial.text, partial.conversation_id) == ("Hello", "c1")
    assert (error.conversation_id, error.body, error.outcome_unknown) == ("c1", ODD, True)
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)


async def test_an_error_of_a_call_without_a_stream_has_nothing_partial(client_kind: ClientKind) -> None:
    with ScriptedServer(stream) as server:
        client = client_kind.make(base_url=server.url, strict=True)
        with pytest.raises(APIStatusError) as caught:
            await client_kind.get(client.apps.get("a1"))
    assert caught.value.partial is None
