"""An answer that comes before an upload has ended is that answer, whether the service closes then or just does not read on."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alli
import pytest
from alli._http.early_answers import AsyncUploadTransport, UploadTransport

from tests.alli.client_kind import ClientKind
from tests.alli.test_tls import AUTHORITY, encrypted
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

SIZE = 16 * 1024 * 1024
ERRORS = {401: alli.AuthenticationError, 413: alli.APIStatusError, 429: alli.RateLimitError}


def refusing(status: int, *, closes: bool, after: int = 300_000, pause: float = 0) -> Callable[[Connection], None]:
    """Answers `pause` seconds after it has read `after` bytes, and reads no more."""

    def answer(connection: Connection) -> None:
        left = after
        while left > 0 and (data := connection.receive()):
            left -= len(data)
        time.sleep(pause)
        body = json.dumps({"message": "refused early"}).encode()
        head = f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n"
        connection.send(head.encode() + b"Connection: close\r\n\r\n" + body)
        if closes:
            connection.reset()
        else:
            connection.server.release.wait(20)
            connection.close()

    return answer


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(SIZE)
    return path


async def refused(client_kind: ClientKind, client: Any, large: Path) -> tuple[alli.APIStatusError, float]:
    began = time.monotonic()
    with pytest.raises(alli.APIStatusError) as caught:
        await client_kind.get(client.apps.run("app", {"FILE": large}))
    return caught.value, time.monotonic() - began


@pytest.mark.own_engine("aiohttp may lose an answer whose connection is closed while it writes")
@pytest.mark.parametrize("closes", [True, False], ids=["closes", "does not read"])
@pytest.mark.parametrize("status", ERRORS)
async def test_an_upload_that_is_refused_early_is_refused(
    client_kind: ClientKind, large: Path, status: int, closes: bool
) -> None:
    with ScriptedServer(refusing(status, closes=closes)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        error, seconds = await refused(client_kind, client, large)
    assert type(error) is ERRORS[status]
    assert (error.status_code, error.message, error.outcome_unknown) == (status, "refused early", False)
    assert seconds < 10


async def test_an_upload_that_stands_still_is_refused_when_the_answer_comes(
    client_kind: ClientKind, large: Path
) -> None:
    # By then all buffers between the two are full, so that the client waits to write.
    with ScriptedServer(refusing(401, closes=False, pause=0.2)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        error, seconds = await refused(client_kind, client, large)
    assert (type(error), error.message) == (alli.AuthenticationError, "refused early")
    assert seconds < 10


@pytest.mark.parametrize("closes", [True, False], ids=["closes", "does not read"])
async def test_an_early_answer_is_noticed_over_tls_too(client_kind: ClientKind, large: Path, closes: bool) -> None:
    context = ssl.create_default_context(cafile=str(AUTHORITY))
    transport: Any = AsyncUploadTransport if client_kind.is_async else UploadTransport
    with encrypted(refusing(413, closes=closes)) as server:
        client = client_kind.make(
            base_url=server.url,
            max_retries=0,
            http_client=client_kind.http_client(transport=transport(verify=context)),
        )
        error, seconds = await refused(client_kind, client, large)
    assert (error.status_code, error.message) == (413, "refused early")
    assert seconds < 10


@pytest.mark.own_engine("as above")
async def test_a_429_during_an_upload_is_retried(client_kind: ClientKind, large: Path) -> None:
    def answer(connection: Connection) -> None:
        if len(connection.server.connections) == 1:
            refusing(429, closes=True)(connection)
        elif connection.read_request():
            connection.respond(200, json.dumps({"result": {"responses": [{"message": "read"}]}}).encode())

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, retry_policy=alli.RetryPolicy(max_retries=2, base=0.01))
        result = await client_kind.get(client.apps.run("app", {"FILE": large}))
    assert (result.text, result.attempts) == ("read", 2)
    assert len(server.requests[-1].body) > SIZE


@pytest.mark.own_engine("aiohttp has no time limit for a write")
async def test_an_upload_that_is_not_read_and_not_answered_times_out(client_kind: ClientKind, large: Path) -> None:
    def answer(connection: Connection) -> None:
        connection.receive()
        connection.server.release.wait(20)
        connection.close()

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, max_retries=0, timeout=(1, 1, 1, 1))
        with pytest.raises(alli.APITimeoutError) as caught:
            await client_kind.get(client.apps.run("app", {"FILE": large}))
    assert caught.value.outcome_unknown


async def test_uploads_that_are_read_arrive_whole_and_leave_the_connection_usable(
    client_kind: ClientKind, large: Path
) -> None:
    def answer(connection: Connection) -> None:
        while connection.read_request():
            connection.respond(200, json.dumps({"result": {"responses": [{"message": "read"}]}}).encode())

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        for _ in range(3):
            assert (await client_kind.get(client.apps.run("app", {"FILE": large}))).text == "read"
    assert [len(request.body) > SIZE for request in server.requests] == [True] * 3
