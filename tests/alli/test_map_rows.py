"""What `client.apps.map` makes of the rows of a program: odd ones, reused ones, slow ones, and of a service that refuses them."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from alli import Alli, ConfigurationError, InvalidArgumentError, MapRow, MapStopped
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.test_map import Shouting, connected, texts


@pytest.mark.parametrize("wrapped", [False, True], ids=["mapping", "MapRow"])
async def test_a_program_may_fill_one_dict_again_for_each_row(
    client_kind: ClientKind, emulator: Emulator, wrapped: bool
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)

    def rows() -> Iterator[Any]:
        row: dict[str, Any] = {}
        for number in range(5):
            row["text"] = f"row {number}"
            yield MapRow(inputs=row) if wrapped else row

    items = await client_kind.list(client.apps.map(shouting.id, rows()))
    assert {item.index: item.result.text for item in items} == {number: f"ROW {number}" for number in range(5)}


async def test_a_row_of_a_table_with_a_cell_too_many_fails_alone(
    client_kind: ClientKind, emulator: Emulator, tmp_path: Path
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    rows = csv.DictReader(io.StringIO("text\na\nb,c\nd\n"))
    items = await client_kind.list(client.apps.map(shouting.id, rows, resume=tmp_path / "rows.jsonl", ordered=True))
    assert [item.status for item in items] == ["ok", "failed", "ok"]
    assert isinstance(items[1].error, InvalidArgumentError)
    assert sorted(shouting.ran) == ["a", "d"]


def loop() -> list[Any]:
    values: list[Any] = []
    values.append(values)
    return values


@pytest.mark.parametrize("value", [loop(), object()], ids=["loop", "object"])
async def test_a_value_that_is_not_json_fails_its_row_alone(
    client_kind: ClientKind, emulator: Emulator, value: object
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    rows = [{"text": "a"}, {"text": value}, {"text": "c"}]
    items = await client_kind.list(client.apps.map(shouting.id, rows, ordered=True))
    assert [item.status for item in items][::2] == ["ok", "ok"]
    assert items[1].status == "failed"


async def test_files_of_a_wrong_type_end_it_and_name_the_row(client_kind: ClientKind, emulator: Emulator) -> None:
    wrong: Any = Path("one.txt")
    with pytest.raises(InvalidArgumentError, match=r"row 0: files must be a mapping .* not \w*Path"):
        await client_kind.list(connected(client_kind, emulator).apps.map("app", [MapRow(message="hi", files=wrong)]))


async def test_a_row_is_sent_before_the_next_one_is_there(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)

    def rows() -> Iterator[Any]:
        for row in texts(3):
            yield row
            deadline = time.monotonic() + 10
            while row["text"] not in shouting.ran:
                assert time.monotonic() < deadline
                time.sleep(0.001)

    async def slow_rows() -> AsyncIterator[Any]:
        for row in texts(3):
            yield row
            async with asyncio.timeout(10):
                while row["text"] not in shouting.ran:
                    await asyncio.sleep(0.001)

    given = slow_rows() if client_kind.is_async else rows()
    assert len(await client_kind.list(client.apps.map(shouting.id, given))) == 3


async def test_a_pause_longer_than_the_client_waits_ends_it_and_no_further_row_is_sent(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    shouting = Shouting(emulator)
    emulator.fault(app=shouting.app, status=429, headers={"Retry-After": "86400"}, times=None)
    client = connected(client_kind, emulator)
    items: list[Any] = []
    with pytest.raises(MapStopped, match="a pause of 86400 seconds, more than"):
        async for item in client_kind.each(client.apps.map(shouting.id, texts(1000), concurrency=4)):
            items.append(item)
    assert 1 <= len(items) == len(emulator.requests) <= 4
    assert {item.error.status_code for item in items} == {429}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_process_does_not_send_the_rows_of_its_parent(emulator: Emulator, tmp_path: Path) -> None:
    shouting = Shouting(emulator)
    with Alli(api_key=emulator.api_key, base_url=emulator.base_url) as client:
        items = client.apps.map(shouting.id, texts(6), concurrency=2, resume=tmp_path / "rows.jsonl")
        next(items)
        child = os.fork()
        if child == 0:
            try:
                list(items)
            except ConfigurationError:
                os._exit(7)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert len(list(items)) == 5
    assert sorted(shouting.ran) == [row["text"] for row in texts(6)]
