"""One request has one connection to itself: none is closed under a request, few are opened, none is kept for ever."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alli import APIConnectionError
from alli._http.connections import AsyncConnections, Connections

from tests.alli.client_kind import ClientKind
from tests.answers import give_app
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

CALLERS = 24


class Thing:
    """What is kept: it tells whether it was closed."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


def connections(kind: ClientKind, seconds: float) -> Connections[Thing] | AsyncConnections[Thing]:
    return AsyncConnections(Thing, seconds) if kind.is_async else Connections(Thing, seconds)


async def test_the_connection_used_last_is_the_next_to_be_used(client_kind: ClientKind) -> None:
    kept = connections(client_kind, 60)
    first, second = kept.take(), kept.take()
    assert first is not second
    await client_kind.get(kept.give_back(first))
    await client_kind.get(kept.give_back(second))
    assert kept.take() is second
    assert kept.take() is first
    assert not first.is_closed
    assert not second.is_closed


async def test_connections_that_have_waited_too_long_are_closed_when_another_is_given_back(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("alli._http.connections.time.monotonic", lambda: now)
    kept = connections(client_kind, 30)
    things = [kept.take() for _ in range(4)]
    for thing in things[:2]:
        await client_kind.get(kept.give_back(thing))
    now = 29.9
    await client_kind.get(kept.give_back(things[2]))
    assert not any(thing.is_closed for thing in things)
    now = 30.0
    await client_kind.get(kept.give_back(things[3]))
    assert [thing.is_closed for thing in things] == [True, True, False, False]
    assert kept.take() is things[3]


async def test_closing_closes_also_those_in_use(client_kind: ClientKind) -> None:
    kept = connections(client_kind, 30)
    busy, idle, dropped = kept.take(), kept.take(), kept.take()
    await client_kind.get(kept.give_back(idle))
    await client_kind.get(kept.drop(dropped))
    assert (busy.is_closed, idle.is_closed, dropped.is_closed) == (False, False, True)
    await client_kind.close(kept)
    assert (busy.is_closed, idle.is_closed) == (True, True)


async def test_calls_one_after_another_share_one_connection(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        for _ in range(5):
            await client_kind.get(client.apps.get("a1"))
        assert (len(server.requests), len(server.connections)) == (5, 1)


async def test_calls_at_the_same_time_have_a_connection_each_and_none_is_closed_under_them(
    client_kind: ClientKind,
) -> None:
    rounds = 12
    gate = threading.Barrier(CALLERS)

    def together(connection: Connection) -> None:
        # All are asked for before the first is answered, so all connections become idle at about the same time, again and again.
        if connection.read_request():
            gate.wait(20)
            connection.respond(200, b'{"id": "a1", "name": "App"}')

    with ScriptedServer(together) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        if client_kind.is_async:
            for _ in range(rounds):
                apps = await asyncio.gather(*[client.apps.get("a1") for _ in range(CALLERS)])
                assert [app.id for app in apps] == ["a1"] * CALLERS
        else:
            with ThreadPoolExecutor(CALLERS) as pool:
                for _ in range(rounds):
                    apps = list(pool.map(client.apps.get, ["a1"] * CALLERS))
                    assert [app.id for app in apps] == ["a1"] * CALLERS
        assert (len(server.requests), len(server.connections)) == (rounds * CALLERS, CALLERS)


async def test_a_broken_connection_is_not_used_again(client_kind: ClientKind) -> None:
    def hang_up_once(connection: Connection) -> None:
        if connection.read_request() is None:
            return
        if len(connection.server.requests) == 1:
            connection.close()
        else:
            connection.respond(200, b'{"id": "a1", "name": "App"}')

    with ScriptedServer(hang_up_once) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(APIConnectionError):
            await client_kind.get(client.apps.get("a1"))
        assert (await client_kind.get(client.apps.get("a1"))).id == "a1"
        assert len(server.connections) == 2
