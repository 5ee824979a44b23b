"""Other people's programs: another event loop, no asyncio at all, gevent, an interpreter that ends, a zip file, a frozen program."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.streams import HEADERS, record
from tests.answers import after_request, give_app
from tests.servers import Connection, ScriptedServer

ROOT = Path(alli.__file__).parents[1]


def runs(
    program: str, *arguments: str, options: tuple[str, ...] = (), environment: dict[str, str] | None = None
) -> str:
    """What a program prints that ends well and complains of nothing."""
    command = [sys.executable, *options, "-c", program, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=50, env={**os.environ, **(environment or {})}
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def one_record_and_silence(connection: Connection) -> None:
    connection.start(200, HEADERS)
    connection.chunk(record("Hello"))
    connection.server.release.wait(20)


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

    with ScriptedServer(after_request(one_record_and_silence)) as server:
        kind, seconds = run(main)
    assert kind is alli.StreamInterruptedError
    assert seconds < 1
    assert [line for line in caplog.records if line.name == "asyncio" and line.levelno >= logging.ERROR] == []


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

    with ScriptedServer(after_request(one_record_and_silence)) as server:
        run(main)


@pytest.mark.parametrize(
    ("options", "error"),
    [({"deadline": 0.4}, alli.DeadlineExceededError), ({"idle_timeout": 0.4}, alli.StreamIdleError)],
    ids=["deadline", "idle watch"],
)
def test_watchdogs_end_streams_that_keep_silent_or_drip(
    run: Any, options: dict[str, Any], error: type[alli.AlliError], caplog: pytest.LogCaptureFixture
) -> None:
    def drip(connection: Connection) -> None:
        connection.start(200, HEADERS)
        connection.chunk(record("Hello"))
        while not connection.server.release.wait(0.05):
            connection.chunk(b"\n")

    async def main() -> None:
        async with alli.AsyncAlli(api_key="k", base_url=server.url, max_retries=0) as client:
            for _ in range(2):
                with pytest.raises(error):
                    await client.with_options(**options).apps.run_conversation("a1", "hi")

    for answer in (one_record_and_silence, drip):
        with ScriptedServer(after_request(answer)) as server:
            began = time.monotonic()
            run(main)
            assert time.monotonic() - began < 5
    assert [line for line in caplog.records if line.name == "asyncio" and line.levelno >= logging.ERROR] == []


def test_calls_lists_uploads_and_streams_work_on_uvloop() -> None:
    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request is not None and "run_conversation" in request.target:
            connection.start(200, HEADERS)
            connection.chunk(record("Hello"))
            connection.end()
        elif request is not None:
            connection.respond(200, b'{"id": "a1", "apps": [{"id": "a1"}], "result": {"responses": []}}')

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

    def answer(connection: Connection) -> None:
        request = connection.read_request()
        time.sleep(0.2)
        if request is not None and "run_conversation" in request.target:
            connection.start(200, HEADERS)
            connection.chunk(record("Hello"))
            connection.end()
        elif request is not None:
            connection.respond(200, b'{"id": "a1"}')

    with ScriptedServer(answer) as server:
        printed = runs(GEVENT, server.url, when, options=("-W", "ignore"))
    assert printed == "['a1', 'a1', 'Hello', 'a1', 'a1', 'Hello'] True"


BARE = """
import asyncio, sys
from pathlib import Path
from alli import Alli, AsyncAlli
assert not __debug__ and Alli.__doc__ is None
with Alli(api_key="k", base_url=sys.argv[1]) as client:
    print(client.apps.run("a1", {"f": Path(sys.argv[2])}).text)
    print(client.apps.run_conversation("a1", "hi").text)
async def main():
    async with AsyncAlli(api_key="k", base_url=sys.argv[1]) as client:
        print((await client.with_options(deadline=5).apps.run_conversation("a1", "hi")).text)
asyncio.run(main())
"""


def test_a_program_without_docstrings_home_or_utf_8_whose_warnings_are_errors_works(tmp_path: Path) -> None:
    file = tmp_path / "계약 서.txt"
    file.write_text("x", encoding="utf-8")

    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request is not None and "run_conversation" in request.target:
            connection.start(200, HEADERS)
            connection.chunk(record("Hello"))
            connection.end()
        elif request is not None:
            connection.respond(200, b'{"result": {"responses": [{"message": "Sent"}]}}')

    bare = {"HOME": "/nowhere", "TMPDIR": "/nowhere", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    with ScriptedServer(answer) as server:
        options = ("-OO", "-W", "error", "-X", "utf8=0", "-X", "warn_default_encoding")
        assert runs(BARE, server.url, str(file), options=options, environment=bare).split() == [
            "Sent",
            "Hello",
            "Hello",
        ]
    assert "계약 서.txt".encode() in server.requests[0].body


ENDING = """
import atexit, sys, threading
from alli import Alli, AlliError
client = Alli(api_key="k", base_url=sys.argv[1], max_retries=0)
client.apps.get("a1")
def last():
    for one in (client, client.with_options(deadline=5)):
        try:
            print(one.apps.get("a1").name)
            with one.apps.stream_conversation("a1", "hi") as stream:
                print(stream.result().text)
        except AlliError as error:
            print("ours", error)
    client.close()
