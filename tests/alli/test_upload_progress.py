"""`on_progress` of an upload: what was sent so far, while it is sent, of a file that is never read whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from alli import Alli, AsyncAlli, InvalidArgumentError, RetryPolicy, UploadProgress

from tests.alli.client_kind import ClientKind
from tests.alli.file_forms import OnlyRead
from tests.answers import answering
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True
NODE = b'[{"result": {"id": "S25vd2xlZGdlQmFzZTox", "name": "large.bin"}}]'
SIZE = 20_000_000
PIECE = 65536


class Watched(io.BytesIO):
    """A large file that knows how far it was read."""

    name = "large.bin"

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None and 0 <= size <= PIECE
        return super().read(size)


async def test_progress_follows_what_is_sent_and_ends_with_all_of_it(client_kind: ClientKind) -> None:
    told: list[UploadProgress] = []
    file = Watched(bytes(SIZE))

    def listen(progress: UploadProgress) -> None:
        told.append(progress)
        # Nothing was read ahead of what is reported.
        assert file.tell() <= progress.sent

    with ScriptedServer(answering(200, NODE)) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.documents.upload(file, on_progress=listen))
    (request,) = server.requests
    total = int(request.headers["content-length"])
    assert len(request.body) == total > SIZE
    assert {progress.total for progress in told} == {total}
    sent = [progress.sent for progress in told]
    assert sent == sorted(set(sent))
    assert sent[-1] == total
    assert len(sent) > SIZE / PIECE


async def test_a_path_is_counted_too_and_the_answer_is_the_document(client_kind: ClientKind, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(300_000))
    told: list[UploadProgress] = []
    with ScriptedServer(answering(200, NODE)) as server:
        client = client_kind.make(base_url=server.url)
        document = await client_kind.get(client.documents.upload(path, on_progress=told.append))
    assert document.name == "large.bin"
    assert told[-1].sent == told[-1].total == len(server.requests[0].body)
    assert len(told) >= 5


async def test_a_file_that_does_not_know_its_length_has_no_total(client_kind: ClientKind) -> None:
    told: list[UploadProgress] = []
    with ScriptedServer(answering(200, NODE)) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.documents.upload(("a.bin", OnlyRead(bytes(100_000))), on_progress=told.append))
    assert {progress.total for progress in told} == {None}
    assert told[-1].sent == len(server.requests[0].body) > 100_000


async def test_an_upload_that_is_sent_again_is_counted_from_its_beginning(client_kind: ClientKind) -> None:
    def refuse_once(connection: Connection) -> None:
        if connection.read_request():
            first = len(connection.server.requests) == 1
            connection.respond(429 if first else 200, NODE, {"Retry-After": "0"} if first else None)

    told: list[UploadProgress] = []
    with ScriptedServer(refuse_once) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(max_retries=1, base=0))
        await client_kind.get(client.documents.upload(("a.txt", b"text"), on_progress=told.append))
    assert len(server.requests) == 2
    half = len(told) // 2
    assert told[:half] == told[half:]


async def test_an_error_of_the_listener_ends_the_upload(client_kind: ClientKind) -> None:
    def refuse(progress: UploadProgress) -> None:
        raise KeyError("enough")

    with ScriptedServer(answering(200, NODE)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(KeyError, match="enough"):
            await client_kind.get(client.documents.upload(("a.txt", b"text"), on_progress=refuse))
        assert server.requests == []


async def test_the_async_client_awaits_a_coroutine_function_and_the_sync_one_refuses_it() -> None:
    told: list[UploadProgress] = []

    async def listen(progress: UploadProgress) -> None:
        told.append(progress)

    with ScriptedServer(answering(200, NODE)) as server:
        async with AsyncAlli(api_key="k", base_url=server.url) as client:
            await client.documents.upload(("a.txt", b"text"), on_progress=listen)
        assert told[-1].sent == told[-1].total
        with (
            Alli(api_key="k", base_url=server.url) as client,
            pytest.raises(InvalidArgumentError, match="plain function"),
        ):
            client.documents.upload(("a.txt", b"text"), on_progress=listen)
        assert len(server.requests) == 1


async def test_what_can_not_be_called_is_refused_before_anything_is_sent(client_kind: ClientKind) -> None:
    client = client_kind.make(base_url="http://127.0.0.1:1")
    wrong: Any = 5
    with pytest.raises(InvalidArgumentError, match=r"documents\.upload: on_progress: must be a function, not int"):
        await client_kind.get(client.documents.upload(("a.txt", b"text"), on_progress=wrong))
