"""What holds for the tests of every folder."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.leftovers import Leftovers, left_since

# By default an example that takes longer than 0.2 s fails its test, and so do examples that are slow to make: on a busy machine any is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Each worker, and each program that a test starts, would compile the package and the tests again: a quarter of the time of the suite.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`scripts/test --whole-example` runs the whole suite on README.md's new operation, and not just what knows operations."""
    parser.addoption("--whole-example", action="store_true", help="run all tests on README.md's example, not a part")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What was collected stays until the end: half a million objects, which each `gc.collect()` of a test would look at for 0.2 s.

    What is garbage by then stays as well: to tell one from the other would take half a second in each process.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # With the default, a look after every 700 new objects, a tenth of the time of some folders went into looking.
        gc.set_threshold(10_000)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a test that takes long come first: begun last, it would run alone while the other cores have nothing to do."""
    first = {item.path for item in items if item.get_closest_marker("takes_long")}
    items.sort(key=lambda item: item.path not in first)


@pytest.fixture
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a job asks again after a few milliseconds."""
    from alli._jobs import pauses

    real = pauses.Pauses.next

    def quick(self: pauses.Pauses) -> float:
        return min(0.005, real(self))

    monkeypatch.setattr(pauses.Pauses, "next", quick)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Fails a test that leaves a thread, a socket or a task behind; see tests/leftovers.py."""
    before = Leftovers.now()
    yield
    left = left_since(before)
    assert not left, f"the test leaves behind {left}"


@pytest.fixture(autouse=True)
def _look_for_tasks(_nothing_is_left_behind: None, request: pytest.FixtureRequest) -> None:
    # Within the fixture above, which counts the sockets of the event loop.
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        request.getfixturevalue("_no_task_is_left_behind")


@pytest.fixture
async def _no_task_is_left_behind() -> AsyncIterator[None]:
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        await asyncio.wait(left, timeout=2)
    left = {task for task in left if not task.done()}
    assert not left, f"the test leaves tasks behind: {', '.join(sorted(map(repr, left)))}"
