"""What came after Python 3.11: tasks that begin at once, several interpreters in one process."""

from __future__ import annotations

import asyncio
import sys
import time

import alli
import pytest

from tests.alli.streams import HEADERS, record
from tests.answers import give_app
from tests.servers import Connection, ScriptedServer


def answer(connection: Connection) -> None:
    """A stream that goes silent after its first record, nothing at all for "silent", or else an app."""
    request = connection.read_request()
    if request is None:
        return
    if "run_conversation" in request.target:
        connection.start(200, HEADERS)
        connection.chunk(record("Hello"))
        connection.wait_until_peer_closes()
    elif "silent" in request.target:
        connection.wait_until_peer_closes()
    else:
        connection.respond(200, b'{"id": "a1"}')


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 brought tasks that begin at once")
async def test_calls_deadlines_and_cancelling_work_in_tasks_that_begin_at_once() -> None:
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    with ScriptedServer(answer) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url, max_retries=0) as client:
            found = await asyncio.gather(*(client.apps.get("a1") for _ in range(8)))
            assert [app.id for app in found] == ["a1"] * 8
            began = time.monotonic()
            with pytest.raises(alli.DeadlineExceededError):
                await client.with_options(deadline=0.1).apps.get("silent")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.apps.get("silent")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await client.apps.stream_conversation("a1", "hi").result()
            stream = client.apps.stream_conversation("a1", "hi")
            reading = asyncio.create_task(stream.result())
            while stream.text != "Hello":
                await asyncio.sleep(0.01)
            await stream.aclose()
            with pytest.raises(alli.StreamInterruptedError):
                await reading
            assert time.monotonic() - began < 5
        assert server.all_ended()


def ask(url: str) -> str:
    """Runs in another interpreter, where nothing is imported yet."""
    with alli.Alli(api_key="k", base_url=url, deadline=20) as client:
        return client.apps.get("a1").name or ""


@pytest.mark.skipif(sys.version_info < (3, 14), reason="Python 3.14 brought the module")
def test_each_interpreter_of_a_process_has_clients_and_their_errors_reach_the_others() -> None:
    from concurrent.futures import InterpreterPoolExecutor

    with ScriptedServer(give_app) as server, InterpreterPoolExecutor(2) as pool:
        assert list(pool.map(ask, [server.url] * 4)) == ["One"] * 4
        with pytest.raises(alli.ConfigurationError, match="base_url"):
            pool.submit(ask, "ftp://alli.test").result()
