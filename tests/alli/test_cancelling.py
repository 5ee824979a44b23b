"""A cancelled call leaves no connection behind: in whatever turn of the event loop it happens, and however often.

The service is a bare socket in the test's own loop, so that one look at it tells whether the client has gone.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from alli import AsyncAlli, aiohttp_client

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
RECORD = b'{"result": {"responses": [{"message": "one"}]}}\n'
PART = b"%x\r\n%b\r\n" % (len(RECORD), RECORD)
WHOLE = HEAD + PART + b"0\r\n\r\n"


class Service:
    """One connection at a time, by hand."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.accepted: list[socket.socket] = []
        self.port = int(listening.getsockname()[1])

    async def take_request(self) -> None:
        loop = asyncio.get_running_loop()
        if not self.accepted:
            accepted, _ = await loop.sock_accept(self._listening)
            accepted.setblocking(False)
            self.accepted.append(accepted)
        await loop.sock_recv(self.accepted[-1], 65536)

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.accepted[-1], data)

    def is_left(self) -> bool:
        try:
            return self.accepted[-1].recv(65536) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        made = Service(listening)
        yield made
        for accepted in made.accepted:
            accepted.close()


@pytest.fixture(params=["own", "aiohttp"])
async def client(service: Service, request: pytest.FixtureRequest) -> AsyncIterator[AsyncAlli]:
    url = f"http://127.0.0.1:{service.port}"
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
    http = aiohttp_client() if request.param == "aiohttp" else None
    async with AsyncAlli(api_key="k", base_url=url, http_client=http) as made:
        yield made


async def settle() -> None:
    """All that follows from what was sent so far: a hundred turns of the loop without a pause."""
    for _ in range(100):
        await asyncio.sleep(0)


async def streamed(client: AsyncAlli) -> object:
    async with client.apps.stream("app", message="hi") as stream:
        return await stream.result()


async def run(client: AsyncAlli) -> object:
    return await client.apps.run("app", message="hi")


Ask = Callable[[AsyncAlli], Awaitable[object]]


@pytest.mark.parametrize("ask", [streamed, run])
@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("turns", range(16))
async def test_cancelling_in_any_turn_and_more_than_once_closes_the_connection(
    service: Service, client: AsyncAlli, ask: Ask, times: int, turns: int
) -> None:
    task: asyncio.Task[Any] = asyncio.ensure_future(ask(client))
    await service.take_request()
    await service.send(HEAD + PART)
    for _ in range(turns):
        await asyncio.sleep(0)
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    await settle()
    assert service.is_left()


@pytest.mark.parametrize("ask", [streamed, run])
@pytest.mark.parametrize("turns", range(16))
async def test_a_call_cancelled_around_its_end_leaves_a_client_that_works(
    service: Service, client: AsyncAlli, ask: Ask, turns: int
) -> None:
    task: asyncio.Task[Any] = asyncio.ensure_future(ask(client))
    await service.take_request()
    await service.send(WHOLE)
    for _ in range(turns):
        await asyncio.sleep(0)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(task, return_exceptions=True)
    await settle()
    if service.is_left():
        service.accepted.pop().close()
    again: asyncio.Task[Any] = asyncio.ensure_future(ask(client))
    await service.take_request()
    await service.send(WHOLE)
    assert (await again).text == "one"
