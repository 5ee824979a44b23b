"""Lists are kept for a while, and read once for all who want them at one moment."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from alli_tools.calls.driving import AWAITING, BLOCKING, run_now
from alli_tools.catalog.listing import Listing

from tests.langchain_alli.desk import Desk, Way, get_tools


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _ask_now(listing: Listing, key: str, ask: Callable[[], object]) -> object:
    async def asked() -> object:
        return ask()

    return run_now(listing.answer(BLOCKING, key, asked))


async def _ask(way: Way, listing: Listing, key: str, ask: Callable[[], object]) -> object:
    async def awaited() -> object:
        await asyncio.sleep(0)
        return ask()

    return _ask_now(listing, key, ask) if way == "sync" else await listing.answer(AWAITING, key, awaited)


async def test_an_answer_is_kept_for_its_time_and_by_its_key(way: Way) -> None:
    clock = Clock()
    listing = Listing(10, clock)
    answers = iter(range(9))

    async def asked(key: str) -> object:
        return await _ask(way, listing, key, lambda: next(answers))

    assert [await asked("a"), await asked("a"), await asked("b")] == [0, 0, 1]
    clock.now = 9.9
    assert await asked("a") == 0
    clock.now = 10.0
    assert await asked("a") == 2
    listing.forget()
    assert await asked("a") == 3


async def test_an_answer_that_is_none_is_kept_too(way: Way) -> None:
    listing = Listing(10)
    answers = iter([None, 1])
    assert await _ask(way, listing, "a", lambda: next(answers)) is None
    assert await _ask(way, listing, "a", lambda: next(answers)) is None


async def test_an_error_is_not_kept(way: Way) -> None:
    listing = Listing(10)
    with pytest.raises(ZeroDivisionError):
        await _ask(way, listing, "a", lambda: 1 / 0)
    assert await _ask(way, listing, "a", lambda: 5) == 5


def _all_wait_for_one(listing: Listing, ask: Callable[[], object]) -> list[object]:
    """Eight threads, of which seven wait until one has asked; what came to each, an error as the error itself."""
    started = threading.Semaphore(0)
    release = threading.Event()
    asked: list[None] = []

    def slow() -> object:
        asked.append(None)
        assert release.wait(20)
        return ask()

    def one() -> object:
        started.release()
        try:
            return _ask_now(listing, "a", slow)
        except ZeroDivisionError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(one) for _ in range(8)]
        for _ in waiting:
            assert started.acquire(timeout=20)
        release.set()
        found = [future.result(20) for future in waiting]
    assert len(asked) == 1 or ask is _fail
    return found


def _fail() -> object:
    return 1 / 0


def test_threads_that_want_one_list_at_once_ask_once() -> None:
    assert _all_wait_for_one(Listing(10), lambda: "list") == ["list"] * 8


async def test_tasks_that_want_one_list_at_once_ask_once_and_share_its_error() -> None:
    listing = Listing(0)
    asked: list[None] = []
    release = asyncio.Event()
    outcome: list[object] = ["list", ZeroDivisionError("down")]

    async def slow() -> object:
        asked.append(None)
        await release.wait()
        answer = outcome[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    for expected in outcome:
        release.clear()
        tasks = [asyncio.create_task(listing.answer(AWAITING, "a", slow)) for _ in range(8)]
        await asyncio.sleep(0)  # each task runs until it waits
        release.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert found == [expected] * 8
    assert len(asked) == 2


async def test_when_the_task_that_asks_is_cancelled_another_asks_in_its_place() -> None:
    listing = Listing(10)
    asked: list[None] = []
    release = asyncio.Event()

    async def slow() -> str:
        asked.append(None)
        await release.wait()
        return "list"

    first, second, third = (asyncio.create_task(listing.answer(AWAITING, "a", slow)) for _ in range(3))
    await asyncio.sleep(0)
    third.cancel()  # one that waits: nobody else notices
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    release.set()
    assert await second == "list"
    assert len(asked) == 2


async def test_an_answer_asked_for_before_a_refresh_is_not_kept_after_it() -> None:
    listing = Listing(10)
    release = asyncio.Event()

    async def old() -> str:
        await release.wait()
        return "old"

    async def new() -> str:
        return "new"

    early = asyncio.create_task(listing.answer(AWAITING, "a", old))
    await asyncio.sleep(0)
    listing.forget()
    assert await listing.answer(AWAITING, "a", new) == "new"
    release.set()
    assert await early == "old"
    assert await listing.answer(AWAITING, "a", old) == "new"


def test_event_loops_share_what_was_read() -> None:
    listing = Listing(10)
    asked: list[None] = []

    async def ask() -> str:
        asked.append(None)
        return "list"

    assert [asyncio.run(listing.answer(AWAITING, "a", ask)) for _ in range(3)] == ["list"] * 3
    assert len(asked) == 1


def _lists_read(desk: Desk) -> int:
    return [request.path for request in desk.alli.requests].count("/webapi/v2/apps")


async def test_a_toolkit_reads_the_lists_once_until_it_is_refreshed(desk: Desk, way: Way) -> None:
    toolkit = desk.toolkit()
    first = [tool.name for tool in await get_tools(way, toolkit)]
    assert [tool.name for tool in await get_tools(way, toolkit)] == first
    assert _lists_read(desk) == 1
    toolkit.refresh()
    await get_tools(way, toolkit)
    assert _lists_read(desk) == 2


async def test_other_filters_and_other_clients_are_other_lists(desk: Desk, way: Way) -> None:
    toolkit = desk.toolkit()
    await get_tools(way, toolkit)
    await get_tools(way, toolkit.model_copy(update={"search_term": "leave"}))
    assert _lists_read(desk) == 2
    await get_tools(way, toolkit.model_copy(update={"predicate": lambda app: app.name == "Auditor"}))
    assert _lists_read(desk) == 2  # a predicate of ours needs no other list of theirs
    another = {
        "client": desk.client.with_options(user_id="emp-7"),
        "async_client": desk.async_client.with_options(user_id="emp-7"),
    }
    await get_tools(way, toolkit.model_copy(update=another))
    assert _lists_read(desk) == 3
    assert [r for r in desk.alli.requests if r.path == "/webapi/v2/apps"][-1].headers["own-user-id"] == "emp-7"


async def test_without_keeping_each_call_reads(desk: Desk, way: Way) -> None:
    toolkit = desk.toolkit(cache_seconds=0)
    for _ in range(2):
        await get_tools(way, toolkit)
    assert _lists_read(desk) == 2


async def test_many_at_once_read_the_list_once(desk: Desk, way: Way) -> None:
    toolkit = desk.toolkit()
    if way == "sync":
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: toolkit.get_tools(), range(8)))
    else:
        await asyncio.gather(*(toolkit.aget_tools() for _ in range(8)))
    assert [r.path for r in desk.alli.requests] == ["/webapi/v2/apps", "/webapi/apps"]
