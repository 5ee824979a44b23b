"""What `client.apps.map` makes of the rows of a program: odd ones, reused ones, slow ones, and of a service that refuses them."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import time
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alli import Alli, ConfigurationError, InvalidArgumentError, MapRow, MapStopped
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.test_map import Shouting, connected, texts


class Point:
    """A model, as attrs and pydantic have them."""

    def __init__(self, x: int) -> None:
        self.x = x

    def to_dict(self) -> dict[str, Any]:
        return {"x": self.x}


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


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (date(2026, 1, 1), date(2026, 1, 2)),
        (UUID(int=1), UUID(int=2)),
        ([date(2026, 1, 1)], [date(2026, 1, 2)]),
        (Point(1), Point(2)),
        (range(2), range(3)),
    ],
    ids=["date", "UUID", "list of dates", "model", "sequence"],
)
async def test_a_change_is_noticed_in_every_value_that_can_be_sent(
    client_kind: ClientKind, emulator: Emulator, tmp_path: Path, first: object, then: object
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    path = tmp_path / "rows.jsonl"

    def run(value: object) -> Any:
        return client_kind.list(client.apps.map(shouting.id, [{"text": "a", "value": value}], resume=path))

    assert [item.status for item in await run(first)] == ["ok"]
    assert await run(first) == []
    with pytest.raises(InvalidArgumentError, match="row 0 differs"):
        await run(then)


async def test_a_key_may_be_a_number_also_in_a_row(client_kind: ClientKind, emulator: Emulator, tmp_path: Path) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    rows: list[Any] = [MapRow(inputs=row, key=number) for number, row in enumerate(texts(3))]  # type: ignore[arg-type]
    path = tmp_path / "rows.jsonl"
    items = await client_kind.list(client.apps.map(shouting.id, rows, resume=path))
    assert {item.key for item in items} == {"0", "1", "2"}
    assert await client_kind.list(client.apps.map(shouting.id, rows[::-1], resume=path)) == []


async def test_rows_in_order_are_held_by_concurrency_also_where_most_are_done(
    client_kind: ClientKind, emulator: Emulator, tmp_path: Path
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    path = tmp_path / "rows.jsonl"
    rows = [{"text": "bad"} if number % 3 == 0 else row for number, row in enumerate(texts(12))]
    await client_kind.list(client.apps.map(shouting.id, rows, resume=path))
    again = client.apps.map(shouting.id, rows, resume=path, ordered=True, concurrency=2)
    assert [item.index for item in await client_kind.list(again)] == [0, 3, 6, 9]
    items: list[Any] = []
    with pytest.raises(MapStopped):
        async for item in client_kind.each(
            client.apps.map(shouting.id, rows, resume=path, ordered=True, concurrency=2, stop_after=2)
        ):
            items.append(item)
    assert [item.index for item in items] in ([0, 3], [0, 3, 6])


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
