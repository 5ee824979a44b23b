"""Errors on demand: scripted answers, and answers spoilt on their way."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import quote

import httpx
import pytest
from alli_emulator import App, AppRun, Emulator, Reply, Step

from tests.alli_emulator.conftest import Talk


@pytest.fixture
def words(alli: Emulator) -> App:
    """An app whose stream has six records; the third and fourth hold three-byte characters."""

    @alli.app(name="Words")
    def app(run: AppRun) -> Iterator[Step]:
        yield "one "
        yield "둘 "
        yield "셋 "
        yield "four"

    return app


def read(http: httpx.Client, app: App) -> bytes:
    return http.post(f"/webapi/apps/{app.id}/run", json={"mode": "stream"}).content


def drain(http: httpx.Client, app: App, got: bytearray, timeout: float = 20) -> None:
    """Reads a stream into `got`, which keeps what came before a failure."""
    body = {"mode": "stream"}
    with http.stream("POST", f"/webapi/apps/{app.id}/run", json=body, timeout=timeout) as answer:
        for chunk in answer.iter_raw():
            got += chunk


def read_until_cut(http: httpx.Client, app: App) -> bytes:
    """The bytes before the connection breaks, which it must."""
    got = bytearray()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        drain(http, app, got)
    return bytes(got)


def test_a_scripted_status_is_given_as_often_as_asked(alli: Emulator, http: httpx.Client) -> None:
    alli.fault(path_contains="/apps", method="GET", status=503, headers={"Retry-After": "1"}, times=2)
    answers = [http.get("/webapi/v2/apps") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "1"
    assert answers[0].json() == {"type": "APIError", "code": 7000, "message": "Something went wrong."}
    assert alli.faults == []
    assert [record.status for record in alli.requests] == [503, 503, 200]


def test_faults_meet_only_the_requests_they_name_in_the_order_they_were_set(alli: Emulator, http: httpx.Client) -> None:
    alli.fault(path_contains="/run", status=500)
    alli.fault(method="PATCH", status=500)
    alli.fault(path_contains="/apps", status=429, body={"detail": "slow down"})
    alli.fault(path_contains="/apps", status=502, body="<html>Bad Gateway</html>")
    first, second, third = (http.get("/webapi/v2/apps") for _ in range(3))
    assert (first.status_code, first.json()) == (429, {"detail": "slow down"})
    assert (second.status_code, second.headers["content-type"]) == (502, "text/html")
    assert third.status_code == 200
    alli.clear_faults()
    assert alli.faults == []


@pytest.mark.parametrize("status", [204, 302, 418, 499, 520, 530, 599])
def test_odd_statuses_can_be_scripted_for_ever(alli: Emulator, http: httpx.Client, status: int) -> None:
    alli.fault(status=status, body=b"", headers={"location": "http://127.0.0.1:1/"}, times=None)
    assert [http.get("/webapi/v2/apps").status_code for _ in range(3)] == [status] * 3


def test_a_wrong_key_is_told_before_any_fault(alli: Emulator) -> None:
    alli.fault(status=500)
    assert httpx.get(alli.base_url + "/webapi/v2/apps").status_code == 401
    assert len(alli.faults) == 1


def test_a_dropped_connection_gives_no_byte_of_an_answer(alli: Emulator, http: httpx.Client) -> None:
    alli.fault(drop=True)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        http.get("/webapi/v2/apps")
    alli.fault(drop=True, cut="reset")
    with pytest.raises(httpx.ReadError):
        http.get("/webapi/v2/apps")
    assert [record.status for record in alli.requests] == [None, None]


def test_a_cut_falls_at_any_byte_also_inside_a_character(alli: Emulator, http: httpx.Client, words: App) -> None:
    # Times have more or fewer digits from run to run, so a character is found by cutting closer and closer to it.
    start = read(http, words).index("둘".encode()) - 20
    cut_inside = 0
    for place in (1, *range(start, start + 40)):
        alli.fault(cut_after=place)
        got = read_until_cut(http, words)
        assert len(got) == place
        try:
            got.decode()
        except UnicodeDecodeError:
            cut_inside += 1
    assert cut_inside > 0


def test_a_reset_breaks_the_connection_in_mid_stream(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(cut_after=50, cut="reset")
    assert len(read_until_cut(http, words)) <= 50


def test_a_stream_may_end_too_soon_in_good_http_form(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(cut_after=70, cut="end")
    assert len(read(http, words)) == 70
    assert read(http, words).endswith(b"\n")
    first, second = alli.requests
    assert first.client == second.client, "the connection is good for the next request"


def test_a_whole_answer_may_end_too_soon_in_good_http_form(alli: Emulator, http: httpx.Client) -> None:
    whole = http.get("/webapi/v2/apps")
    alli.fault(cut_after=5, cut="end")
    cut = http.get("/webapi/v2/apps")
    assert (cut.status_code, cut.content) == (200, whole.content[:5])
    assert http.get("/webapi/v2/apps").content == whole.content


def test_a_whole_answer_has_its_length_unless_that_changes(alli: Emulator, http: httpx.Client) -> None:
    alli.fault(write_bytes=1000)
    whole = http.get("/webapi/v2/apps")
    assert whole.headers["content-length"] == str(len(whole.content))
    alli.fault(framing="pretty")
    spread = http.get("/webapi/v2/apps")
    assert "content-length" not in spread.headers
    assert spread.json() == whole.json() and len(spread.content) > len(whole.content)


def test_the_last_newline_may_be_missing(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(last_newline=False)
    spoilt = read(http, words)
    assert not spoilt.endswith(b"\n")
    assert len([json.loads(line) for line in spoilt.splitlines()]) == 6


def test_records_may_be_concatenated_or_spread_over_lines(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(framing="concatenated")
    joined = read(http, words).decode()
    assert "\n" not in joined
    decoder = json.JSONDecoder()
    at, count = 0, 0
    while at < len(joined):
        _, at = decoder.raw_decode(joined, at)
        count += 1
    assert count == 6
    alli.fault(framing="pretty")
    spread = read(http, words)
    assert spread.count(b"\n") > 60
    assert spread.startswith(b"{\n")


def test_an_error_record_may_come_in_mid_stream_and_ends_it(alli: Emulator, http: httpx.Client, words: App) -> None:
    for after in (0, 2, 6):
        alli.fault(error_after=after, error_record={"errors": "internal error. upstream timeout"})
        lines = read(http, words).splitlines()
        assert len(lines) == after + 1
        assert json.loads(lines[-1]) == {"errors": "internal error. upstream timeout"}


def test_an_answer_may_come_in_pieces_of_a_byte(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(write_bytes=1)
    with http.stream("POST", f"/webapi/apps/{words.id}/run", json={"mode": "stream"}) as answer:
        pieces = list(answer.iter_raw())
    assert {len(piece) for piece in pieces} == {1}
    assert len(b"".join(pieces).splitlines()) == 6


def test_a_stall_gives_its_bytes_and_then_nothing(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(stall_after=40)
    got = bytearray()
    with pytest.raises(httpx.ReadTimeout):
        drain(http, words, got, timeout=1)
    assert len(got) == 40
    assert alli.requests[-1].wait(10)
    assert alli.requests[-1].client_left


def test_a_delay_comes_before_the_answer(alli: Emulator, http: httpx.Client) -> None:
    alli.fault(delay=0.2)
    before = time.monotonic()
    assert http.get("/webapi/v2/apps").status_code == 200
    assert time.monotonic() - before >= 0.2


def test_a_fault_may_be_for_one_app_alone(alli: Emulator, http: httpx.Client, words: App) -> None:
    other = alli.app(name="Other", type="campaign", placement="other")(lambda run: "x")
    requests: dict[str, tuple[str, Any]] = {
        "run": ("/webapi/apps/{}/run", {}),
        "encoded": ("/webapi/apps/{}/run", {}),
        "skill": ("/webapi/skill", {"id": "{}", "text": "x"}),
    }
    for given in (other, other.id, "Other"):
        alli.fault(app=given, status=503, times=None)
        for kind, (path, body) in requests.items():
            for app, status in ((words, 200), (other, 503)):
                in_path = quote(app.id, safe="") if kind == "encoded" else app.id
                sent = {name: value.format(app.skill_id) for name, value in body.items()}
                assert http.post(path.format(in_path), json=sent).status_code == status, (given, kind)
        assert http.post("/webapi/start_conversation", json={"placement": "other"}).status_code == 503
        assert http.get(f"/webapi/v2/apps/{other.id}").status_code == 503
        assert http.get("/webapi/v2/apps").status_code == 200
        alli.clear_faults()


def test_a_fault_for_one_app_follows_its_conversations(alli: Emulator, http: httpx.Client) -> None:
    app = alli.app(name="Other", type="campaign", placement="other", weight=1)(lambda run: "x")
    started = http.post("/webapi/start_conversation", json={"placement": "other"}).json()
    conversation_id = started["result"]["conversation"]["id"]
    alli.fault(app=app, status=503, times=2)
    chat = {"conversationId": conversation_id, "message": "hi"}
    assert http.post("/webapi/send_chat", json=chat).status_code == 503
    assert http.post("/webapi/end_conversation_by_agent", json={"id": conversation_id}).status_code == 503
    assert http.post("/webapi/send_chat", json=chat).status_code == 200


@pytest.mark.parametrize("size", [0, 1, 12, 17, 40])
@pytest.mark.parametrize("cut", ["close", "reset"])
def test_the_connection_may_break_inside_the_headers(
    alli: Emulator, words: App, size: int, cut: Literal["close", "reset"]
) -> None:
    alli.fault(cut_head_after=size, cut=cut, headers={"Retry-After": "1"})
    host, port = alli.base_url.removeprefix("http://").split(":")
    head = (
        f"POST /webapi/apps/{words.id}/run HTTP/1.1\r\nhost: x\r\napi-key: {alli.api_key}\r\ncontent-length: 2\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode() + b"{}")
        got = b""
        try:
            while chunk := connection.recv(4096):
                got += chunk
            ended = "close"
        except ConnectionResetError:
            ended = "reset"
    whole = b"HTTP/1.1 200 OK\r\ncontent-type: application/stream+json\r\ntransfer-encoding: chunked\r\nretry-after: 1\r\n\r\n"
    assert (got, ended) == (whole[:size], cut)
    assert alli.requests[0].status is None
    assert alli.requests[0].wait()
    assert alli.requests[0].cut


def test_the_connection_may_break_right_after_the_headers(alli: Emulator, http: httpx.Client, words: App) -> None:
    for cut in ("close", "reset"):
        alli.fault(cut_after=0, cut=cut)
        assert read_until_cut(http, words) == b""
        assert alli.requests[-1].status == 200


def test_an_answer_may_drip(alli: Emulator, http: httpx.Client, words: App) -> None:
    whole = len(read(http, words))
    alli.fault(write_bytes=whole // 4, write_pause=0.05)
    before = time.monotonic()
    dripped = read(http, words)
    assert time.monotonic() - before >= 3 * 0.05
    assert len(dripped.splitlines()) == 6


def test_records_may_come_slowly_each_whole(alli: Emulator, http: httpx.Client, words: App) -> None:
    alli.fault(write_pause=0.03)
    arrived: list[float] = []
    before = time.monotonic()
    with http.stream("POST", f"/webapi/apps/{words.id}/run", json={"mode": "stream"}) as answer:
        for chunk in answer.iter_raw():
            json.loads(chunk)
            arrived.append(time.monotonic())
    assert len(arrived) == 6
    # From before the first: when that is read is the reader's matter.
    assert arrived[-1] - before >= 5 * 0.03


def test_a_redirect_to_another_host_is_sent_as_told(alli: Emulator, http: httpx.Client) -> None:
    alli.fault(status=307, headers={"Location": "http://other.example/webapi/v2/apps"})
    answer = http.get("/webapi/v2/apps")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://other.example/webapi/v2/apps")


def test_the_final_replacement_can_be_left_out_and_made_up(alli: Emulator, talk: Talk) -> None:
    @alli.app(name="Changes its mind", type="agent")
    def changes(run: AppRun) -> Step:
        return Reply("thinking", replacement="done")

    def ending(app: App) -> tuple[int, Any]:
        records = talk(app.id, message="go")
        return len(records), records[-1].get("content")

    plain = alli.app(name="Plain", type="agent")(lambda run: "said")
    assert (ending(changes), ending(plain)) == ((4, "done"), (3, None))
    alli.fault(final_replaced_message=False, times=2)
    assert (ending(changes), ending(plain)) == ((3, None), (3, None))
    alli.fault(final_replaced_message="other", times=2)
    assert (ending(changes), ending(plain)) == ((4, "done"), (4, "other"))
    alli.fault(final_replaced_message="other")
    last = talk(plain.id, message="go")[-1]
    assert last == {"type": "final_replaced_message", "response_index": 0, "content": "other"}


def test_a_conversation_may_expire(alli: Emulator, http: httpx.Client) -> None:
    app = alli.app(name="Talks", type="campaign", placement="talks")(lambda run: "hi")
    alli.fault(expire_conversation=True)
    conversation_id = http.post(f"/webapi/apps/{app.id}/run", json={"isStateful": True}).json()["result"][
        "conversation"
    ]["id"]
    again = {"isStateful": True, "conversationId": conversation_id}
    expired = http.post(f"/webapi/apps/{app.id}/run", json=again)
    assert expired.status_code == 400
    assert "ended" in expired.json()["message"]
    started = http.post("/webapi/start_conversation", json={"placement": "talks"}).json()
    alli.fault(expire_conversation=True, app="Talks")
    chat = {"conversationId": started["result"]["conversation"]["id"], "message": "hi"}
    assert http.post("/webapi/send_chat", json=chat).json()["errors"] == {"message": "the conversation has ended"}
    assert alli.faults == []
