"""What was sent, read or closed is freed at once: no cycle keeps it until the next collection."""

from __future__ import annotations

import asyncio
import gc
import io
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.answers import after_request, give_app
from tests.servers import Connection, ScriptedServer
from tests.waiting import eventually


@contextmanager
def without_collections() -> Iterator[None]:
    """Cycles are kept meanwhile, as between two collections."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def gone(held: list[weakref.ref[Any]]) -> bool:
    """Whether these objects are freed; to be asked `without_collections`."""
    assert not gc.isenabled()
    return eventually(lambda: not any(one() is not None for one in held))  # a thread of a pool lets go a moment later


class File(io.BytesIO):
    """A file that can be referred to weakly."""


@pytest.mark.parametrize("fails", [False, True])
async def test_no_cycle_keeps_what_was_uploaded(client_kind: ClientKind, fails: bool) -> None:
    def answer(connection: Connection) -> None:
        connection.respond(500 if fails else 200, b'{"result": {"responses": []}}')

    async def upload(client: Any) -> weakref.ref[File]:
        file = File(b"x" * 100_000)
        try:
            await client_kind.get(client.apps.run("a1", {"doc": file}))
        except alli.AlliError:
            assert fails
        return weakref.ref(file)

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        await upload(client)
        with without_collections():
            assert gone([await upload(client) for _ in range(3)])


async def test_a_closed_client_is_gone_without_a_collection_of_cycles(client_kind: ClientKind) -> None:
    with ScriptedServer(give_app) as server:
        client: Any = (alli.AsyncAlli if client_kind.is_async else alli.Alli)(api_key="k", base_url=server.url)
        with without_collections():
            await client_kind.get(client.apps.get("a1"))
            pool: Any = client._http._client
            made = next(iter(pool._clients.values())) if client_kind.is_async else pool._client
            held = [weakref.ref(one) for one in (client, client.apps, pool, made, made._transport)]
            await client_kind.close(client)
            del client, pool, made
            assert gone(held)


FAILING: dict[str, Callable[[Connection], None]] = {
    "refused": lambda connection: connection.respond(401, b"{}"),
    "not JSON": lambda connection: connection.respond(200, b"<html>"),
    "reported in the stream": lambda connection: connection.respond(200, b'{"error": "no"}'),
    "reset": Connection.reset,
}


@pytest.mark.parametrize("failure", FAILING)
async def test_no_cycle_keeps_a_stream_that_failed_or_what_was_sent_for_it(
    client_kind: ClientKind, failure: str
) -> None:
    async def read(client: Any) -> list[weakref.ref[Any]]:
        file = File(b"x")
        held: list[weakref.ref[Any]] = [weakref.ref(file)]
        for stream in (client.apps.stream("a1", {"doc": file}), client.stream_request("POST", "/webapi/x")):
            held.append(weakref.ref(stream))
            for _ in range(2):
                with pytest.raises(alli.AlliError):
                    await client_kind.list(stream)
        del stream
        await asyncio.sleep(0)  # the loop holds the task that woke this one, with its error, until then
        return held

    with ScriptedServer(after_request(FAILING[failure])) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        await read(client)
        with without_collections():
            assert gone(await read(client))


def test_the_thread_of_the_alarms_keeps_no_call_whose_alarm_was_stopped() -> None:
    from alli._calls.deadlines import Alarm

    file, rang = File(b"x"), threading.Event()
    held = weakref.ref(file)
    alarm = Alarm(60, file.close)
    Alarm(0.01, rang.set)
    assert rang.wait(5)  # the thread looks through all alarms, and waits again
    alarm.stop()
    with without_collections():
        del alarm, file
        assert gone([held])


class Row(dict[str, str]):
    """A row that can be referred to weakly."""


async def test_no_cycle_keeps_the_rows_of_a_map_that_was_stopped(client_kind: ClientKind) -> None:
    async def stopped(client: Any) -> weakref.ref[Row]:
        row = Row(text="x")
        held = weakref.ref(row)
        rows = [row]
        del row
        with pytest.raises(alli.MapStopped):
            await client_kind.list(client.apps.map("a1", iter([rows.pop()]), stop_after=1))
        await asyncio.sleep(0)
        return held

    with ScriptedServer(after_request(Connection.reset)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        await stopped(client)
        with without_collections():
            assert gone([await stopped(client)])
