"""What no good client sends: the emulator answers an error or closes, and goes on serving."""

from __future__ import annotations

import json
import random
import select
import socket
import struct
import threading
from contextlib import suppress

import httpx
import pytest
from alli_emulator import AppRun, Emulator

from tests.leftovers import open_sockets
from tests.waiting import eventually

BOUNDARY = "multipart/form-data; boundary=B"


def address(alli: Emulator) -> tuple[str, int]:
    host, port = alli.base_url.removeprefix("http://").split(":")
    return host, int(port)


def said_to(alli: Emulator, data: bytes) -> bytes:
    """The answer to raw bytes, up to the end of the connection or of the first answer."""
    with socket.create_connection(address(alli), timeout=20) as connection:
        connection.sendall(data)
        # The other side may have closed already.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := connection.recv(65536):
            got += chunk
        return got


def serves(http: httpx.Client) -> bool:
    return http.get("/webapi/v2/apps").status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--B\r\n\r\n"),
        ("multipart/form-data; boundary=", b"--B\r\n\r\n"),
        ("multipart/form-data; boundary=" + "B" * 10_000, b"--B\r\n\r\n"),
        (BOUNDARY, b""),
        (BOUNDARY, b"no boundary at all"),
        (BOUNDARY, b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n"),
        (BOUNDARY, b"--B\r\n: \r\n\r\nx\r\n--B--\r\n"),
        (BOUNDARY, b'--B\r\nContent-Disposition: form-data; name="json"\r\n\r\n{}'),
        (BOUNDARY, b'--B\r\nContent-Disposition: form-data; name="json\r\n\r\n{}\r\n--B--\r\n'),
        (BOUNDARY, b'--B\r\nContent-Disposition: form-data; name="json"\r\n\r\n\xff\xfe\r\n--B--\r\n'),
        (BOUNDARY, b'--B\r\nContent-Disposition: form-data; name="\xff"; filename="\xff"\r\n\r\n{}\r\n--B--\r\n'),
        (BOUNDARY + "; charset=idna", b'--B\r\nContent-Disposition: form-data; name="a..b"\r\n\r\n{}\r\n--B--\r\n'),
        (BOUNDARY, b"".join(b'--B\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' for _ in range(1500)) + b"--B--"),
    ],
    ids=[
        "no-boundary", "empty-boundary", "huge-boundary", "empty", "none-inside", "no-name", "no-header-name", "cut",
        "quote-open", "not-utf8", "name-not-utf8", "odd-charset", "1500-parts",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/webapi/apps/{}/run", "/webapi/v2/apps/{}/run_conversation"])
def test_a_malformed_form_is_an_error_of_the_callers(
    http: httpx.Client, app_ids: dict[str, str], path: str, content_type: str, body: bytes
) -> None:
    headers = {"content-type": content_type}
    answer = http.post(path.format(app_ids["Summary"]), content=body, headers=headers)
    # A form whose parts are only odd may be served: unknown parts are ignored.
    assert answer.status_code in (200, 400, 422)
    assert serves(http)


def test_forms_broken_at_random_never_break_the_emulator(http: httpx.Client, app_ids: dict[str, str]) -> None:
    whole = (
        b'--B\r\nContent-Disposition: form-data; name="json"\r\n\r\n{"mode": "sync"}\r\n'
        b'--B\r\nContent-Disposition: form-data; name="F"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--B--\r\n'
    )
    chance = random.Random(6)
    statuses: set[int] = set()
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        answer = http.post(
            f"/webapi/apps/{app_ids['Summary']}/run", content=bytes(broken), headers={"content-type": BOUNDARY}
        )
        statuses.add(answer.status_code)
    assert statuses <= {200, 400, 422}
    assert len(statuses) > 1


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "nonsense", "", "application/x-www-form-urlencoded"])  # fmt: skip
def test_the_content_type_of_json_does_not_matter_and_that_of_a_form_does(
    http: httpx.Client, app_ids: dict[str, str], content_type: str
) -> None:
    headers = {"content-type": content_type}
    path = f"/webapi/apps/{app_ids['Summary']}/run"
    assert http.post(path, content=b'{"inputs": {"text": "A."}}', headers=headers).status_code == 200
    assert http.post(path, content=b"inputs=1", headers=headers).status_code == 400
    conversation = http.post(
        f"/webapi/v2/apps/{app_ids['Summary']}/run_conversation", content=b"message=x", headers=headers
    )
    assert conversation.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"text"', b"\xff\xfe", b"{}{}", b'{"inputs": NaN}', b'{"temperature": 1e999}',
        b'{"inputs": ' + b"[" * 100_000, b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, b'{"temperature": ' + b"9" * 10_000 + b"}",
    ],
    ids=["empty", "open", "null", "list", "text", "not-utf8", "two", "nan", "infinite", "deep-list", "deep", "long"],
)  # fmt: skip
def test_a_body_that_cannot_be_json_of_a_run_is_refused(
    http: httpx.Client, app_ids: dict[str, str], body: bytes
) -> None:
    assert http.post(f"/webapi/apps/{app_ids['Summary']}/run", content=body).status_code == 400
    assert serves(http)


