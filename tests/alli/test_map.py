"""`client.apps.map`: many rows through one app, on real sockets."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from alli import InvalidArgumentError, MapRow, MapStopped
from alli_emulator import App, AppFailure, AppInput, AppRun, Emulator

from tests.alli.client_kind import ClientKind

T = TypeVar("T")


class Shouting:
    """An app that gives its text in capitals, fails for "bad", and counts its runs."""

    def __init__(self, emulator: Emulator, seconds: float = 0.0) -> None:
        self.ran: list[str] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

        @emulator.app(name="Shout", inputs=[AppInput("text", "Text")])
        def shout(run: AppRun) -> str:
            text = run.text_input("text")
            with self._lock:
                self.ran.append(text)
                self._now += 1
                self.most = max(self.most, self._now)
            time.sleep(seconds)
            with self._lock:
                self._now -= 1
            if text == "bad":
                raise AppFailure("no luck")
            return text.upper()

        self.app: App = shout
        self.id = shout.id


def texts(count: int) -> list[dict[str, Any]]:
    return [{"text": f"row {number}"} for number in range(count)]


def connected(kind: ClientKind, emulator: Emulator, **options: Any) -> Any:
    return kind.make(api_key=emulator.api_key, base_url=emulator.base_url, **options)


async def once_released(run: Callable[[], Awaitable[T]]) -> T:
    """What `run` gives when the resume file is not in use any more."""
    async with asyncio.timeout(10):
        while True:
            with suppress(InvalidArgumentError):
                return await run()
            await asyncio.sleep(0.001)


async def test_each_row_is_run_once_and_given_with_its_answer(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    items = await client_kind.list(client.apps.map(shouting.id, texts(40)))
    assert sorted(shouting.ran) == sorted(row["text"] for row in texts(40))
    assert {item.index: item.result.text for item in items} == {number: f"ROW {number}" for number in range(40)}
    assert {(item.status, item.error) for item in items} == {("ok", None)}
    assert all(item.row == {"text": f"row {item.index}"} for item in items)


async def test_items_come_in_the_order_of_the_rows_where_asked(client_kind: ClientKind, emulator: Emulator) -> None:
    slow = threading.Event()

    @emulator.app(name="Uneven", inputs=[AppInput("text", "Text")])
    def uneven(run: AppRun) -> str:
        if run.text_input("text") == "row 0":
            slow.wait(10)
        elif run.text_input("text") == "row 3":
            slow.set()
        return run.text_input("text")

    client = connected(client_kind, emulator)
    items = await client_kind.list(client.apps.map(uneven.id, texts(20), concurrency=4, ordered=True))
    assert [item.index for item in items] == list(range(20))


async def test_a_failed_row_is_an_item_and_the_others_go_on(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    rows = [{"text": "good"}, {"text": "bad"}, {"text": object()}, {"text": "fine"}]
    items = await client_kind.list(client.apps.map(shouting.id, rows, ordered=True))
    assert [item.status for item in items] == ["ok", "failed", "failed", "ok"]
    assert "no luck" in str(items[1].error)
    assert isinstance(items[2].error, InvalidArgumentError)


async def test_a_row_that_may_have_run_is_unknown_and_not_sent_again(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    shouting = Shouting(emulator)
    emulator.fault(app=shouting.app, cut_head_after=10, times=1)
    client = connected(client_kind, emulator)
    (item,) = await client_kind.list(client.apps.map(shouting.id, texts(1)))
    assert (item.status, item.result) == ("unknown", None)
    assert item.error.outcome_unknown
    assert len(emulator.requests) == 1


async def test_no_more_rows_are_in_use_or_read_than_concurrency_says(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    shouting = Shouting(emulator, seconds=0.02)
    given = 0
    read = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal read
        for row in texts(60):
            read += 1
            assert read - given <= 6
            yield row

    client = connected(client_kind, emulator)
    async for _ in client_kind.each(client.apps.map(shouting.id, rows(), concurrency=5)):
        given += 1
    assert given == 60
    assert 2 <= shouting.most <= 5


async def test_a_refusal_for_the_rate_pauses_all_rows_and_repeats_the_refused_ones(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    shouting = Shouting(emulator)
    emulator.fault(app=shouting.app, status=429, headers={"Retry-After": "0.3"}, times=1)
    client = connected(client_kind, emulator)
    began = time.monotonic()
    items = await client_kind.list(client.apps.map(shouting.id, texts(8), concurrency=2))
    assert {item.status for item in items} == {"ok"}
    assert sorted(shouting.ran) == sorted(row["text"] for row in texts(8))
    assert time.monotonic() - began >= 0.3
    assert len(emulator.requests) == 9


async def test_a_pause_longer_than_the_client_waits_fails_the_row(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    emulator.fault(app=shouting.app, status=429, headers={"Retry-After": "86400"}, times=1)
    client = connected(client_kind, emulator)
    (item,) = await client_kind.list(client.apps.map(shouting.id, texts(1)))
    assert (item.status, item.error.status_code) == ("failed", 429)


async def test_calls_begin_no_faster_than_per_minute(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    began = time.monotonic()
    await client_kind.list(client.apps.map(shouting.id, texts(6), per_minute=1200))
    assert time.monotonic() - began >= 5 * 0.05


async def test_too_many_failed_rows_stop_it_once_what_was_sent_is_given(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    items: list[Any] = []
    with pytest.raises(MapStopped, match="stop_after=3") as stopped:
        async for item in client_kind.each(
            client.apps.map(shouting.id, [{"text": "bad"}] * 50, concurrency=2, stop_after=3)
        ):
            items.append(item)
    assert len(items) == len(shouting.ran) <= 4
    assert stopped.value.failed == len(items)
    assert "no luck" in str(stopped.value.__cause__)


async def test_max_calls_is_a_limit_on_cost_and_no_error_where_the_rows_end_with_it(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    assert len(await client_kind.list(client.apps.map(shouting.id, texts(5), max_calls=5))) == 5
    with pytest.raises(MapStopped, match="max_calls=5"):
        await client_kind.list(client.apps.map(shouting.id, texts(6), max_calls=5))
    assert len(shouting.ran) == 10


async def test_a_row_with_a_message_begins_a_conversation_of_its_own(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    @emulator.app(name="Talk", type="campaign")
    def talk(run: AppRun) -> str:
        return f"{run.user_id}: {run.message}"

    client = connected(client_kind, emulator, user_id="all")
    rows = [MapRow(message="one"), MapRow(message="two", user_id="emp-7")]
    items = await client_kind.list(client.apps.map(talk.id, rows, ordered=True))
    assert [item.result.text for item in items] == ["all: one", "emp-7: two"]
    assert len({item.result.conversation_id for item in items}) == 2


async def test_files_of_a_row_are_uploaded_beside_its_inputs(client_kind: ClientKind, emulator: Emulator) -> None:
    @emulator.app(name="Count", inputs=[AppInput("document", "Document", input_type="document_basic")])
    def count(run: AppRun) -> str:
        return f"{run.files[0].variable} {len(run.files[0].read())}"

    client = connected(client_kind, emulator)
    row = MapRow(inputs={}, files={"document": ("a.txt", b"12345")})
    (item,) = await client_kind.list(client.apps.map(count.id, [row]))
    assert item.result is not None, item.error
    assert item.result.text == "document 5"


async def test_the_deadline_bounds_each_row(client_kind: ClientKind, emulator: Emulator) -> None:
    over = threading.Event()

    @emulator.app(name="Wait", inputs=[AppInput("text", "Text")])
    def wait(run: AppRun) -> str:
        over.wait(20)
        return ""

    client = connected(client_kind, emulator, deadline=0.5)  # time enough to send it on a busy machine
    (item,) = await client_kind.list(client.apps.map(wait.id, texts(1)))
    over.set()
    assert item.status == "unknown"
    assert type(item.error).__name__ == "DeadlineExceededError"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"concurrency": 0}, "concurrency must be a whole number of at least 1"),
        ({"concurrency": True}, "concurrency must be"),
        ({"per_minute": 0}, "per_minute must be a number from 1e-06 to"),
        ({"per_minute": 1e-9}, "per_minute must be"),
        ({"per_minute": 10**400}, "per_minute must be"),
        ({"stop_after": -1}, "stop_after must be"),
        ({"max_calls": 1.5}, "max_calls must be"),
        ({"key": 3}, "key must be a column's name or a function"),
        ({"rows": "text"}, "rows must be an iterable of rows, not str"),
        ({"rows": None}, "rows must be an iterable of rows, not NoneType"),
        ({"app_id": ""}, "app_id must be a non-empty id"),
        ({"resume": 1}, "resume must be a path, not int"),
        ({"resume": "a\0b"}, "resume must not hold NUL"),
    ],
)
def test_a_wrong_argument_is_refused_when_map_is_called(
    client_kind: ClientKind, arguments: dict[str, Any], words: str
) -> None:
    client = client_kind.make(base_url="http://127.0.0.1:1")
    with pytest.raises(InvalidArgumentError, match=words):
        client.apps.map(**{"app_id": "a", "rows": [], **arguments})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["x"], "row 1 must be a mapping of inputs or a MapRow, not list"),
        (MapRow(), "row 1 has neither inputs nor a message"),
        ({"text": io.BytesIO(b"x")}, "row 1 holds an open file; pass a pathlib.Path or"),
        (MapRow(message="x", files=[("a.txt", io.BytesIO(b"x"))]), "row 1 holds an open file"),
        ({"other": 1}, "row 1 has no column 'text'"),
        ({"text": ""}, "row 1: its key must not be empty"),
        ({"text": None}, "row 1: its key must be a str or a whole number, not NoneType"),
        (MapRow(inputs={"text": "a"}, key=""), "row 1: its key must not be empty"),
        (MapRow(inputs={"text": "a"}, key=1.5), "row 1: its key must be a str or a whole number, not float"),  # type: ignore[arg-type]
        (MapRow(inputs=["a"]), "row 1: inputs must be a mapping, not list"),  # type: ignore[arg-type]
    ],
)
async def test_a_row_that_is_none_ends_it_and_says_which(
    client_kind: ClientKind, emulator: Emulator, row: Any, words: str
) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    with pytest.raises(InvalidArgumentError, match=words):
        await client_kind.list(client.apps.map(shouting.id, [{"text": "a"}, row], key="text", concurrency=1))


async def test_leaving_the_loop_sends_no_more_rows(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    items = client.apps.map(shouting.id, texts(100), concurrency=2)
    async for _ in client_kind.each(items):
        break
    await client_kind.close(items)
    assert len(shouting.ran) <= 4


async def test_rows_may_come_from_an_asynchronous_iterable(emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    kind = ClientKind("async")

    async def rows() -> AsyncIterator[dict[str, Any]]:
        for row in texts(5):
            await asyncio.sleep(0)
            yield row

    assert len(await kind.list(connected(kind, emulator).apps.map(shouting.id, rows()))) == 5
    await kind.close_all()


async def test_items_and_rows_show_no_text_in_their_reprs(client_kind: ClientKind, emulator: Emulator) -> None:
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    (item,) = await client_kind.list(
        client.apps.map(shouting.id, [MapRow(inputs={"text": "secret"}, key="secret-key")])
    )
    assert repr(item) == "MapItem(index=0, status='ok')"
    assert repr(item.row) == "MapRow()"
