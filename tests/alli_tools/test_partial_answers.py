"""Partial answers, for hosts that fetch them."""

import asyncio
from collections.abc import AsyncIterator

from alli_emulator import AppRun
from alli_tools.calls.driving import AWAITING, BLOCKING, iterate_now
from alli_tools.calls.hosts import Host

from tests.alli_tools.desk import Desk, Way


async def test_leaving_the_partial_answers_closes_the_connection_at_once(desk: Desk, way: Way) -> None:
    @desk.alli.app(name="Talker", type="campaign")
    async def talk(run: AppRun) -> AsyncIterator[str]:
        yield "one"
        await asyncio.sleep(60)

    calls = desk.tool("Talker").calls
    if way == "sync":
        steps = iterate_now(calls.steps(BLOCKING, {"message": "go"}, Host()))
        first = next(steps)
        steps.close()
    else:
        asteps = calls.steps(AWAITING, {"message": "go"}, Host())
        first = await anext(asteps)
        await asteps.aclose()
    assert isinstance(first, list)
    (run,) = desk.runs
    assert await asyncio.to_thread(run.wait, 5)
    assert run.client_left
