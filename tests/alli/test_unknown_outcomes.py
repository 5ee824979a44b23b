"""Errors say whether a request that failed may have been carried out, and in which conversation."""

from __future__ import annotations

from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.failing_calls import STANDARD, failing, reply
from tests.answers import after_request
from tests.servers import Connection, ScriptedServer


@pytest.mark.parametrize("status", [408, 499, 502, 503, 504, 520, 524, 530, 598, 599])
async def test_after_a_gateway_error_a_run_s_outcome_is_unknown_and_its_conversation_named(
    client_kind: ClientKind, status: int
) -> None:
    client = client_kind.mocked(lambda request: reply(status, "<html>gateway</html>"))
    with pytest.raises(alli.APIStatusError) as caught:
        await client_kind.get(client.apps.run("a1", {"q": "x"}, conversation_id="conv-9"))
    error = caught.value
    assert (error.outcome_unknown, error.conversation_id, error.attempts) == (True, "conv-9", 1)
    assert str(error).endswith(
        "The request had been sent, so it may have been carried out: look before sending it again (conversation conv-9)"
    )


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500])
async def test_a_refusal_leaves_no_doubt_about_the_outcome(client_kind: ClientKind, status: int) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(status, STANDARD))
    assert error.outcome_unknown is False
    assert "may have been carried out" not in str(error)


async def test_a_gateway_error_of_a_read_leaves_no_doubt_about_the_outcome(client_kind: ClientKind) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(504, b""))
    assert error.outcome_unknown is False


@pytest.mark.parametrize("method", ["run_conversation", "send"])
async def test_a_reset_after_the_request_names_the_conversation(client_kind: ClientKind, method: str) -> None:
    with ScriptedServer(after_request(Connection.reset)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.AlliError) as caught:
            if method == "send":
                await client_kind.get(client.conversations.send("conv-9", "hi"))
            else:
                await client_kind.get(client.apps.run_conversation("a1", "hi", conversation_id="conv-9"))
    error: Any = caught.value
    assert isinstance(error, alli.APIConnectionError)
    assert (error.outcome_unknown, error.conversation_id) == (True, "conv-9")
    assert "may have been carried out" in str(error) and "conv-9" in str(error)
    assert len(server.requests) == 1


async def test_a_reset_of_a_run_that_begins_a_conversation_names_none(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(Connection.reset)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.APIConnectionError) as caught:
            await client_kind.get(client.apps.run("a1", {"q": "x"}))
    assert (caught.value.outcome_unknown, caught.value.conversation_id) == (True, None)
    assert str(caught.value).partition("\n")[0].endswith("look before sending it again")


@pytest.mark.parametrize(
    "kind",
    [
        alli.StreamError,
        alli.StreamInterruptedError,
        alli.StreamDecodeError,
        alli.StreamTruncatedError,
        alli.StreamIdleError,
    ],
)
def test_a_stream_that_breaks_had_been_asked_for_and_may_have_run(kind: type[alli.StreamError]) -> None:
    error = kind("apps.stream: the stream was cut")
    assert error.request_sent
    assert error.outcome_unknown