atexit.register(last)
if sys.argv[2] == "threads are over":
    threading._register_atexit(last) if hasattr(threading, "_register_atexit") else None
"""


def test_calls_are_made_while_the_interpreter_shuts_down() -> None:
    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request is not None and "run_conversation" in request.target:
            connection.start(200, HEADERS)
            connection.chunk(record("Hello"))
            connection.end()
        elif request is not None:
            connection.respond(200, b'{"id": "a1", "name": "One"}')

    with ScriptedServer(answer) as server:
        assert runs(ENDING, server.url, "").split("\n") == ["One", "Hello"] * 2


LEFT_OPEN = """
import sys
from alli import Alli, AsyncAlli
client = Alli(api_key="k", base_url=sys.argv[1])
stream = client.apps.stream_conversation("a1", "hi")
print(next(iter(stream)).type)
keep = [client, stream, client.apps]
sys.modules["keep"] = keep
"""


def test_a_program_may_end_with_a_stream_and_a_client_open() -> None:
    with ScriptedServer(after_request(one_record_and_silence)) as server:
        assert runs(LEFT_OPEN, server.url) == "conversation.started"


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in a zip file, as zipapp and some servers of functions ship it."""
    path = tmp_path_factory.mktemp("zip") / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (ROOT / "alli").rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, file.relative_to(ROOT).as_posix())
    return path


IN_A_ZIP = """
import sys
sys.path = [sys.argv[1], *[folder for folder in sys.path if not folder.endswith("generated")]]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
import alli
assert ".zip" in alli.__file__, alli.__file__
with alli.Alli(api_key="k", base_url=sys.argv[2]) as client:
    print(client.apps.get("a1").name)
    try:
        client.with_options(strict=True).apps.get("a1")
    except alli.APIStatusError as error:
        print("strict" in str(error))
"""


def test_the_package_runs_from_a_zip_file_also_strictly(zipped: Path) -> None:
    with ScriptedServer(
        after_request(lambda connection: connection.respond(200, b'{"id": 1, "name": "One"}'))
    ) as server:
        assert runs(IN_A_ZIP, str(zipped), server.url) == "One\nTrue"


def test_a_program_without_the_document_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from alli._json import strictness

    monkeypatch.setattr(strictness, "files", lambda package: tmp_path)
    strictness._document.cache_clear()
    with (
        ScriptedServer(give_app) as server,
        alli.Alli(api_key="k", base_url=server.url, strict=True) as client,
        pytest.raises(alli.ConfigurationError, match="--collect-data alli"),
    ):
        client.apps.get("a1")
    strictness._document.cache_clear()


@pytest.mark.parametrize(
    ("content_type", "sent"), [("application/pdf", b"application/pdf"), (None, b"text/plain"), ("a\nb", b"text/plain")]
)
async def test_fastapi_s_uploads_are_files(client_kind: ClientKind, content_type: str | None, sent: bytes) -> None:
    from starlette.datastructures import Headers, UploadFile

    def uploaded() -> UploadFile:
        headers = None if content_type is None else Headers({"content-type": content_type})
        return UploadFile(io.BytesIO(b"whole file"), filename="notes.txt", headers=headers)

    with ScriptedServer(
        after_request(lambda connection: connection.respond(200, b'{"result": {"responses": []}}'))
    ) as server:
        client = client_kind.make(base_url=server.url)
        uploads = [uploaded(), uploaded()]
        await client_kind.get(client.apps.run("a1", {"doc": uploads[0]}))
        await client_kind.get(client.apps.run_conversation("a1", "hi", files=[uploads[1]]))
    assert len(server.requests) == 2
    for request in server.requests:
        assert b'filename="notes.txt"' in request.body
        assert b"Content-Type: " + sent + b"\r\n\r\nwhole file" in request.body
    assert not any(upload.file.closed for upload in uploads)


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_a_client_refuses_to_be_copied(client_kind: ClientKind, how: Callable[[Any], Any]) -> None:
    client = client_kind.make()
    with pytest.raises(TypeError, match="with_options"):
        how(client)


def test_the_client_of_a_refused_setting_can_be_printed() -> None:
    for kind in (alli.Alli, alli.AsyncAlli):
        assert repr(kind.__new__(kind)) == f"{kind.__name__}()"


def test_alarms_ring_in_their_order_and_one_that_fails_silences_none() -> None:
    from alli._calls.deadlines import Alarm

    rang: list[int] = []
    done = threading.Event()

    def fail() -> None:
        raise LookupError

    alarms = {number: Alarm(0.02 * number, lambda number=number: rang.append(number)) for number in (3, 1, 2)}
    Alarm(0.01, fail)
    stopped = Alarm(0.03, lambda: rang.append(99))
    stopped.stop()
    Alarm(0.2, done.set)
    assert done.wait(5)
    # Where the machine was busy meanwhile, the one set last may be due last.
    assert rang == sorted(alarms, key=lambda number: alarms[number].at)
    assert all(alarm.has_fired for alarm in alarms.values())
