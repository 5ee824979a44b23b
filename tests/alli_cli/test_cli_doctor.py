"""`alli doctor`: each thing that goes wrong for newcomers, and what it says to do."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from alli.config import REGIONS
from alli_cli.checks import Finding, examine
from alli_emulator import Emulator

from tests.alli_cli.conftest import KEY, Terminal
from tests.places import ROOT
from tests.servers import Connection, ScriptedServer


def found(terminal: Terminal, **settings: str) -> tuple[int, dict[str, Finding]]:
    """The exit status, and the last finding of each check."""
    done = terminal.run("doctor", "--json", **settings)
    assert done.stderr == ""
    return done.returncode, {one["check"]: Finding(**one) for one in json.loads(done.stdout)}


def test_all_is_well(terminal: Terminal, service: Emulator) -> None:
    done = terminal.process("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything is set up." in done.stdout
    assert all(request.method == "GET" for request in service.requests)


def test_a_missing_key(terminal: Terminal) -> None:
    status, findings = found(terminal, ALLI_API_KEY=" ")
    assert status == 1
    assert "is not set" in findings["key"].text
    assert "sdkKey is a different key" in findings["key"].advice


@pytest.mark.parametrize(
    ("key", "said"), [(f"'{KEY}'", "quotation marks"), (f"{KEY[:8]} {KEY[8:]}", "white space inside")]
)
def test_a_key_that_was_not_copied_well(terminal: Terminal, key: str, said: str) -> None:
    done = terminal.run("doctor", ALLI_API_KEY=key)
    assert done.returncode == 1
    assert said in done.stdout


def test_a_wrong_key_may_be_that_of_the_widget(terminal: Terminal) -> None:
    status, findings = found(terminal, ALLI_API_KEY="another")
    assert status == 1
    assert findings["connection"].status == "ok"
    assert findings["key"].status == "problem"
    assert "The sdkKey of the chat widget" in findings["key"].advice


def test_the_key_of_the_other_region(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(api_key="for-us") as us, Emulator(api_key="for-ja") as ja:
        monkeypatch.setitem(REGIONS, "us", us.base_url)
        monkeypatch.setitem(REGIONS, "ja", ja.base_url)
        monkeypatch.delenv("ALLI_BASE_URL", raising=False)
        monkeypatch.delenv("ALLI_REGION", raising=False)
        monkeypatch.setenv("ALLI_API_KEY", "for-ja")
        findings = {one.check: one for one in examine()}
    assert findings["key"].advice == "The key belongs to the region ja: set ALLI_REGION=ja."


def test_an_unknown_region(terminal: Terminal) -> None:
    status, findings = found(terminal, ALLI_BASE_URL="", ALLI_REGION="mars")
    assert status == 1
    assert "must be one of us, ja" in findings["settings"].text


def test_a_region_that_is_not_used(terminal: Terminal) -> None:
    status, findings = found(terminal, ALLI_REGION="ja")
    assert status == 0
    assert findings["region"].status == "warning"


def test_an_address_with_a_path(terminal: Terminal, service: Emulator) -> None:
    done = terminal.run("doctor", ALLI_BASE_URL=f"{service.base_url}/webapi")
    assert done.returncode == 1
    assert "ALLI_BASE_URL has a path" in done.stdout


def test_nobody_listens(terminal: Terminal, service: Emulator) -> None:
    address = service.base_url
    service.stop()
    status, findings = found(terminal, ALLI_BASE_URL=address)
    assert status == 1
    assert findings["connection"].status == "problem"
    assert "NO_PROXY" in findings["connection"].advice


def test_something_else_answers(terminal: Terminal) -> None:
    def page(connection: Connection) -> None:
        connection.read_request()
        connection.respond(404, b"<html>Not here</html>", {"Content-Type": "text/html"})

    with ScriptedServer(page) as server:
        status, findings = found(terminal, ALLI_BASE_URL=server.url)
    assert status == 1
    assert "Something other than Alli" in findings["connection"].advice


def test_a_proxy_is_named_without_its_password(terminal: Terminal, service: Emulator) -> None:
    proxy = service.base_url.replace("http://", "http://me:secret@")
    done = terminal.run("doctor", HTTP_PROXY=proxy, http_proxy=proxy)
    assert service.base_url.removeprefix("http://") + ", from http_proxy" in done.stdout
    assert "secret" not in done.stdout + done.stderr
    network = "127.0.0.0/8"
    exempt = terminal.run("doctor", HTTP_PROXY=proxy, http_proxy=proxy, NO_PROXY=network, no_proxy=network)
    assert "because of NO_PROXY" in exempt.stdout


def test_a_certificate_of_an_unknown_authority(terminal: Terminal) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ROOT / "tests/alli/tls/server.pem")
    with ScriptedServer(lambda connection: connection.close(), tls=context) as server:
        status, findings = found(terminal, ALLI_BASE_URL=server.url)
    assert status == 1
    assert findings["certificate"].status == "problem"
    assert "SSL_CERT_FILE" in findings["certificate"].advice
    assert "clock" in findings["certificate"].advice


@pytest.mark.parametrize(
    ("minutes", "said"), [(30, "behind the service's"), (-30, "ahead of the service's"), (0, "right")]
)
def test_a_clock(terminal: Terminal, minutes: int, said: str) -> None:
    def refuse(connection: Connection) -> None:
        connection.read_request()
        time = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
        body = json.dumps({"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"}).encode()
        connection.respond(401, body, {"Content-Type": "application/json", "Date": time})

    with ScriptedServer(refuse) as server:
        _, findings = found(terminal, ALLI_BASE_URL=server.url)
    assert said in findings["clock"].text
    assert findings["clock"].status == ("warning" if minutes else "ok")


def test_a_key_that_sees_no_app(terminal: Terminal) -> None:
    with Emulator(api_key=KEY, builtin=False) as empty:
        status, findings = found(terminal, ALLI_BASE_URL=empty.base_url)
    assert status == 0
    assert "no published app" in findings["key"].text


def test_the_doctor_sends_nobody_to_the_doctor(terminal: Terminal) -> None:
    status, findings = found(terminal, ALLI_BASE_URL="http://127.0.0.1:1", ALLI_API_KEY="k")
    assert status == 1
    assert findings["key"].text.endswith("1 character")
    assert "Connection refused" in findings["connection"].text
    assert "doctor" not in findings["connection"].text
