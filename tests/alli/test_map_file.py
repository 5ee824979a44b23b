"""The resume file of `client.apps.map` on a bad day: full disks, other keys, forks, cancellation."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alli import AsyncAlli, InvalidArgumentError
from alli._map import ledger as ledgers
from alli._map.ledger import Ledger
from alli._map.lock import lock
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.test_map import Shouting, connected, once_released, texts


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


def full_after(lines: int) -> Callable[[int, Any], int]:
    """As `os.write` on a disk that has room for so many lines and half of another one."""
    write, left = os.write, lines

    def limited(descriptor: int, content: Any) -> int:
        nonlocal left
        if not bytes(content).endswith(b"}\n"):
            return write(descriptor, content)  # not the file of rows
        left -= 1
        if left == -1:
            return write(descriptor, bytes(content)[: len(content) // 2])
        if left < -1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content)

    return limited


@pytest.mark.parametrize("room", [2, 3, 4, 5])
async def test_a_full_disk_ends_it_and_leaves_a_file_that_goes_on(
    client_kind: ClientKind, emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_after(room))
        with pytest.raises(OSError, match="No space left"):
            await client_kind.list(client.apps.map(shouting.id, texts(8), resume=file, concurrency=1))
    assert all(json.loads(line) for line in file.read_bytes().splitlines())
    assert file.read_bytes().endswith(b"\n")
    items = await client_kind.list(client.apps.map(shouting.id, texts(8), resume=file))
    assert len(shouting.ran) == len(set(shouting.ran))
    assert {f"row {item.index}" for item in items if item.status == "ok"} <= set(shouting.ran)
    assert {item.status for item in items} <= {"ok", "unknown"}


def by_text(row: dict[str, Any]) -> str:
    return str(row["text"])


@pytest.mark.parametrize("then", [None, "text", by_text], ids=["index", "column", "function"])
@pytest.mark.parametrize("first", [None, "text", "id", by_text], ids=["index", "column", "other column", "function"])
async def test_other_keys_than_the_file_has_are_refused_before_a_row_is_sent_again(
    client_kind: ClientKind, emulator: Emulator, file: Path, first: Any, then: Any
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    rows = [{"id": f"r-{number}", "text": f"row {number}"} for number in range(2)]
    await client_kind.list(client.apps.map(shouting.id, rows, resume=file, key=first))
    again = client.apps.map(shouting.id, rows, resume=file, key=then)
    if first == then:
        assert await client_kind.list(again) == []
    else:
        with pytest.raises(InvalidArgumentError, match=r"rows\.jsonl was begun with key="):
            await client_kind.list(again)
    assert len(shouting.ran) == 2


async def test_a_file_without_the_argument_key_goes_on(client_kind: ClientKind, emulator: Emulator, file: Path) -> None:
    """Files had no `keys` in their first line before."""
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file, key="text"))
    head, rest = file.read_text("utf-8").split("\n", 1)
    file.write_text(json.dumps({"alli_map": 1, "app": json.loads(head)["app"]}) + "\n" + rest, "utf-8")
    assert await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file, key="text")) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
async def test_what_is_not_a_regular_file_is_refused_at_once(
    client_kind: ClientKind, emulator: Emulator, file: Path
) -> None:
    os.mkfifo(file)
    client = connected(client_kind, emulator)
    for path in (file, Path(os.devnull)):
        with pytest.raises(InvalidArgumentError, match="is not a resume file"):
            await client_kind.list(client.apps.map("app", texts(1), resume=path))


@pytest.mark.parametrize("line", [b"\0" * 40, b'{"key": "1:', b'{"key": 3}', b"[" * 100_000, b"\xff"])
async def test_a_damaged_line_in_the_middle_is_named_and_nothing_is_sent(
    client_kind: ClientKind, emulator: Emulator, file: Path, line: bytes
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file))
    written = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*written[:2], line + b"\n", *written[2:]]))
    with pytest.raises(InvalidArgumentError, match="damaged in line 3"):
        await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file))
    assert len(shouting.ran) == 2


@pytest.mark.parametrize("again", [False, True], ids=["cancelled once", "cancelled while it ends"])
async def test_cancelling_at_any_turn_of_the_loop_releases_the_file_and_sends_no_row_twice(
    emulator: Emulator, file: Path, again: bool
) -> None:
    shouting = Shouting(emulator)
    async with AsyncAlli(api_key=emulator.api_key, base_url=emulator.base_url) as client:

        async def run() -> None:
            async for _ in client.apps.map(shouting.id, texts(40), resume=file, concurrency=3):
                pass

        async def look() -> None:
            assert [item async for item in client.apps.map(shouting.id, [], resume=file)] == []

        for turns in range(0, 60, 4):
            task = asyncio.create_task(run())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            if again:
                await asyncio.sleep(0)
                task.cancel()
            await asyncio.wait([task])
            assert task.cancelled() or task.exception() is None
            # A cancellation of what ends already waits neither for the calls in use nor for the disk.
            await once_released(look)
        await run()
    assert len(shouting.ran) == len(set(shouting.ran))
    recorded = {entry["index"] for entry in map(json.loads, file.read_text("utf-8").splitlines()[1:])}
    assert recorded == set(range(40))


@pytest.mark.parametrize("when", ["before it opens", "while it opens"])
def test_an_end_before_the_thread_that_opens_a_file_has_its_turn_leaves_the_file_free(
    file: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    late, another = Ledger(file, "a1", None), Ledger(file, "a1", None)

    def lock_after_the_end(opened: int) -> bool:
        late.end()
        return lock(opened)

    if when == "before it opens":
        late.end()
    else:
        monkeypatch.setattr(ledgers, "lock", lock_after_the_end)
    late.open()
    monkeypatch.undo()
    another.open()
    late.close()
    another.close()
    assert file.read_bytes().count(b"\n") == 1


def test_of_two_that_leave_a_file_while_it_is_synced_one_closes_it(file: Path) -> None:
    ledger = Ledger(file, "a1", None)
    ledger.open()
    ledger._is_syncing = True  # as by a third thread
    failed: list[Exception] = []

    def leave() -> None:
        try:
            ledger.close()
        except (OSError, ValueError) as error:
            failed.append(error)

    first = threading.Thread(target=leave)
    first.start()
    while ledger._users:
        time.sleep(0.001)
    with ledger._lock:
        ledger._users += 1  # a row that begins while the first waits
    second = threading.Thread(target=leave)
    second.start()
    while ledger._users:
        time.sleep(0.001)
    with ledger._lock:
        ledger._is_syncing = False
        ledger._lock.notify_all()
    for thread in (first, second):
        thread.join(5)
    assert (failed, ledger._file) == ([], -1)
