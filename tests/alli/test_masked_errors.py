"""What a service repeats in an error of what it was sent is masked, and its words can neither forge a line of a log nor steer a terminal."""

from __future__ import annotations

import json
import pickle
import traceback
from collections.abc import Callable
from random import Random
from typing import Any

import alli
import pytest
from alli._privacy.masking import Mask

from tests.alli.client_kind import ClientKind
from tests.answers import after_request
from tests.servers import Connection, ScriptedServer

KEY = "canarykey0123456789"
PROMPT = "What does Kim in accounting earn since the merger with the other house?"
SHORT = "salary-of-kim"

CALLS: dict[str, Callable[[Any], Any]] = {
    "get": lambda client: client.apps.get("a1"),
    "list": lambda client: client.apps.list(search_term=SHORT),
    "run": lambda client: client.apps.run("a1", {"question": PROMPT, "topic": SHORT}),
    "run with a file": lambda client: client.apps.run("a1", {"question": PROMPT, "topic": SHORT, "f": ("f", b"x")}),
    "run_conversation": lambda client: client.apps.run_conversation("a1", f"{PROMPT} {SHORT}"),
    "stream": lambda client: client.apps.stream("a1", {"question": PROMPT, "topic": SHORT}).result(),
    "skill": lambda client: client.skills.run("s1", PROMPT, {"topic": SHORT}),
}


def answering_with(status: int, body: object) -> Callable[[Connection], None]:
    text = body if isinstance(body, str) else json.dumps(body)
    return after_request(lambda connection: connection.respond(status, text.encode(), {"X-Echo": KEY}))


def echoing(words: str) -> dict[str, Callable[[Connection], None]]:
    """All the places where a service reports an error, with these words in each."""
    return {
        "status": answering_with(400, {"type": "APIError", "code": 7003, "message": words}),
        "wrong key": answering_with(401, {"error": {"value": 1013, "name": words}, "message": words}),
        "detail": answering_with(422, {"detail": [{"loc": ["body"], "msg": words}]}),
        "text": answering_with(500, words),
        "page": answering_with(502, f"<html><title>{words}</title></html>"),
        "inside a 200": answering_with(200, {"error": {"message": words}}),
        "named inside a 200": answering_with(200, {"errors": {"name": words, "code": 7003}}),
    }


async def errors(kind: ClientKind, answer: Callable[[Connection], None]) -> dict[str, alli.AlliError]:
    found: dict[str, alli.AlliError] = {}
    with ScriptedServer(answer) as server:
        client = kind.make(base_url=server.url, api_key=KEY, user_id="emp-canary", max_retries=0)
        for name, call in CALLS.items():
            with pytest.raises(alli.AlliError) as caught:
                await kind.get(call(client))
            found[name] = caught.value
    return found


@pytest.mark.parametrize("place", echoing(""))
async def test_a_key_that_the_service_repeats_is_masked_everywhere(client_kind: ClientKind, place: str) -> None:
    for name, error in (await errors(client_kind, echoing(f"bad key {KEY}, sorry")[place])).items():
        text = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
        assert KEY not in text, name
        assert "bad key ***, sorry" in str(error), name
        assert KEY.encode() not in pickle.dumps(error), name


@pytest.mark.parametrize("place", echoing(""))
async def test_texts_of_the_user_that_the_service_repeats_are_masked_in_the_message(
    client_kind: ClientKind, place: str
) -> None:
    words = f"'{SHORT}' is wrong, so is ‘{PROMPT[5:40]}…’, said emp-canary"
    for name, error in (await errors(client_kind, echoing(words)[place])).items():
        text = str(error) + str(vars(error).get("message"))
        assert "emp-canary" not in text, name
        if name != "get":
            assert SHORT not in text, name
        if name not in ("get", "list"):
            assert PROMPT[10:30] not in text, name
            assert "is wrong, so is ‘" in text, "all else stays as it was said"


async def test_who_a_call_is_made_for_is_masked_as_given_and_as_sent(client_kind: ClientKind) -> None:
    who = {"user_id": "홍길동", "user_email": "kim@example.com", "agent_email": "ops@example.com"}
    words = f"no user {who['user_id']} (base64:7ZmN6ri464+Z, {who['user_email']}) for {who['agent_email']}"
    with ScriptedServer(answering_with(400, {"message": words})) as server:
        client = client_kind.make(base_url=server.url, **who)
        with pytest.raises(alli.BadRequestError) as caught:
            await client_kind.get(client.apps.get("a1"))
    assert caught.value.message == "no user *** (***, ***) for ***"


