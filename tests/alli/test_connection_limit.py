"""A client has so many connections in use at most; a call beyond waits for a free one, and never for longer than `timeout` says."""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import Any

import alli
import pytest
from alli._http.places import Slots

from tests.alli.client_kind import ClientKind
from tests.alli.clock import Clock
from tests.answers import silent
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True


@pytest.fixture(autouse=True)
def _two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alli._http.connections.MAX_CONNECTIONS", 2)


def answer(connection: Connection) -> None:
    """Holds what asks for `held`, and answers anything else at once."""
    if request := connection.read_request():
        if "held" in request.path:
            connection.start(200)
            silent(connection)
        else:
            connection.respond(200, b'{"id": "a1"}')


async def test_a_call_beyond_the_limit_ends_in_time_without_having_been_sent(client_kind: ClientKind) -> None:
    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        held = [client.stream_request("GET", "/held") for _ in range(2)]
        for stream in held:
            await client_kind.get(stream.__aenter__() if client_kind.is_async else stream.__enter__())
        with pytest.raises(alli.APITimeoutError) as caught:
            await client_kind.get(client.with_options(timeout=(0.4, 20, 20, 0.1)).apps.get("a1"))
        assert not caught.value.request_sent
        with pytest.raises(alli.DeadlineExceededError):
            await client_kind.get(client.with_options(deadline=0.1).apps.get("a1"))
        await client_kind.close(held.pop())
        for _ in range(5):
            assert (await client_kind.get(client.apps.get("a1"))).id == "a1"
        await client_kind.close(held.pop())
        server.release.set()
    assert len(server.requests) == 7


async def test_failures_give_their_slots_back(client_kind: ClientKind) -> None:
    def refuse(connection: Connection) -> None:
        if connection.read_request():
            connection.reset()

    with ScriptedServer(refuse) as server:
        client = client_kind.make(base_url=server.url, timeout=(5, 5, 5, 0.1), max_retries=0)
        for _ in range(5):
            with pytest.raises(alli.APIConnectionError) as caught:
                await client_kind.get(client.apps.get("a1"))
            assert caught.value.request_sent


def quick(connection: Connection) -> None:
    if connection.read_request():
        threading.Event().wait(0.02)
        connection.respond(200, b'{"id": "a1"}')


async def test_many_tasks_share_few_connections() -> None:
    with ScriptedServer(quick) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            apps = await asyncio.gather(*(client.apps.get("a1") for _ in range(30)))
        assert len(apps) == 30
        assert len(server.connections) <= 2


def test_many_threads_share_few_connections() -> None:
    got: list[Any] = []
    with ScriptedServer(quick) as server, alli.Alli(api_key="k", base_url=server.url) as client:
        threads = [threading.Thread(target=lambda: got.append(client.apps.get("a1"))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 20
        assert len(server.connections) <= 2


def test_a_slot_that_a_late_thread_gets_after_its_time_goes_to_the_next(clock: Clock) -> None:
    class Late(queue.SimpleQueue[None]):
        """The thread that waits is woken in time, and has its turn a second later."""

        def get(self, block: bool = True, timeout: float | None = None) -> None:
            super().get(block, timeout)
            clock.forward(1)

    slots = Slots(0)
    slots._free = Late()
    slots.free()
    assert not slots._is_freed_within(0.5)
    assert slots._is_freed_within(2)
