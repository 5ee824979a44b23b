"""Recordings answered again: when, in which pieces, and what is not in them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
from alli import Alli
from alli_emulator import Emulator, RecordingError

from tests.alli_emulator.commands import command
from tests.alli_emulator.their_tests import outcomes, run_pytest
from tests.waiting import eventually


def test_pauses_are_kept_and_shortened_by_speed(tmp_path: Path) -> None:
    with Emulator(pace=0.2) as alli:
        arguments = ("record", "--upstream", alli.base_url, "--out", str(tmp_path))
        with command(*arguments) as (url, _), Alli(api_key=alli.api_key, base_url=url) as client:
            ask_slowly(client, alli.apps[0].id)
            app_id = alli.apps[0].id
    answer = json.loads(next(tmp_path.iterdir()).read_text(encoding="utf-8"))["answer"]
    recorded = answer["pause"] + sum(one["pause"] for one in answer["chunks"])
    assert recorded > 0.6
    times = {}
    for speed in (1.0, 4.0, float("inf")):
        with (
            Emulator(replay=tmp_path, speed=speed) as alli,
            Alli(api_key=alli.api_key, base_url=alli.base_url) as client,
        ):
            began = time.monotonic()
            ask_slowly(client, app_id)
            times[speed] = time.monotonic() - began
    assert times[1.0] >= recorded * 0.99
    assert recorded / 4 * 0.99 <= times[4.0] < recorded
    assert times[float("inf")] < recorded


def ask_slowly(client: Alli, app_id: str) -> None:
    with client.apps.stream(app_id, {"text": "One. Two. Three. Four."}) as stream:
        assert list(stream)


def test_pieces_come_as_they_were_recorded_also_inside_a_character(tmp_path: Path) -> None:
    with Emulator(pace=0) as alli:
        alli.fault(path_contains="/run", write_bytes=5, times=None)
        with command("record", "--upstream", alli.base_url, "--out", str(tmp_path)) as (url, _):
            run = {"inputs": {"text": "글자 수."}, "mode": "stream"}
            headers = {"API-KEY": alli.api_key}
            body = httpx.post(f"{url}/webapi/apps/{alli.apps[0].id}/run", json=run, headers=headers).content
            path = f"/webapi/apps/{alli.apps[0].id}/run"
    chunks = json.loads(next(tmp_path.iterdir()).read_text(encoding="utf-8"))["answer"]["chunks"]
    assert any("base64" in one for one in chunks)
    with Emulator(replay=tmp_path, speed=float("inf")) as alli:
        assert httpx.post(alli.base_url + path, json=run, headers={"API-KEY": alli.api_key}).content == body


def test_an_answer_that_was_cut_is_cut_again(tmp_path: Path) -> None:
    with Emulator(pace=0) as alli:
        alli.fault(path_contains="/run", cut_after=150, times=None)
        run = {"inputs": {"text": "One. Two."}, "mode": "stream"}
        path = f"/webapi/apps/{alli.apps[0].id}/run"
        with command("record", "--upstream", alli.base_url, "--out", str(tmp_path)) as (url, _):
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.post(url + path, json=run, headers={"API-KEY": alli.api_key})
            assert eventually(lambda: len(list(tmp_path.iterdir())) == 1, 10)
    with Emulator(replay=tmp_path) as alli, pytest.raises(httpx.RemoteProtocolError):
        httpx.post(alli.base_url + path, json=run, headers={"API-KEY": alli.api_key})


def test_what_was_not_recorded_is_a_501_that_says_what_differs(alli: Emulator, tmp_path: Path) -> None:
    path = f"/webapi/apps/{alli.apps[0].id}/run"
    with command("record", "--upstream", alli.base_url, "--out", str(tmp_path)) as (url, _):
        httpx.post(url + path, json={"inputs": {"text": "One."}}, headers={"API-KEY": alli.api_key})
        httpx.get(url + "/webapi/v2/apps", headers={"API-KEY": alli.api_key})
    with (
        Emulator(replay=tmp_path) as replay,
        httpx.Client(base_url=replay.base_url, headers={"API-KEY": replay.api_key}, verify=False) as http,
    ):
        other = http.post(path, json={"inputs": {"text": "Two."}, "mode": "sync"})
        assert other.status_code == 501
        assert other.json()["detail"].endswith("the nearest one differs in json.inputs.text, json.mode")
        assert "Two." not in other.text
        assert http.get("/webapi/v2/apps/a").json()["detail"].endswith("was not recorded")
        assert http.post(path, json={"inputs": {"text": "One."}}).status_code == 200
        assert (
            "was recorded 1 time(s), and is asked once more" in http.post(path, json={"inputs": {"text": "One."}}).text
        )
        assert [http.get("/webapi/v2/apps").status_code for _ in range(3)] == [200] * 3
        assert len(replay.findings()) == 3
        replay.reset()
        assert http.post(path, json={"inputs": {"text": "One."}}).status_code == 200


def test_the_marker_replays_for_one_test(alli: Emulator, tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    with command("record", "--upstream", alli.base_url, "--out", str(folder)) as (url, _):
        httpx.get(url + "/webapi/v2/apps", headers={"API-KEY": alli.api_key})
    done = run_pytest(
        tmp_path,
        """
import pytest

@pytest.mark.alli_replay("recorded")
def test_replayed(alli, alli_client):
    assert alli.apps == []
    assert len(alli_client.apps.list().items) == 5

@pytest.mark.alli_replay("recorded")
def test_asks_for_more(alli, alli_client):
    from alli import AlliError
    with pytest.raises(AlliError):
        alli_client.apps.get("a")

@pytest.mark.alli_replay("nowhere")
def test_no_folder(alli):
    pass
""",
    )
    found = outcomes(tmp_path)
    assert {name: one.word for name, one in found.items()} == {
        "test_replayed": "passed",
        "test_asks_for_more": "error",
        "test_no_folder": "error",
    }, done.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no recordings in it"),
        ("no json", "a.json: not a recording"),
        ("{}", "a.json: not a recording"),
        ('{"format": 99}', "format 99 is not 1"),
        ('{"format": 1, "request": {"methd": "GET"}, "answer": {}}', "a.json: not a recording"),
    ],
)
def test_a_folder_that_holds_no_recordings_is_refused_by_name(
    tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(RecordingError, match=message):
        Emulator(replay=tmp_path)


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_none_is_refused(tmp_path: Path, speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be above 0"):
        Emulator(replay=tmp_path, speed=speed)
