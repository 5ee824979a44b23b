"""An app that died before its first word does not look like one that said nothing, whole and streamed alike."""

from __future__ import annotations

import pytest
from alli import APIStatusError, StreamInterruptedError

from tests.alli.client_kind import ClientKind
from tests.answers import answering
from tests.servers import Connection, ScriptedServer

HEADERS = {"Content-Type": "application/stream+json"}
NO_ANSWERS = {
    "nothing": b"",
    "blanks": b" \r\n\n",
    "null": b"null\n",
    "scalars": b'5\n"text"\n',
    "empty list": b"[]\n",
}


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS)
@pytest.mark.parametrize("method", ["stream", "stream_conversation", "run_conversation"])
async def test_a_stream_that_ends_before_any_record_is_not_a_success(
    client_kind: ClientKind, method: str, body: bytes
) -> None:
    with ScriptedServer(answering(200, body, HEADERS)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(StreamInterruptedError, match="ended before its first record") as caught:
            if method == "run_conversation":
                await client_kind.get(client.apps.run_conversation("app", "hi"))
            else:
                await client_kind.list(getattr(client.apps, method)("app", message="hi"))
    assert caught.value.outcome_unknown
    assert len(server.requests) == 1


async def test_a_204_in_place_of_a_stream_is_not_a_success(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(204, b"")) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(StreamInterruptedError, match="ended before its first record"):
            await client_kind.list(client.apps.stream("app", message="hi"))
        with pytest.raises(APIStatusError) as caught:
            await client_kind.get(client.apps.run("app", message="hi"))
    assert caught.value.outcome_unknown


async def test_a_stream_that_is_empty_until_the_server_dies_is_not_a_success(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.start(200, HEADERS, chunked=False)
        connection.close()

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(StreamInterruptedError):
            await client_kind.list(client.apps.stream("app", message="hi"))


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS)
async def test_a_whole_answer_that_is_none_is_not_a_success(client_kind: ClientKind, body: bytes) -> None:
    with ScriptedServer(answering(200, body)) as server:
        client = client_kind.make(base_url=server.url)
        for call in (client.apps.run, client.conversations.end):
            with pytest.raises(APIStatusError) as caught:
                await client_kind.get(call("id"))
            assert caught.value.outcome_unknown
