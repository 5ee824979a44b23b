"""Files that the service sends: saved whole or not at all, piece by piece, under a name that is never a path.

Names alone are in test_file_names.py.
"""

from __future__ import annotations

import asyncio
import gzip
import inspect
import os
import threading
import time
import tracemalloc
from pathlib import Path
from typing import Any

import alli
import pytest
from alli._calls.operations import Operation

from tests.alli.client_kind import ClientKind
from tests.alli.downloads import MEGABYTE, PDF, cut_after, file_of, head
from tests.answers import after_request, answering
from tests.servers import Connection, ScriptedServer


async def test_a_file_is_saved_under_the_path_that_is_given(client_kind: ClientKind, tmp_path: Path) -> None:
    with ScriptedServer(
        answering(200, b"%PDF", {**PDF, "Content-Disposition": 'attachment; filename="a.pdf"'})
    ) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        async with client_kind.entered(file):
            assert (file.filename, file.content_type, file.size) == ("a.pdf", "application/pdf", 4)
            saved = await client_kind.get(file.save(str(tmp_path / "mine.bin")))
    assert saved == tmp_path / "mine.bin"
    assert saved.read_bytes() == b"%PDF"
    assert [each.name for each in tmp_path.iterdir()] == ["mine.bin"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2F..%2Fr%C3%A9sum%C3%A9.pdf", "résumé.pdf"),
        (None, "download.pdf"),
    ],
)
async def test_in_a_folder_a_file_gets_the_services_name_and_never_its_path(
    client_kind: ClientKind, tmp_path: Path, disposition: str | None, name: str
) -> None:
    headers = PDF if disposition is None else {**PDF, "Content-Disposition": disposition}
    folder = tmp_path / "in"
    folder.mkdir()
    with ScriptedServer(answering(200, b"%PDF", headers)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        saved = await client_kind.get(file.save(folder))
    assert saved == folder / name
    assert saved.is_file()


async def test_the_pieces_of_a_file_are_given_as_they_arrive(client_kind: ClientKind) -> None:
    go_on = threading.Event()

    def answer(connection: Connection) -> None:
        connection.socket.sendall(head(6) + b"one")
        assert go_on.wait(10)
        connection.socket.sendall(b"two")

    with ScriptedServer(after_request(answer)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        pieces: list[bytes] = []
        async for piece in client_kind.each(file.iter_bytes()):
            pieces.append(piece)
            go_on.set()
    assert pieces == [b"one", b"two"]


async def test_what_was_read_whole_can_be_read_again_and_saved(client_kind: ClientKind, tmp_path: Path) -> None:
    with ScriptedServer(answering(200, b"%PDF", PDF)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        assert [await client_kind.get(file.read()) for _ in range(2)] == [b"%PDF", b"%PDF"]
        saved: Path = await client_kind.get(file.save(tmp_path / "a"))
    assert saved.read_bytes() == b"%PDF"


async def test_a_file_is_streamed_once(client_kind: ClientKind, tmp_path: Path) -> None:
    with ScriptedServer(answering(200, b"%PDF", PDF)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        await client_kind.list(file.iter_bytes())
        with pytest.raises(alli.AlliError, match="the file was read before"):
            await client_kind.get(file.save(tmp_path / "a"))
        closed = await file_of(client_kind, client_kind.make(base_url=server.url))
        await client_kind.close(closed)
        with pytest.raises(alli.AlliError, match="the file was closed before"):
            await client_kind.get(closed.read())
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_breaks_off_is_an_error_and_leaves_nothing_behind(
    client_kind: ClientKind, tmp_path: Path
) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"of yesterday")
    with ScriptedServer(cut_after(b"%PDF and more", 1000)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url, max_retries=0))
        with pytest.raises(alli.APIConnectionError, match=r"documents\.download: GET /webapi/file") as caught:
            await client_kind.get(file.save(target))
    assert (caught.value.request_sent, caught.value.attempts, caught.value.outcome_unknown) == (True, 1, False)
    assert caught.value.request_id == file.request_id
    assert target.read_bytes() == b"of yesterday"
    assert list(tmp_path.iterdir()) == [target]


async def test_a_length_that_the_http_library_does_not_check_is_checked(
    client_kind: ClientKind, tmp_path: Path
) -> None:
    def answer(request: Any) -> Any:
        httpx = pytest.importorskip("httpx")
        return httpx.Response(
            200,
            headers={**PDF, "Content-Length": "9"},
            content=iter([b"short"]) if not client_kind.is_async else pieces(),
        )

    async def pieces() -> Any:
        yield b"short"

    file = await file_of(client_kind, client_kind.mocked(answer))
    with pytest.raises(alli.APIConnectionError, match="the file is cut off after 5 bytes"):
        await client_kind.get(file.save(tmp_path / "a"))
    assert list(tmp_path.iterdir()) == []


async def test_a_compressed_file_is_saved_unpacked_and_a_cut_one_is_an_error(
    client_kind: ClientKind, tmp_path: Path
) -> None:
    packed = gzip.compress(b"row\n" * 10_000)
    for body in (packed, packed[:-20]):
        with ScriptedServer(answering(200, body, {"Content-Type": "text/csv", "Content-Encoding": "gzip"})) as server:
            file = await file_of(client_kind, client_kind.make(base_url=server.url))
            assert file.size is None
            if body is packed:
                saved: Path = await client_kind.get(file.save(tmp_path / "a.csv"))
                assert saved.read_bytes() == b"row\n" * 10_000
            else:
                with pytest.raises(alli.APIConnectionError):
                    await client_kind.get(file.save(tmp_path / "b.csv"))
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("place", ["missing/a.pdf", "missing/"])
async def test_a_place_that_cant_be_written_is_an_oserror_and_closes_the_connection(
    client_kind: ClientKind, tmp_path: Path, place: str
) -> None:
    with ScriptedServer(answering(200, b"x" * MEGABYTE, PDF)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        with pytest.raises(FileNotFoundError):
            await client_kind.get(file.save(f"{tmp_path}/{place}"))
        assert server.all_ended()
    assert list(tmp_path.iterdir()) == []
    assert repr(file).endswith("closed>")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a pipe")
@pytest.mark.parametrize("kind", ["pipe", "folder", "link to a pipe"])
async def test_what_is_not_a_file_is_never_replaced_by_one(client_kind: ClientKind, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "a.pdf"
    if kind == "folder":
        place.mkdir()
    else:
        pipe = place if kind == "pipe" else tmp_path / "pipe"
        os.mkfifo(pipe)
        if pipe != place:
            place.symlink_to(pipe)
    before = {each.name: each.lstat().st_ino for each in tmp_path.iterdir()}
    named = {**PDF, "Content-Disposition": "attachment; filename=a.pdf"}
    with ScriptedServer(answering(200, b"%PDF", named)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        with pytest.raises(FileExistsError):
            await client_kind.get(file.save(tmp_path))
    assert {each.name: each.lstat().st_ino for each in tmp_path.iterdir()} == before


async def test_a_saved_file_has_the_rights_of_any_new_file(client_kind: ClientKind, tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    with ScriptedServer(answering(200, b"%PDF", PDF)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        saved: Path = await client_kind.get(file.save(tmp_path / "a"))
    assert saved.stat().st_mode == (tmp_path / "new").stat().st_mode


async def test_a_cancelled_download_leaves_nothing_behind(tmp_path: Path) -> None:
    def answer(connection: Connection) -> None:
        connection.socket.sendall(head(1000) + b"some")
        connection.server.release.wait(20)

    with ScriptedServer(after_request(answer)) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            operation = Operation("documents.download", id="", idempotent=True, answer="bytes")
            transport: Any = client.apps._transport  # pyright: ignore[reportPrivateUsage]
            file = await transport.file(operation, {"method": "get", "url": "/webapi/file"})
            saving = asyncio.create_task(file.save(tmp_path / "a"))
            while not list(tmp_path.iterdir()):
                await asyncio.sleep(0.01)
            saving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await saving
            assert server.connections[0].socket.recv(1) == b""
    assert list(tmp_path.iterdir()) == []


async def test_silence_in_the_middle_of_a_file_ends_it(client_kind: ClientKind, tmp_path: Path) -> None:
    def answer(connection: Connection) -> None:
        connection.socket.sendall(head(1000) + b"some")
        connection.server.release.wait(20)

    with ScriptedServer(after_request(answer)) as server:
        began = time.monotonic()
        file = await file_of(client_kind, client_kind.make(base_url=server.url, idle_timeout=0.1))
        with pytest.raises(alli.APITimeoutError):
            await client_kind.get(file.save(tmp_path / "a"))
        assert time.monotonic() - began < 5
        slow = await file_of(client_kind, client_kind.make(base_url=server.url, deadline=0.2))
        with pytest.raises(alli.DeadlineExceededError):
            await client_kind.get(slow.save(tmp_path / "a"))
    assert list(tmp_path.iterdir()) == []


async def test_a_get_is_sent_again_before_the_first_byte_and_not_after_it(client_kind: ClientKind) -> None:
    answers = [answering(503, b"", {"Retry-After": "0"}), answering(200, b"%PDF", PDF)]
    with ScriptedServer(lambda connection: answers[len(server.requests)](connection)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        assert await client_kind.get(file.read()) == b"%PDF"
        assert len(server.requests) == 2
    with ScriptedServer(cut_after(b"some", 1000)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        with pytest.raises(alli.APIConnectionError):
            await client_kind.get(file.read())
        assert len(server.requests) == 1


async def test_middleware_and_captures_see_the_answer_without_its_body(client_kind: ClientKind) -> None:
    seen: list[int] = []

    def watch(attempt: Any, send: Any) -> Any:
        response = send(attempt)
        seen.append(response.status_code)
        return response

    async def awatch(attempt: Any, send: Any) -> Any:
        response = await send(attempt)
        seen.append(response.status_code)
        return response

    with ScriptedServer(answering(200, b"%PDF", PDF)) as server:
        client = client_kind.make(base_url=server.url, middleware=[awatch if client_kind.is_async else watch])
        with alli.capture_responses() as responses:
            file = await file_of(client_kind, client)
            assert await client_kind.get(file.read()) == b"%PDF"
    assert seen == [200]
    assert responses == [file.response]
    assert responses[0].headers["content-type"] == "application/pdf"
    with pytest.raises(alli.AlliError, match="no body"):
        _ = responses[0].content


async def test_leaving_the_block_before_the_end_closes_the_connection(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        connection.socket.sendall(head(1000) + b"some")
        connection.server.release.wait(20)

    with ScriptedServer(after_request(answer)) as server:
        async with client_kind.entered(await file_of(client_kind, client_kind.make(base_url=server.url))) as file:
            pass
        assert server.connections[0].socket.recv(1) == b""
    assert "closed" in repr(file)


async def test_the_connection_is_free_again_once_the_file_is_read(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b"%PDF", PDF)) as server:
        client = client_kind.make(base_url=server.url)
        for _ in range(3):
            await client_kind.get((await file_of(client_kind, client)).read())
        assert len(server.connections) == 1


async def test_a_file_that_nobody_reads_or_closes_is_warned_of(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b"x" * MEGABYTE, PDF)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        with pytest.warns(ResourceWarning, match="was never read or closed"):
            del file


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    """What tracemalloc counts; scripts/bench --long measures a process with 100 MB."""
    megabytes = 16

    def answer(connection: Connection) -> None:
        connection.socket.sendall(head(megabytes * MEGABYTE))
        for _ in range(megabytes):
            connection.socket.sendall(bytes(MEGABYTE))

    with ScriptedServer(after_request(answer)) as server, alli.Alli(api_key="k", base_url=server.url) as client:
        operation = Operation("documents.download", id="", idempotent=True, answer="bytes")
        transport: Any = client.apps._transport  # pyright: ignore[reportPrivateUsage]
        file = transport.file(operation, {"method": "get", "url": "/webapi/file"})
        tracemalloc.start()
        try:
            saved: Path = file.save(tmp_path / "a")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert saved.stat().st_size == megabytes * MEGABYTE
    # The script of the server holds one megabyte at a time in this process too.
    assert peak < 4 * MEGABYTE


def test_both_files_have_the_same_methods() -> None:
    public = [
        {
            name: list(inspect.signature(member).parameters)
            for name, member in vars(kind).items()
            if inspect.isfunction(member) and not name.startswith("_")
        }
        for kind in (alli.DownloadedFile, alli.AsyncDownloadedFile)
    ]
    public[1]["close"] = public[1].pop("aclose")
    assert public[0] == public[1]
