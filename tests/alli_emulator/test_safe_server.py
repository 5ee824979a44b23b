"""The emulator as a server among others: whose requests it takes, and how much of them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from alli import Alli
from alli_emulator import Emulator, FormPart, RequestRecord
from alli_emulator.http.host_check import is_own_name
from alli_emulator.http.server_thread import url_of
from alli_emulator.requests import exchange, request_log
from alli_emulator.requests.request_log import RequestLog

from tests.alli_emulator.commands import command

Connect = Callable[[Emulator], httpx.Client]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:99",
        "LOCALHOST.",
        "alli.localhost:1",
        "127.0.0.1",
        "127.8.9.1:5",
        "[::1]:80",
        "192.168.1.7:80",
        "container:80",
    ],
)
def test_names_of_this_machine_and_addresses_are_taken(http: httpx.Client, host: str) -> None:
    assert http.get("/webapi/v2/apps", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8730",
        "localhost.evil.example",
        "local.host",
        "127.0.0.1.evil.example",
        "a@b",
        "[::1",
        "x y",
    ],
)
def test_a_page_that_points_its_own_name_here_is_refused_whatever_it_asks(
    alli: Emulator, http: httpx.Client, host: str
) -> None:
    for path in ("/webapi/v2/apps", "/_emulator/requests", "/"):
        answer = http.get(path, headers={"Host": host})
        assert answer.status_code in (400, 421), answer.text
        assert alli.api_key not in answer.text
    assert alli.requests == []


def test_other_names_can_be_allowed(connect: Connect) -> None:
    with Emulator(allowed_hosts=["alli.test"]) as alli:
        http = connect(alli)
        assert http.get("/webapi/v2/apps", headers={"Host": "ALLI.test:8730"}).status_code == 200
        assert http.get("/webapi/v2/apps", headers={"Host": "other.test"}).status_code == 421


@pytest.mark.parametrize("name", ["", "localhost", "x", "x.localhost", "10.0.0.1", "::1", "fe80::1%eth0"])
def test_a_name_that_only_this_machine_answers_to_is_an_own_one(name: str) -> None:
    assert is_own_name(name)


@pytest.mark.parametrize("name", ["?", "localhost.", "example.org", "1.2.3", "a b", "x/y"])
def test_a_name_that_may_be_anybodys_is_no_own_one(name: str) -> None:
    assert not is_own_name(name)


def test_it_listens_on_this_machine_alone_unless_told() -> None:
    with Emulator() as alli:
        assert alli.base_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("host", ["::1", "localhost", "127.0.0.1", "0.0.0.0"])
def test_an_address_of_either_family_gives_a_url_that_works(host: str) -> None:
    if host == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with Emulator(host=host) as alli, Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        assert len(client.apps.list().items) == 5


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def test_the_url_of_an_address_can_be_opened_here() -> None:
    assert url_of(("::1", 80)) == "http://[::1]:80"
    assert url_of(("::", 80)) == "http://[::1]:80"
    assert url_of(("10.0.0.1", 80)) == "http://10.0.0.1:80"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(alli: Emulator) -> None:
    host, port = alli.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST /webapi/skill HTTP/1.1\r\nHost: {host}\r\nAPI-KEY: {alli.api_key}\r\nContent-Length: {10**12}\r\n\r\n"
        connection.sendall(head.encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"too large" in answer
    assert alli.requests[0].status == 413


@pytest.mark.parametrize("form", [False, True])
def test_a_body_without_a_length_is_read_up_to_the_limit(
    alli: Emulator, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, form: bool
) -> None:
    monkeypatch.setattr(exchange, "MAX_TEXT", 1000)
    monkeypatch.setattr(exchange, "MAX_BODY", 5000)
    headers = {"Content-Type": "multipart/form-data; boundary=x" if form else "application/json"}

    def sent(size: int) -> int:
        before = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' if form else b'{"text": "'
        after = b"\r\n--x--\r\n" if form else b'"}'
        pieces = [before, b"a" * (size - len(before) - len(after)), after]
        try:
            path = f"/webapi/v2/apps/{alli.apps[0].id}/run_conversation" if form else "/webapi/skill"
            return http.post(path, content=iter(pieces), headers=headers).status_code
        except httpx.TransportError:
            # The answer came while the body was still on its way.
            return 413

    limit = 5000 if form else 1000
    assert sent(limit) != 413
    assert sent(limit + 1000) == 413


def test_the_log_keeps_no_more_bytes_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "KEPT_BYTES", 1000)
    log = RequestLog()
    for number in range(30):
        parts = (FormPart("f", "f", None, 50, None, b"y" * 50),)
        log.add(RequestRecord("GET", f"/{number}", "", ("", 0), {}, body=b"x" * 50, parts=parts))
    assert [one.path for one in log.all()] == [f"/{number}" for number in range(20, 30)]
    log.add(RequestRecord("GET", "/big", "", ("", 0), {}, body=b"x" * 5000))
    assert [one.path for one in log.all()] == ["/big"]
    log.clear()
    log.add(RequestRecord("GET", "/small", "", ("", 0), {}, body=b"x" * 900))
    log.add(RequestRecord("GET", "/small", "", ("", 0), {}, body=b"x" * 90))
    assert len(log.all()) == 2


@pytest.mark.parametrize("key", ["k\n", " k", "키", "a\x00b"])
def test_a_key_that_no_header_can_hold_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="api_key must be printable ASCII") as raised:
        Emulator(api_key=key)
    assert key not in str(raised.value)


def test_no_line_of_the_log_can_be_forged(alli: Emulator, http: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "alli_emulator"):
        http.get("/webapi/v2/a%0A12:00:00  200  GET /forged%1B[31m")
        alli.requests[0].wait()
    (line,) = [one.getMessage() for one in caplog.records if one.name == "alli_emulator"]
    assert "\n" not in line
    assert "\x1b" not in line


def test_a_recorder_takes_no_other_names_either(alli: Emulator, tmp_path: Path) -> None:
    with command("record", "--upstream", alli.base_url, "--out", str(tmp_path)) as (url, _):
        answer = httpx.get(url + "/webapi/v2/apps", headers={"Host": "evil.example", "API-KEY": alli.api_key})
    assert answer.status_code == 421
    assert "Host header" in json.loads(answer.text)["detail"]
    assert alli.requests == []