@pytest.mark.parametrize("place", echoing(""))
@pytest.mark.parametrize(
    "acting", ["a\r\nERROR forged line", "\x1b[31mred\x1b[0m", "\x07\x00\x9b1m", "\u202etxt.exe\u2028"]
)
async def test_control_characters_of_the_service_are_shown_and_do_nothing(
    client_kind: ClientKind, place: str, acting: str
) -> None:
    for name, error in (await errors(client_kind, echoing(f"no {acting} no")[place])).items():
        for text in (str(error), str(vars(error)["message"]), str(vars(error).get("name"))):
            assert text.isprintable(), (name, text)


async def test_an_error_record_of_a_stream_is_masked_too(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        connection.start(200, {"Content-Type": "application/stream+json"})
        connection.chunk(json.dumps({"errors": f"bad {KEY}: {PROMPT}\n\x1b[2J"}).encode() + b"\n")
        connection.end()

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url, api_key=KEY)
        for call in (client.apps.stream_conversation("a1", PROMPT), client.apps.stream("a1", {"question": PROMPT})):
            with pytest.raises(alli.AppError) as caught:
                await client_kind.get(call.result())
            assert "bad ***: ***\\n\\x1b[2J" in str(caught.value)
            assert KEY not in repr(vars(caught.value))


@pytest.mark.parametrize("status", [200, 400])
async def test_an_error_whose_body_is_nested_deeply_is_told_and_can_be_pickled(
    client_kind: ClientKind, status: int
) -> None:
    deep = '{"error": ' + f'{{"{KEY}": [' * 400 + "1" + "]}" * 400 + "}"
    for name, error in (await errors(client_kind, answering_with(status, deep))).items():
        assert isinstance(error, (alli.AppError, alli.BadRequestError)), name
        assert KEY.encode() not in pickle.dumps(error), name


async def test_a_result_that_comes_with_an_error_is_kept_without_the_key(client_kind: ClientKind) -> None:
    body = {"errors": "bad", "result": {"name": "x"}, "name": f"key {KEY}"}
    with ScriptedServer(answering_with(200, body)) as server:
        client = client_kind.make(base_url=server.url, api_key=KEY)
        with pytest.raises(alli.AppError) as caught:
            await client_kind.get(client.apps.get("a1"))
    assert caught.value.result.name == "key ***"


async def test_a_record_that_can_not_be_read_is_kept_without_the_key(client_kind: ClientKind) -> None:
    broken = answering_with(200, f'{{"key": "{KEY}", and more\n\n')
    with ScriptedServer(broken) as server:
        client = client_kind.make(base_url=server.url, api_key=KEY)
        with pytest.raises(alli.StreamDecodeError) as caught:
            await client_kind.get(client.apps.stream("a1", {"question": PROMPT}).result())
    assert caught.value.raw.startswith(b'{"key": "***", and more')
    assert KEY.encode() not in pickle.dumps(caught.value)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("'text' is empty", "'text' is empty"),
        ("limit must be at most 100", "limit must be at most 100"),
        ("Kim Seoyeon can't see this, Kims can", "*** can't see this, Kims can"),
        ("no app for 서연", "no app for ***"),
        ("conversation CONV-123 is gone", "conversation CONV-123 is gone"),
        ("an agent is not a campaign", "an agent is not a campaign"),
    ],
)
def test_what_is_no_text_of_the_user_stays_readable(message: str, expected: str) -> None:
    request = {
        "json": {"text": "a", "who": "Kim Seoyeon", "name": "서연", "conversationId": "CONV-123", "n": 100, "is": "at"},
        "params": {"empty": "text"},
    }
    from alli._json.error_details import ErrorDetails

    assert Mask(None, request, tuple).details(ErrorDetails(message)).message == expected


def test_masking_a_long_text_takes_no_time() -> None:
    import time

    from alli._json.error_details import ErrorDetails

    request = {"json": {"text": "lorem ipsum " * 200_000}}
    began = time.monotonic()
    Mask(None, request, tuple).details(ErrorDetails("something else entirely, as long as a message may be. " * 9))
    assert time.monotonic() - began < 5


def test_of_a_large_file_the_beginning_is_masked_and_the_rest_costs_nothing() -> None:
    import time

    from alli._json.error_details import ErrorDetails

    content = PROMPT.encode() + Random(0).randbytes(20_000_000)
    mask = Mask(None, {"files": [("contract", ("a.txt", content, "text/plain"))]}, tuple)
    began = time.process_time()
    words = "something else entirely, as long as a message may be. " * 7
    details = mask.details(ErrorDetails(f"can't read '{PROMPT}': {words}"))
    assert time.process_time() - began < 0.5
    assert details.message == f"can't read '***': {words}"
