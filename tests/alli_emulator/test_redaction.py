"""What is replaced in a recording, whatever the pieces it comes in."""

from __future__ import annotations

import json

import pytest
from alli_emulator.apps.ids import make_id
from alli_emulator.recording.cassette import RecordedAnswer, RecordedExchange, RecordedRequest
from alli_emulator.recording.redaction import REPLACED_KEY, Redaction

DIGITS = "89abcdef0123456701234567"


def redacted(redaction: Redaction, body: bytes, size: int) -> list[bytes]:
    pieces = [(0.1, body[start : start + size]) for start in range(0, len(body), size)]
    exchange = RecordedExchange(RecordedRequest("GET", "/"), RecordedAnswer(200, {}, 0.0, pieces))
    return [data for _, data in redaction.exchange(exchange).answer.chunks]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_what_lies_across_pieces_is_replaced(size: int) -> None:
    redaction = Redaction(ids=True, emails=True)
    redaction.add_key("s3cret")
    lines = [
        {"text": "김 s3cret a@b.example"},
        {"id": make_id("Chat", DIGITS)},
        {"plain": "x" * 40},
        {"raw": DIGITS, "mail": "c.d+e@mail.example.org"},
    ]
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    pieces = redacted(redaction, body, size)
    whole = b"".join(pieces).decode()
    assert [json.loads(line) for line in whole.splitlines()] == [
        {"text": f"김 {REPLACED_KEY} person1@example.com"},
        {"id": make_id("Chat", "1".zfill(24))},
        {"plain": "x" * 40},
        {"raw": "1".zfill(24), "mail": "person2@example.com"},
    ]
    assert len(pieces) == -(-len(body) // size)


def test_what_needs_no_replacing_keeps_its_pieces() -> None:
    assert redacted(Redaction(ids=True, emails=True), b"abcdefg", 3) == [b"abc", b"def", b"g"]


def test_bytes_that_are_no_text_are_looked_through_too() -> None:
    redaction = Redaction()
    redaction.add_key("s3cret")
    assert b"".join(redacted(redaction, b"\xff\x00s3cret\xfe", 3)) == b"\xff\x00<API-KEY>\xfe"


def test_a_user_whose_id_is_the_stand_in_for_another_stays_apart() -> None:
    redaction = Redaction(ids=True)
    asked = [RecordedRequest("GET", "/", [["user", user]], user) for user in ("user-2", "user-1", "user")]
    kept = [redaction.exchange(RecordedExchange(one, RecordedAnswer(200, {}, 0.0, []))).request for one in asked]
    assert [one.user_id for one in kept] == ["user-1", "user-2", "user-3"]
    assert [one.query for one in kept] == [[["user", f"user-{number}"]] for number in (1, 2, 3)]
    assert redaction.text("user-2, user-1 and user") == "user-1, user-2 and user-3"


def test_one_key_that_begins_another_leaves_no_rest() -> None:
    redaction = Redaction()
    redaction.add_key("key")
    redaction.add_key("key-and-more")
    assert redaction.text("key-and-more key") == f"{REPLACED_KEY} {REPLACED_KEY}"


def test_a_key_is_replaced_as_json_writes_it() -> None:
    redaction = Redaction()
    redaction.add_key('a"b\\c')
    assert redaction.text(json.dumps({"k": 'a"b\\c'})) == f'{{"k": "{REPLACED_KEY}"}}'


@pytest.mark.parametrize(
    "text", ["TExNQXBwOnNob3J0", "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=", "0123456789abcdef", "me at home"]
)
def test_what_is_no_id_and_no_address_stays(text: str) -> None:
    assert Redaction(ids=True, emails=True).text(text) == text


def test_a_short_users_id_is_replaced_only_where_it_stands_alone() -> None:
    redaction = Redaction(ids=True)
    request = RecordedRequest("POST", "/", [["user", "7"]], "7", json={"by": "7", "at": "17:07", "n": 7})
    kept = redaction.exchange(
        RecordedExchange(request, RecordedAnswer(200, {}, 0.0, [(0.0, b'{"by":"7","at":"17:07"}')]))
    )
    assert (kept.request.user_id, kept.request.query) == ("user-1", [["user", "user-1"]])
    assert kept.request.json == {"by": "user-1", "at": "17:07", "n": 7}
    assert kept.answer.chunks[0][1] == b'{"by":"user-1","at":"17:07"}'
