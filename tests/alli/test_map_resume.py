"""The resume file of `client.apps.map`: nothing that is done is done again, and nothing that may have run is sent again unasked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from alli import InvalidArgumentError, retryable
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.test_map import Shouting, connected, texts

PROGRAM = """
import os
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background may have been started without it
from alli import Alli
for item in Alli().apps.map(sys.argv[1], ({"text": f"row {n}"} for n in range(int(sys.argv[3]))), resume=sys.argv[2], concurrency=8):
    print(item.index, item.status, flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


async def test_rows_that_are_ok_are_neither_sent_nor_given_again_and_failed_ones_are_sent_again(
    client_kind: ClientKind, emulator: Emulator, file: Path
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    rows = [{"text": "a"}, {"text": "bad"}, {"text": "c"}]
    await client_kind.list(client.apps.map(shouting.id, rows, resume=file))
    items = await client_kind.list(client.apps.map(shouting.id, [*rows, {"text": "d"}], resume=str(file)))
    assert sorted((item.index, item.status) for item in items) == [(1, "failed"), (3, "ok")]
    assert sorted(shouting.ran) == ["a", "bad", "bad", "c", "d"]


async def test_the_file_holds_answers_and_no_key_and_no_inputs(
    client_kind: ClientKind, emulator: Emulator, file: Path
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    (item,) = await client_kind.list(client.apps.map(shouting.id, [{"text": "a prompt"}], resume=file))
    header, sent, ended = lines(file)
    assert header == {"alli_map": 1, "app": shouting.id, "keys": None}
    assert (sent["status"], ended["status"], ended["text"]) == ("sent", "ok", "A PROMPT")
    assert sent["key"] == ended["key"] == item.key
    assert emulator.api_key not in file.read_text("utf-8")
    assert "a prompt" not in file.read_text("utf-8")


@pytest.mark.parametrize("status", ["sent", "unknown"])
async def test_a_row_that_may_have_run_is_given_as_unknown_and_sent_only_when_asked(
    client_kind: ClientKind, emulator: Emulator, file: Path, status: str
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(1), resume=file))
    header, sent, _ = lines(file)
    file.write_text(f"{json.dumps(header)}\n{json.dumps({**sent, 'status': status})}\n")
    for _ in range(2):
        (item,) = await client_kind.list(client.apps.map(shouting.id, texts(1), resume=file))
        assert (item.status, item.result, item.error.outcome_unknown) == ("unknown", None, True)
        assert str(item.error).startswith("apps.map: row 0 ")
        assert "retry_unknown=True" in str(item.error)
        assert not retryable(item.error)
    assert shouting.ran == ["row 0"]
    (item,) = await client_kind.list(client.apps.map(shouting.id, texts(1), resume=file, retry_unknown=True))
    assert item.status == "ok"
    assert shouting.ran == ["row 0", "row 0"]


@pytest.mark.parametrize("key", [None, "text", lambda row: row["text"]], ids=["default", "column", "function"])
async def test_a_row_keeps_its_place_by_its_key(
    client_kind: ClientKind, emulator: Emulator, file: Path, key: Any
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(4), resume=file, key=key))
    assert await client_kind.list(client.apps.map(shouting.id, texts(4), resume=file, key=key)) == []
    assert len(shouting.ran) == 4


async def test_changed_inputs_are_noticed_before_anything_is_sent(
    client_kind: ClientKind, emulator: Emulator, file: Path
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file))
    with pytest.raises(InvalidArgumentError, match="row 0 differs from the row with its key"):
        await client_kind.list(client.apps.map(shouting.id, [{"text": "other"}], resume=file))
    assert len(shouting.ran) == 2


async def test_two_rows_with_one_key_are_refused(client_kind: ClientKind, emulator: Emulator, file: Path) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    with pytest.raises(InvalidArgumentError, match="row 1 has the key of an earlier row"):
        await client_kind.list(client.apps.map(shouting.id, [{"text": "a"}] * 2, resume=file, key="text"))


