"""What a real service answers is kept by a proxy, and answered again without the service."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from alli import Alli, AlliError
from alli_emulator import Emulator
from alli_emulator.apps.ids import make_id
from alli_emulator.recording.recorder import checked_upstream

from tests.alli_emulator.commands import command

NODE = shutil.which("node")
CLIENT = Path(__file__).parent / "programs" / "client.mjs"


def talk(client: Alli) -> list[Any]:
    """Some calls of every kind, and what they gave."""
    apps = client.apps.list().items
    summary = next(app for app in apps if app.name == "Summary")
    with client.apps.stream(summary.id, {"text": "One. Two 김. Three."}) as stream:
        streamed = "".join(stream.text_stream)
    whole = client.apps.run(summary.id, {"text": "One. Two."}).text
    conversation = client.apps.conversation(next(app for app in apps if app.type == "campaign").id)
    turns = [conversation.send(None).text, conversation.send("Laptop").text]
    try:
        client.apps.get("unknown")
    except AlliError as error:
        failed = type(error).__name__
    return [sorted(app.id for app in apps), streamed, whole, turns, failed]


def test_what_was_recorded_is_answered_again_without_the_service(alli: Emulator, tmp_path: Path) -> None:
    with command("record", "--upstream", alli.base_url, "--out", str(tmp_path), ALLI_API_KEY=alli.api_key) as (
        url,
        key,
    ):
        assert key != alli.api_key
        with Alli(api_key=key, base_url=url, user_id="emp-7") as client:
            before = talk(client)
    alli.stop()
    with (
        command("--replay", str(tmp_path), "--speed", "50", "--api-key", "other") as (url, key),
        Alli(api_key=key, base_url=url, user_id="emp-7") as client,
    ):
        assert key == "other"
        assert talk(client) == before


def test_the_key_is_in_no_file_even_where_the_service_repeats_it_in_pieces(tmp_path: Path) -> None:
    secret = "s3cret-key-of-the-service"
    with Emulator(pace=0, api_key=secret) as alli:

        @alli.app(name="Leaky")
        def leaky(run: Any) -> Iterator[str]:
            yield f"your key is {secret}, and"
            yield f" once more: {secret} end"

        alli.fault(app=leaky, write_bytes=7, times=None)
        arguments = ("record", "--upstream", alli.base_url, "--out", str(tmp_path))
        with command(*arguments, ALLI_API_KEY=secret) as (url, key), Alli(api_key=key, base_url=url) as client:
            with client.apps.stream(leaky.id, {"key": f"is it {secret}?"}) as stream:
                assert secret in "".join(stream.text_stream)
            with httpx.Client(base_url=url, headers={"API-KEY": secret}, verify=False) as http:
                assert http.get(f"/webapi/v2/apps?searchTerm={secret}").is_success
    kept = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir())]
    assert len(kept) == 2
    for text in kept:
        assert secret not in text
        assert key not in text
    assert "your key is <API-KEY>, and once more: <API-KEY> end" in kept[0]
    assert "is it <API-KEY>?" in kept[0]
    # The records are still in pieces.
    assert len(json.loads(kept[0])["answer"]["chunks"]) > 3


def test_without_a_key_of_its_own_the_recorder_passes_on_the_programs_and_keeps_it_nowhere(tmp_path: Path) -> None:
    with Emulator(pace=0, api_key="pr0gram") as alli:
        with command("record", "--upstream", alli.base_url, "--out", str(tmp_path)) as (url, key):
            assert key == ""
            headers = {"API-KEY": "pr0gram", "Authorization": "Bearer pr0gram", "Cookie": "a=pr0gram"}
            assert httpx.get(url + "/webapi/v2/apps", headers=headers).is_success
        assert alli.requests[0].headers["api-key"] == "pr0gram"
        # What is compressed could not be looked through.
        assert alli.requests[0].headers["accept-encoding"] == "identity"
    assert "pr0gram" not in "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())


def test_a_program_needs_the_key_that_the_recorder_printed(alli: Emulator, tmp_path: Path) -> None:
    arguments = ("record", "--upstream", alli.base_url, "--out", str(tmp_path), "--api-key", "mine")
    with command(*arguments, ALLI_API_KEY=alli.api_key) as (url, key):
        assert key == "mine"
        assert httpx.get(url + "/webapi/v2/apps", headers={"API-KEY": "other"}).status_code == 401
        assert httpx.get(url + "/webapi/v2/apps", headers={"API-KEY": "mine"}).status_code == 200
    assert len(list(tmp_path.iterdir())) == 1
    assert len(alli.requests) == 1


def test_ids_and_addresses_get_stand_ins_that_fit_together(tmp_path: Path) -> None:
    digits = "0123456789abcdef01234567"
    with Emulator(pace=0, builtin=False) as alli:

        @alli.app(name="Mail", type="campaign", id=make_id("LLMApp", digits))
        def mail(run: Any) -> str:
            return f"sent to kim.lee@firm.example.kr for {run.user_id}, raw id {digits}"

        arguments = ("record", "--upstream", alli.base_url, "--out", str(tmp_path), "--replace-ids", "--replace-emails")
        with command(*arguments, ALLI_API_KEY=alli.api_key) as (url, key):
            client = Alli(api_key=key, base_url=url, user_id="emp-77", user_email="kim.lee@firm.example.kr")
            with client:
                apps = client.apps.list().items
                text = client.apps.run(apps[0].id, message="to kim.lee@firm.example.kr").text
                conversation = client.apps.conversation(apps[0].id)
                conversation.send("one")
                conversation.send("two")
        assert "kim.lee@firm.example.kr" in text
        assert conversation.id is not None
        for path in tmp_path.iterdir():
            kept = path.read_text(encoding="utf-8")
            for secret in (digits, mail.id, "kim.lee", "firm.example", "emp-77", conversation.id):
                assert secret not in kept, (path.name, secret)
    with Emulator(replay=tmp_path, speed=float("inf")) as replay:
        with Alli(api_key=replay.api_key, base_url=replay.base_url, user_id="user-1") as client:
            apps = client.apps.list().items
            text = client.apps.run(apps[0].id, message="to person1@example.com").text
            assert text.startswith("sent to person1@example.com")
            conversation = client.apps.conversation(apps[0].id)
            conversation.send("one")
            conversation.send("two")
        assert replay.findings() == []


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_a_program_in_node_sees_the_same_of_service_recorder_and_replay(alli: Emulator, tmp_path: Path) -> None:
    def run(url: str, key: str) -> str:
        environment = {"PATH": os.environ["PATH"], "ALLI_BASE_URL": url, "ALLI_API_KEY": key}
        done = subprocess.run(
            [str(NODE), str(CLIENT)], env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    direct = run(alli.base_url, alli.api_key)
    assert [line.split()[0] for line in direct.splitlines() if re.match(r"\d{3} ", line)] == [
        "200",
        "200",
        "200",
        "404",
    ]
    with command("record", "--upstream", alli.base_url, "--out", str(tmp_path), ALLI_API_KEY=alli.api_key) as (
        url,
        key,
    ):
        recorded = run(url, key)
    made_anew = re.compile(r'"id":"[^"]*"|"createdAt":[0-9.]+')
    assert made_anew.sub("", recorded) == made_anew.sub("", direct)
    alli.stop()
    with command("--replay", str(tmp_path), "--speed", "100", "--api-key", "k") as (url, key):
        # A boundary of a form differs from process to process, and makes no other request of it.
        assert run(url, key) == recorded


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("backend.alli.ai", "must be an address like"),
        ("ftp://backend.alli.ai", "must be an address like"),
        ("http://backend.alli.ai", "use https"),
        ("https://a:b@backend.alli.ai", "no user"),
        ("https://backend.alli.ai?x=1", "no user, query"),
    ],
)
def test_an_address_that_would_give_the_key_away_is_refused(address: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checked_upstream(address)


def test_a_service_that_is_not_there_is_a_502_and_keeps_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with command("record", "--upstream", f"http://127.0.0.1:{port}", "--out", str(tmp_path)) as (url, _):
        answer = httpx.get(url + "/webapi/v2/apps", headers={"API-KEY": "s3cret"})
    assert (answer.status_code, "ConnectError" in answer.text, "s3cret" in answer.text) == (502, True, False)
    assert list(tmp_path.iterdir()) == []