def test_a_value_that_could_not_be_told_again_is_not_kept(http: httpx.Client) -> None:
    assert http.patch("/webapi/v2/cognitive_config", content=b'{"a": NaN}').status_code == 400
    assert http.patch("/webapi/v2/cognitive_config", content=b'{"a": 1e400}').status_code == 400
    assert http.get("/webapi/v2/cognitive_config").json() == {}


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"".join(b"x-%d: y\r\n" % number for number in range(20_000)),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
        b"\x00" * 1000,
    ],
    ids=[
        "huge-header", "huge-path", "no-request-line", "tls", "version", "two-hosts", "length-no-number",
        "length-negative", "bad-chunk", "path-not-ascii", "zeros",
    ],
)  # fmt: skip
def test_what_is_no_http_is_refused_or_closed(alli: Emulator, http: httpx.Client, data: bytes) -> None:
    try:
        got = said_to(alli, data)
    except (ConnectionResetError, BrokenPipeError):
        got = b""
    assert got == b"" or got.startswith(b"HTTP/1.1 4")
    assert serves(http)


@pytest.mark.parametrize("user", [b"base64:\xe9", b"base64:=", b"base64:/w==", b"\xff\xfe", b"base64:"])
def test_any_user_header_is_taken(alli: Emulator, http: httpx.Client, app_ids: dict[str, str], user: bytes) -> None:
    headers = [(b"own-user-id", user), (b"api-key", alli.api_key.encode())]
    path = f"{alli.base_url}/webapi/apps/{app_ids['Summary']}/run"
    assert http.post(path, json={"inputs": {"text": "A."}}, headers=headers).status_code == 200
    assert http.get("/webapi/v2/apps", headers=[(b"api-key", b"\xff\xe9")]).status_code == 401


@pytest.mark.timeout(120)
def test_ten_thousand_connections_opened_and_dropped_leave_it_serving(alli: Emulator, http: httpx.Client) -> None:
    """Nothing sent, half a request line, half a body, or a whole request whose answer nobody waits for."""
    half_body = (
        f"POST /webapi/skill HTTP/1.1\r\nhost: x\r\napi-key: {alli.api_key}\r\ncontent-length: 99\r\n\r\n{{".encode()
    )
    whole = b"GET /webapi/v2/apps HTTP/1.1\r\nhost: x\r\n\r\n"
    sent = (b"", b"", b"", b"GET /web", half_body, b"", b"", b"", whole, b"")
    where = address(alli)
    # A reset leaves no port waiting, so that 10,000 connections don't use up the machine's ports.
    reset = struct.pack("ii", 1, 0)
    for number in range(10_000):
        with socket.socket() as connection:
            connection.settimeout(20)
            connection.connect(where)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            if sent[number % len(sent)]:
                connection.sendall(sent[number % len(sent)])
        if number % 1000 == 0:
            assert serves(http)
    assert serves(http)
    assert eventually(lambda: serves(http) and len(open_sockets()) <= 50, 10)


def test_many_connections_that_say_nothing_keep_nobody_from_being_served(alli: Emulator, http: httpx.Client) -> None:
    idle = [socket.create_connection(address(alli), timeout=20) for _ in range(300)]
    try:
        assert serves(http)
        assert not select.select(idle, [], [], 0)[0], "idle connections stay open"
    finally:
        for connection in idle:
            connection.close()


def test_32_clients_are_served_at_once(alli: Emulator) -> None:
    """All 32 apps are at work at the same time, in runs of both kinds: none ends before the last has begun."""
    together = threading.Barrier(32)

    @alli.app(name="Together")
    def together_app(run: AppRun) -> str:
        together.wait(20)
        return run.message

    said: list[str] = []

    def call(number: int) -> None:
        with httpx.Client(headers={"API-KEY": alli.api_key}, timeout=30, verify=False) as http:
            if number % 2:
                answer = http.post(
                    f"{alli.base_url}/webapi/apps/{together_app.id}/run", json={"chat": {"message": str(number)}}
                )
                said.append(answer.json()["result"]["responses"][0]["message"])
            else:
                answer = http.post(
                    f"{alli.base_url}/webapi/v2/apps/{together_app.id}/run_conversation",
                    files={"message": (None, str(number))},
                )
                said.append(json.loads(answer.text.splitlines()[-1])["result"]["responses"][0]["message"])

    threads = [threading.Thread(target=call, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said, key=int) == [str(number) for number in range(32)]