async def test_a_file_of_another_app_is_refused(client_kind: ClientKind, emulator: Emulator, file: Path) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(1), resume=file))
    before = file.read_bytes()
    with pytest.raises(InvalidArgumentError, match="belongs to another app"):
        await client_kind.list(client.apps.map("another", texts(1), resume=file))
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", ["name,text\n1,a\n", "one line without its end", '{"a": 1}\n', "\n"])
async def test_a_file_of_another_kind_is_refused_and_left_as_it_is(
    client_kind: ClientKind, emulator: Emulator, file: Path, content: str
) -> None:
    file.write_text(content)
    client = connected(client_kind, emulator)
    with pytest.raises(InvalidArgumentError, match="not a resume file"):
        await client_kind.list(client.apps.map("app", texts(1), resume=file))
    assert file.read_text() == content


async def test_a_file_that_was_cut_off_goes_on(client_kind: ClientKind, emulator: Emulator, file: Path) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(1), resume=file))
    whole = file.read_bytes()
    starts = [0, *(place + 1 for place, byte in enumerate(whole) if byte == ord("\n"))]
    near_an_end = {start + step for start in starts for step in (-2, -1, 0, 1)}
    for cut in sorted({*range(0, len(whole), 17), *(cut for cut in near_an_end if 0 <= cut < len(whole))}):
        file.write_bytes(whole[:cut])
        shouting.ran.clear()
        items = await client_kind.list(client.apps.map(shouting.id, texts(1), resume=file))
        expected = "ok" if cut < starts[2] else "unknown"
        assert [item.status for item in items] == [expected], cut
        assert len(shouting.ran) == (expected == "ok")


async def test_a_file_is_not_used_twice_at_once(client_kind: ClientKind, emulator: Emulator, file: Path) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    items = client.apps.map(shouting.id, texts(3), resume=file, concurrency=1)
    assert await anext(client_kind.each(items))
    with pytest.raises(InvalidArgumentError, match=r"rows\.jsonl is in use"):
        await client_kind.list(client.apps.map(shouting.id, texts(3), resume=file))
    await client_kind.close(items)


def test_a_killed_program_goes_on_where_it_ended(emulator: Emulator, file: Path) -> None:
    """No row is done twice without being asked for, and none is lost, whenever the process is killed."""
    shouting = Shouting(emulator, seconds=0.01)
    count = 60
    given: dict[int, str] = {}
    for killed_after in (1, 9, 23, None):
        with start(emulator, shouting.id, file, count) as process:
            assert process.stdout is not None
            output = "".join(process.stdout.readline() for _ in range(killed_after or 0))
            if killed_after is not None:
                process.kill()
            output += process.communicate(timeout=50)[0]
        for line in output.splitlines(keepends=True):
            if line.endswith("\n"):
                index, status = line.split()
                given[int(index)] = status
    recorded = {entry["index"]: entry["status"] for entry in lines(file)[1:]}
    assert recorded.keys() == set(range(count))
    unknown = {index for index, status in recorded.items() if status != "ok"}
    ran_twice = {text for text in shouting.ran if shouting.ran.count(text) > 1}
    assert not ran_twice
    assert all(given.get(index) == "unknown" for index in unknown)
    assert {f"row {index}" for index in range(count) if index not in unknown} <= set(shouting.ran)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupted_program_ends_at_once_and_its_file_goes_on(
    emulator: Emulator, file: Path, number: signal.Signals
) -> None:
    shouting = Shouting(emulator, seconds=0.2)
    with start(emulator, shouting.id, file, 200) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        began = time.monotonic()
        process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert process.returncode != 0
    before = lines(file)
    with start(emulator, shouting.id, file, 20) as process:
        process.communicate(timeout=50)
    assert lines(file)[: len(before)] == before
    assert len(shouting.ran) == len(set(shouting.ran))


def start(emulator: Emulator, app_id: str, file: Path, count: int) -> subprocess.Popen[str]:
    environment = {"ALLI_API_KEY": emulator.api_key, "ALLI_BASE_URL": emulator.base_url}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, app_id, str(file), str(count)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


async def test_lines_reach_the_disk_by_batches_and_all_of_them_at_the_end(
    client_kind: ClientKind, emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        synced.append(file.read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    began = time.monotonic()
    await client_kind.list(client.apps.map(shouting.id, texts(40), resume=file))
    assert len(synced) <= 2 + (time.monotonic() - began)
    assert synced[-1] == file.read_bytes()
    assert len(lines(file)) == 81
