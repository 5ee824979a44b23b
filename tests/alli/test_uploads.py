"""Uploads that fail are sent again whole or not at all, leave no file open, and need little memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alli import APIConnectionError, InvalidArgumentError, RetryPolicy, UploadProgress

from tests.alli.client_kind import ClientKind
from tests.alli.file_forms import ANSWER, FORMS, OnlyRead, close_open
from tests.alli.multipart import part_named
from tests.answers import answering
from tests.places import ROOT
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True


@pytest.mark.parametrize("form", [form for form in FORMS if form != "only read"])
async def test_a_retried_upload_sends_the_same_bytes(client_kind: ClientKind, contract: Path, form: str) -> None:
    def refuse_once(connection: Connection) -> None:
        if connection.read_request():
            first = len(connection.server.requests) == 1
            connection.respond(429 if first else 200, ANSWER, {"Retry-After": "0"} if first else None)

    value = FORMS[form][0](contract)
    with ScriptedServer(refuse_once) as server:
        client = client_kind.make(base_url=server.url)
        result = await client_kind.get(client.apps.run("a1", {"F": value, "tone": "kind"}))
    close_open(value)
    first, second = server.requests
    assert first.headers == second.headers
    assert first.body == second.body
    assert contract.read_bytes() in second.body
    assert result.attempts == 2


@pytest.mark.parametrize("kind", ["only read", "pipe"])
async def test_a_stream_that_cannot_be_read_twice_goes_in_chunks_and_is_not_sent_again(
    client_kind: ClientKind, kind: str
) -> None:
    refuse = answering(429, b"{}", {"Retry-After": "0"})

    content = b"streamed " * 1000
    with ScriptedServer(refuse) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(max_retries=5, base=0))
        if kind == "pipe":
            reading, writing = os.pipe()
            file: Any = os.fdopen(reading, "rb")
            os.write(writing, content)
            os.close(writing)
        else:
            file = OnlyRead(content)
        with pytest.raises(Exception, match="HTTP 429"):
            await client_kind.get(client.apps.run("a1", {"F": file}))
        if kind == "pipe":
            file.close()
    (request,) = server.requests
    assert request.headers["transfer-encoding"] == "chunked"
    assert part_named(request, "F").content == content


async def test_no_file_stays_open_when_a_call_fails_half_way(
    client_kind: ClientKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    real_open = Path.open

    def spy(self: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(real_open(self, *args, **kwargs))
        return opened[-1]

    def cut(connection: Connection) -> None:
        connection.receive()
        connection.reset()

    with ScriptedServer(cut) as server, monkeypatch.context() as patch:
        client = client_kind.make(base_url=server.url, max_retries=0)
        patch.setattr(Path, "open", spy)
        with pytest.raises(APIConnectionError) as raised:
            await client_kind.get(client.apps.run("a1", {"F": path}))
    assert opened
    assert all(file.closed for file in opened)
    assert raised.traceback  # held until here, and with it all that was being sent


@pytest.mark.parametrize("opened", [False, True], ids=["path", "open"])
async def test_a_file_that_grows_while_it_is_sent_is_sent_as_it_was(
    client_kind: ClientKind, tmp_path: Path, opened: bool
) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"first line")

    def grow(_progress: UploadProgress) -> None:
        with path.open("ab") as log:
            log.write(b", second line")

    with ScriptedServer(answering(200, b'[{"result": {"id": "d1"}}]')) as server, path.open("rb") as file:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.documents.upload(file if opened else path, on_progress=grow))
    assert part_named(server.requests[0], "file").content == b"first line"


@pytest.mark.parametrize("opened", [False, True], ids=["path", "open"])
async def test_a_file_that_becomes_shorter_while_it_is_sent_ends_the_upload_in_words(
    client_kind: ClientKind, tmp_path: Path, opened: bool
) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(bytes(1_000_000))

    def cut(_progress: UploadProgress) -> None:
        os.truncate(path, 10)

    with ScriptedServer(answering(200, b"[]")) as server, path.open("rb") as file:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(
            InvalidArgumentError, match="^documents.upload: file: the file became shorter while it was sent"
        ):
            await client_kind.get(client.documents.upload(file if opened else path, on_progress=cut))


UPLOAD = """
import asyncio, sys
from pathlib import Path
from alli import Alli, AsyncAlli
from scripts.benchmarks.spent import memory

kind, url, small, large = sys.argv[1:]

async def main():
    async with AsyncAlli(api_key="k", base_url=url) as client:
        await client.apps.run("a1", {"F": Path(small)})
        before = memory()
        await client.apps.run("a1", {"F": Path(large)})
        return memory() - before

if kind == "async":
    grown = asyncio.run(main())
else:
    with Alli(api_key="k", base_url=url) as client:
        client.apps.run("a1", {"F": Path(small)})
        before = memory()
        client.apps.run("a1", {"F": Path(large)})
        grown = memory() - before
print(grown)
"""


@pytest.fixture(scope="module")
def gibibyte(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read once for both clients: the system takes two seconds to find that it holds nothing but zeros."""
    path = tmp_path_factory.mktemp("large") / "large.bin"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_file_of_a_gibibyte_is_uploaded_in_less_than_16_mebibytes(tmp_path: Path, gibibyte: Path, kind: str) -> None:
    arrived: list[int] = []
    lock = threading.Lock()

    def swallow(connection: Connection) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.receive()
        head, _, rest = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        left = length - len(rest)
        while left:
            left -= len(connection.receive())
        with lock:
            arrived.append(length)
        connection.respond(200, ANSWER)

    small = tmp_path / "small.bin"
    small.write_bytes(bytes(1 << 17))
    with ScriptedServer(swallow) as server:
        command = [sys.executable, "-c", UPLOAD, kind, server.url, str(small), str(gibibyte)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    assert arrived[1] > 1 << 30
    assert float(done.stdout) < 16, "MiB of peak memory more than before"
