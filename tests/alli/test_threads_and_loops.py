"""One client serves many threads, many tasks, and event loops one after another or at once."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alli import Alli, AsyncAlli
from alli._http.http_clients import AsyncClientPool

from tests.answers import give_app
from tests.programs import printed_by
from tests.servers import Connection, ScriptedServer


def test_one_client_serves_32_threads() -> None:
    begin = threading.Barrier(32)
    with ScriptedServer(give_app) as server, Alli(api_key="k", base_url=server.url) as client:

        def work(number: int) -> list[str]:
            begin.wait(20)
            mine = client.with_options(user_id=f"user-{number}")
            return [mine.apps.get(f"app-{number}-{turn}").id for turn in range(5)]

        with ThreadPoolExecutor(32) as pool:
            results = list(pool.map(work, range(32)))
    assert results == [[f"app-{number}-{turn}" for turn in range(5)] for number in range(32)]
    assert len(server.requests) == 160
    for request in server.requests:
        number = request.path.split("-")[1]
        assert request.headers["own-user-id"] == f"user-{number}"
    assert len(server.connections) <= 32


def test_the_names_of_the_package_can_be_asked_for_by_32_threads_at_once() -> None:
    program = """
import threading, alli
begin = threading.Barrier(32)
failures = []
def look():
    begin.wait()
    try:
        for name in alli.__all__:
            getattr(alli, name)
        client = alli.Alli(api_key="k", base_url="http://127.0.0.1:9")
        client.close()
    except BaseException as error:
        failures.append(repr(error))
threads = [threading.Thread(target=look) for _ in range(32)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not failures, failures
"""
    printed_by(program, options=("-W", "error"))


async def test_many_tasks_share_one_async_client() -> None:
    with ScriptedServer(give_app) as server:
        async with AsyncAlli(api_key="k", base_url=server.url) as client:
            apps = await asyncio.gather(*(client.apps.get(f"app-{number}") for number in range(50)))
    assert [app.id for app in apps] == [f"app-{number}" for number in range(50)]


LOOPS = """
import asyncio, gc, sys
from alli import AsyncAlli

client = AsyncAlli(api_key="k", base_url=sys.argv[1])

async def work():
    one = await client.apps.get("a1")
    two, three = await asyncio.gather(client.apps.get("a2"), client.apps.get("a3"))
    return one.id + two.id + three.id

for _ in range(3):
    assert asyncio.run(work()) == "a1a2a3"
    gc.collect()
asyncio.run(client.aclose())
del client
gc.collect()
"""


def test_one_async_client_serves_three_event_loops_one_after_the_other() -> None:
    with ScriptedServer(give_app) as server:
        # Warnings raised where nobody can catch them are printed, which `printed_by` refuses.
        printed_by(LOOPS, server.url, options=("-W", "error"))
        assert len(server.requests) == 9
        assert server.all_ended()


def test_one_async_client_serves_two_event_loops_at_once() -> None:
    both = threading.Barrier(2)

    def answer(connection: Connection) -> None:
        if request := connection.read_request():
            app_id = request.path.rpartition("/")[2]
            if app_id == "a0":
                both.wait(20)  # neither loop gets on before the other has asked
            connection.respond(200, b'{"id": "%s"}' % app_id.encode())

    with ScriptedServer(answer) as server:
        client = AsyncAlli(api_key="k", base_url=server.url)

        async def work() -> list[str]:
            return [(await client.apps.get(f"a{number}")).id for number in range(10)]

        expected = [f"a{number}" for number in range(10)]
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(asyncio.run, [work(), work()])) == [expected, expected]
        asyncio.run(client.aclose())


async def test_an_async_client_left_to_die_after_its_loop_touches_no_loop() -> None:
    program = """
import asyncio, gc, sys
from alli import AsyncAlli
client = AsyncAlli(api_key="k", base_url=sys.argv[1])
loop = asyncio.new_event_loop()
loop.run_until_complete(client.apps.get("a1"))
loop.run_until_complete(client.aclose())
loop.close()
del client
gc.collect()
"""
    with ScriptedServer(give_app) as server:
        printed_by(program, server.url, options=("-W", "error"))


async def test_a_cancelled_call_closes_its_connection() -> None:
    begun = threading.Event()
    left = threading.Event()

    def stay_silent(connection: Connection) -> None:
        if connection.read_request():
            begun.set()
            if connection.wait_until_peer_closes():
                left.set()

    with ScriptedServer(stay_silent) as server:
        async with AsyncAlli(api_key="k", base_url=server.url) as client:
            call = asyncio.ensure_future(client.apps.run("a1", {"text": "x"}))
            assert await asyncio.to_thread(begun.wait, 10)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert await asyncio.to_thread(left.wait, 10)
    assert len(server.requests) == 1


async def test_calls_given_up_by_a_task_group_leave_the_client_usable() -> None:
    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request and request.path.endswith("/slow"):
            connection.wait_until_peer_closes()
        elif request:
            connection.respond(200, b'{"id": "quick"}')

    with ScriptedServer(answer) as server:
        async with AsyncAlli(api_key="k", base_url=server.url) as client:
            for _ in range(5):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(client.apps.get("slow"), 0.05)
            assert (await client.apps.get("quick")).id == "quick"


def test_a_client_keeps_no_event_loop_that_has_ended() -> None:
    async def call(client: AsyncAlli) -> weakref.ref[asyncio.AbstractEventLoop]:
        await client.apps.get("a1")
        return weakref.ref(asyncio.get_running_loop())

    with ScriptedServer(give_app) as server:
        client = AsyncAlli(api_key="k", base_url=server.url)
        loops = [asyncio.run(call(client)) for _ in range(5)]
        gc.collect()
        assert [loop() for loop in loops] == [None] * 5


def test_a_loop_may_begin_while_a_client_looks_for_loops_that_have_ended() -> None:
    class Loop:
        """What the pool asks an event loop."""

        def is_closed(self) -> bool:
            return False

    pool: Any = AsyncClientPool(None, "https://alli.test")
    kept, others, is_over = [Loop() for _ in range(200)], [Loop() for _ in range(200)], threading.Event()

    def come_and_go() -> None:
        while not is_over.is_set():
            for loop in others:
                pool._clients[loop] = None
            for loop in others:
                pool.forget(loop)

    for one in kept:
        pool._clients[one] = None
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _ in range(500):
            pool._forget_closed_loops()
    finally:
        is_over.set()
        thread.join()
        sys.setswitchinterval(interval)
        pool._clients.clear()
