"""Partial answers, for hosts that fetch them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alli_emulator import AppRun
from alli_tools.calls import asking
from alli_tools.calls.driving import AWAITING, BLOCKING, iterate_now
from alli_tools.calls.hosts import Host

from tests.alli_tools.desk import Desk, Way


async def left_early(desk: Desk, way: Way) -> object:
    """The first partial answer of an app that goes on for a minute; it is left after that."""

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
    return first


async def test_leaving_the_partial_answers_closes_the_connection_at_once(desk: Desk, way: Way) -> None:
    first = await left_early(desk, way)
    assert isinstance(first, list)
    (run,) = desk.runs
    assert await asyncio.to_thread(run.wait, 5)
    assert run.client_left


async def test_the_stream_is_closed_when_the_partial_answers_are(
    desk: Desk, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams: list[Any] = []
    request = asking._request  # pyright: ignore[reportPrivateUsage]

    def noted(*arguments: Any) -> Any:
        streams.append(request(*arguments))
        return streams[-1]

    monkeypatch.setattr(asking, "_request", noted)

    await left_early(desk, way)
    (stream,) = streams
    assert stream.has_ended  # and not in a later turn of the event loop
