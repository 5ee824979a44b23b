"""Other event loops than asyncio's: uvloop, trio, gevent."""

from __future__ import annotations

import asyncio
import io
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alli
import pytest
from alli._calls.operations import Operation

from tests.alli.streams import keeps_alive, record, saying_hello, starting
from tests.answers import give_app, silent
from tests.programs import printed_by
from tests.servers import Connection, ScriptedServer

DOWNLOAD = Operation("documents.download", id="", idempotent=True, answer="bytes")
one_record_and_silence = starting(record("Hello"), then=silent)
one_record_and_blanks = starting(record("Hello"), then=keeps_alive)


def on_uvloop(main: Callable[[], Any]) -> Any:
    uvloop = pytest.importorskip("uvloop")
    return uvloop.run(main())


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Any]], Any]:
    return on_uvloop if request.param == "uvloop" else lambda main: asyncio.run(main())


def test_a_stream_is_closed_from_another_task(run: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> tuple[type[BaseException], float]:
        async with alli.AsyncAlli(api_key="k", base_url=server.url, max_retries=0) as client:
            stream = client.apps.stream_conversation("a1", "hi")
            reading = asyncio.create_task(stream.result())
            while stream.text != "Hello":
                await asyncio.sleep(0.01)
            began = time.monotonic()
            await stream.aclose()
            with pytest.raises(alli.StreamInterruptedError) as caught:
                await reading
            return type(caught.value), time.monotonic() - began

    with ScriptedServer(one_record_and_silence) as server:
        kind, seconds = run(main)
    assert kind is alli.StreamInterruptedError
    assert seconds < 1
    assert [line for line in caplog.records if line.name == "asyncio" and line.levelno >= logging.ERROR] == []


def test_a_stream_that_is_read_on_in_the_next_loop_is_cut_off_and_not_complete(run: Any) -> None:
    stream: Any = None

    async def begin() -> None:
        nonlocal stream
        stream = client.apps.stream_conversation("a1", "hi")
        while stream.text != "Hello":
            await anext(stream)

    async def go_on() -> None:
        with pytest.raises(alli.StreamInterruptedError) as cut:
            await stream.result()
        assert cut.value.partial is not None
        assert cut.value.partial.text == "Hello"
        assert cut.value.outcome_unknown
        await client.aclose()

    with ScriptedServer(one_record_and_blanks) as server:
        client = alli.AsyncAlli(api_key="k", base_url=server.url)
        run(begin)
        run(go_on)


def test_a_file_that_is_read_on_in_the_next_loop_is_not_saved_in_part(run: Any, tmp_path: Path) -> None:
    file: Any = None

    async def begin() -> None:
        nonlocal file
        file = await client.apps._transport.file(DOWNLOAD, {"method": "get", "url": "/webapi/file"})

    async def go_on() -> None:
        with pytest.raises(alli.APIConnectionError, match="ended before the answer did"):
            await file.save(tmp_path / "file.txt")
        await client.aclose()

    with ScriptedServer(starting(b"not JSON, not HTML", then=keeps_alive)) as server:
        client = alli.AsyncAlli(api_key="k", base_url=server.url)
        run(begin)
        run(go_on)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_is_closed_from_another_thread(run: Any) -> None:
    async def main() -> None:
        async with alli.AsyncAlli(api_key="k", base_url=server.url, max_retries=0) as client:
            stream = client.apps.stream_conversation("a1", "hi")
            reading = asyncio.create_task(stream.result())
            while stream.text != "Hello":
                await asyncio.sleep(0.01)
            await asyncio.to_thread(lambda: asyncio.run(stream.aclose()))
            with pytest.raises(alli.StreamInterruptedError):
                await asyncio.wait_for(reading, 5)

    with ScriptedServer(one_record_and_silence) as server:
        run(main)


@pytest.mark.parametrize("what", ["read", "closed"])
def test_a_stream_that_another_loop_has_is_not_read_here_but_can_be_closed(what: str) -> None:
    async def elsewhere(stream: Any) -> None:
        if what == "closed":
            await stream.aclose()
            return
        with pytest.raises(alli.StreamInterruptedError) as cut:
            await stream.result()
        assert "another event loop" in str(cut.value.__cause__)
        assert cut.value.partial is not None
        assert cut.value.partial.text == "Hello"

    async def main() -> None:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            stream = client.apps.stream_conversation("a1", "hi")
            while stream.text != "Hello":
                await anext(stream)
            # In debug mode, asyncio refuses what another thread may not do.
            await asyncio.to_thread(lambda: asyncio.run(elsewhere(stream), debug=True))
            assert await asyncio.to_thread(closed.wait, 5)

    def until_closed(connection: Connection) -> None:
        if connection.wait_until_peer_closes():
            closed.set()

    closed = threading.Event()
    with ScriptedServer(starting(record("Hello"), then=until_closed)) as server:
        asyncio.run(main(), debug=True)


@pytest.mark.parametrize(
    ("options", "error"),
    [({"deadline": 0.4}, alli.DeadlineExceededError), ({"idle_timeout": 0.4}, alli.StreamIdleError)],
    ids=["deadline", "idle watch"],
)
def test_watchdogs_end_streams_that_keep_silent_or_drip(
    run: Any, options: dict[str, Any], error: type[alli.AlliError], caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with alli.AsyncAlli(api_key="k", base_url=server.url, max_retries=0) as client:
            for _ in range(2):
                with pytest.raises(error):
                    await client.with_options(**options).apps.run_conversation("a1", "hi")

    for answer in (one_record_and_silence, one_record_and_blanks):
        with ScriptedServer(answer) as server:
            began = time.monotonic()
            run(main)
            assert time.monotonic() - began < 5
    assert [line for line in caplog.records if line.name == "asyncio" and line.levelno >= logging.ERROR] == []


def test_calls_lists_uploads_and_streams_work_on_uvloop() -> None:
    answer = saying_hello(besides=b'{"id": "a1", "apps": [{"id": "a1"}], "result": {"responses": []}}')

    async def main() -> list[Any]:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            return [
                (await client.apps.get("a1")).id,
                [app.id async for app in client.apps.list()],
                (await client.apps.run("a1", {"f": ("f", io.BytesIO(b"x" * 200_000))})).text,
                (await client.apps.run_conversation("a1", "hi")).text,
            ]

    with ScriptedServer(answer) as server:
        assert on_uvloop(main) == ["a1", ["a1"], "", "Hello"]


def test_under_trio_one_sentence_says_what_is_needed_and_nothing_is_sent() -> None:
    trio = pytest.importorskip("trio")
    said: list[str] = []

    async def main() -> None:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            for call in (
                lambda: client.apps.list(),
                lambda: client.apps.get("a1"),
                lambda: client.apps.run_conversation("a1", "hi"),
                lambda: client.apps.stream("a1").result(),
            ):
                with pytest.raises(alli.ConfigurationError) as caught:
                    await call()
                said.append(str(caught.value))

    with ScriptedServer(give_app) as server:
        trio.run(main)
        assert server.connections == []
    assert set(said) == {said[0]}
    assert "runs on asyncio" in said[0]
    assert "trio.to_thread.run_sync" in said[0]


def test_a_sync_client_works_in_a_thread_of_trio() -> None:
    trio = pytest.importorskip("trio")
    with ScriptedServer(give_app) as server, alli.Alli(api_key="k", base_url=server.url) as client:
        assert trio.run(trio.to_thread.run_sync, lambda: client.apps.get("a1").name) == "One"


GEVENT = """
import sys
if sys.argv[2] == "late":
    import alli, alli._http.http, alli._http.concurrency, alli._calls.deadlines, alli._stream.run_stream
if sys.argv[2] == "after calls":
    from alli import Alli
    with Alli(api_key="k", base_url=sys.argv[1], deadline=5) as early:
        early.apps.get("a1")
from gevent import monkey
monkey.patch_all()
import gevent
from alli import Alli
client = Alli(api_key="k", base_url=sys.argv[1], max_retries=0)
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.02)
gevent.spawn(tick)
def call(kind):
    if kind == "plain":
        return client.apps.get("a1").id
    if kind == "deadline":
        return client.with_options(deadline=5).apps.get("a1").id
    with client.apps.stream_conversation("a1", "x") as stream:
        return "".join(stream.text_stream)
jobs = [gevent.spawn(call, kind) for kind in ("plain", "deadline", "stream") * 2]
gevent.joinall(jobs, raise_error=True)
print([job.value for job in jobs], len(ticks) > 5)
"""


@pytest.mark.parametrize("when", ["first", "late", "after calls"])
def test_gevent_may_patch_before_or_after_the_import(when: str) -> None:
    pytest.importorskip("gevent")
    hello = saying_hello(besides=b'{"id": "a1"}')

    def answer(connection: Connection) -> None:
        time.sleep(0.2)
        hello(connection)

    with ScriptedServer(answer) as server:
        printed = printed_by(GEVENT, server.url, when, options=("-W", "ignore"))
    assert printed == "['a1', 'a1', 'Hello', 'a1', 'a1', 'Hello'] True"
