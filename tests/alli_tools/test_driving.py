"""One body for both ways of calling."""

from collections.abc import Iterator

import pytest
from alli_tools.calls.driving import AWAITING, BLOCKING, run_now


def test_a_coroutine_that_waits_for_nothing_is_run_at_once() -> None:
    async def body() -> list[int]:
        return [await BLOCKING.wait(1), *[item async for item in BLOCKING.events([2, 3])]]

    assert run_now(body()) == [1, 2, 3]


def test_its_errors_are_raised() -> None:
    async def body() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_now(body())


def test_a_coroutine_that_would_wait_is_a_defect_and_says_so() -> None:
    class Waits:
        def __await__(self) -> Iterator[None]:
            yield

    async def body() -> None:
        await Waits()

    with pytest.raises(RuntimeError, match="that is a defect of alli_tools"):
        run_now(body())


def test_both_ways_have_the_same_methods() -> None:
    assert [name for name in dir(BLOCKING) if name[0] != "_"] == [name for name in dir(AWAITING) if name[0] != "_"]
