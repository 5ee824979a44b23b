"""A body that can't be read: what the error says of it, and what that leaves open."""

from __future__ import annotations

from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.failing_calls import failing, reply
from tests.answers import answering
from tests.servers import ScriptedServer


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<!doctype html><title>Sign in</title>", "not JSON (text/html, 37 bytes)"),
        (b"", "not JSON (text/html, 0 bytes)"),
        (b"  \n", "not JSON (text/html, 3 bytes)"),
        (b"\xff\xfe\x00\xd8", "not JSON (text/html, 4 bytes)"),
        (b'{"cut": ', "not JSON (text/html, 8 bytes)"),
        (b'"text"', "a JSON string, which this operation does not give"),
        (b"null", "a JSON null, which this operation does not give"),
        (b"[]", "a JSON array, which this operation does not give"),
        (b"true", "a JSON boolean, which this operation does not give"),
        (b"1.5", "a JSON number, which this operation does not give"),
    ],
)
async def test_a_200_that_is_no_answer_is_an_error_that_asks_about_base_url(
    client_kind: ClientKind, body: bytes, told: str
) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(200, body))
    assert type(error) is alli.APIStatusError
    assert str(error) == f"apps.get: GET /webapi/v2/apps/a1: HTTP 200, but the answer is {told}. Is base_url right?"
    assert error.status_code == 200


@pytest.mark.parametrize("method", ["apps.run", "skills.run", "conversations.start"])
async def test_an_empty_200_is_no_result(client_kind: ClientKind, method: str) -> None:
    args = {"apps.run": ("a1",), "skills.run": ("s1", "x")}.get(method, ())
    error = await failing(client_kind, method, *args, answer=reply(200, b""))
    assert "0 bytes" in str(error)


UNREAD = {
    "empty": b"",
    "page": b"<!doctype html><title>Sign in</title>",
    "cut": b'{"result": {',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "digits": b'{"result": ' + b"9" * 5_000 + b"}",
}
NOT_IDEMPOTENT: dict[str, tuple[Any, ...]] = {
    "apps.run": ("a1",),
    "apps.update": ("a1",),
    "skills.run": ("s1", "x"),
    "conversations.send": ("c1", "x"),
    "cognitive_config.update": ({"a": 1},),
}


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
@pytest.mark.parametrize("method", NOT_IDEMPOTENT)
async def test_a_good_status_with_an_unreadable_answer_leaves_the_outcome_unknown(
    client_kind: ClientKind, method: str, body: bytes
) -> None:
    error = await failing(client_kind, method, *NOT_IDEMPOTENT[method], answer=reply(200, body))
    assert type(error) is alli.APIStatusError
    assert error.outcome_unknown is True
    told = str(error).removesuffix(" (conversation c1)")
    assert told.endswith(" The request had been sent, so it may have been carried out: look before sending it again")


async def test_an_unreadable_answer_tells_the_conversation_it_may_have_gone_on_with(client_kind: ClientKind) -> None:
    client = client_kind.mocked(lambda request: reply(200, b"<html>"), max_retries=0)
    with pytest.raises(alli.APIStatusError) as caught:
        await client_kind.get(client.apps.run("a1", conversation_id="conv-9"))
    assert (caught.value.outcome_unknown, caught.value.conversation_id) == (True, "conv-9")
    assert str(caught.value).count("conv-9") == 1


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
async def test_an_unreadable_answer_to_a_read_leaves_no_doubt_about_the_outcome(
    client_kind: ClientKind, body: bytes
) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(200, body))
    assert error.outcome_unknown is False
    assert "carried out" not in str(error)


async def test_an_answer_of_another_type_than_documented_leaves_the_outcome_of_a_change_unknown(
    client_kind: ClientKind,
) -> None:
    error = await failing(client_kind, "apps.update", "a1", answer=reply(200, b"[]"))
    assert str(error).endswith(
        "the answer is a JSON array, which this operation does not give. Is base_url right? "
        "The request had been sent, so it may have been carried out: look before sending it again"
    )
    assert error.outcome_unknown is True


@pytest.mark.parametrize(
    ("body", "reason"),
    [(UNREAD["deep"], "it is nested too deeply"), (UNREAD["digits"], "it holds a number with too many digits")],
    ids=["deep", "digits"],
)
@pytest.mark.parametrize("method", ["apps.get", "apps.run"])
async def test_json_that_python_does_not_read_is_told_as_such_and_base_url_not_blamed(
    client_kind: ClientKind, method: str, body: bytes, reason: str
) -> None:
    error = await failing(client_kind, method, "a1", answer=reply(200, body))
    assert f"the answer is JSON that Python does not read: {reason} (" in str(error)
    assert "base_url" not in str(error)
    assert error.body == body.decode()


@pytest.mark.parametrize("body", [UNREAD["deep"], UNREAD["digits"]], ids=["deep", "digits"])
async def test_an_error_status_is_told_whatever_json_its_body_holds(client_kind: ClientKind, body: bytes) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(422, body))
    assert type(error) is alli.UnprocessableEntityError
    assert error.body == body.decode()


async def test_an_answer_in_json_counts_whatever_its_content_type_says(client_kind: ClientKind) -> None:
    client = client_kind.mocked(lambda request: reply(200, b'\xef\xbb\xbf{"id": "a1", "name": "One"}'))
    assert (await client_kind.get(client.apps.get("a1"))).name == "One"


async def test_a_body_that_does_not_unpack_is_a_connection_error(client_kind: ClientKind) -> None:
    answer = answering(200, b"no gzip", {"Content-Encoding": "gzip"})

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.APIConnectionError, match="DecodingError"):
            await client_kind.get(client.apps.get("a1"))
