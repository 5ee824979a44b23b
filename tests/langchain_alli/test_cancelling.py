"""Whoever cancels finds the connection closed as soon as the cancelled call has ended, whatever it was waiting for.

The service here is a bare socket in the test's own event loop: when the call has ended, one look at the socket tells
whether the client has closed its end. No time is measured; scripts/bench prints how long it takes.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from alli import AsyncAlli
from langchain.agents import create_agent
from langchain_alli import AlliAppTool
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool as as_tool

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/stream+json\r\ntransfer-encoding: chunked\r\n\r\n"
RESULT = {"conversation": {"id": "c"}, "responses": [{"id": "m", "message": "one ", "completed": False}]}
RECORD = json.dumps({"result": RESULT}).encode() + b"\n"
GIVEN: Any = {"messages": [HumanMessage("go")]}


@dataclass
class App:
    """A conversational app, which needs no inputs to be asked for."""

    id: str = "APP"
    name: str = "Talker"
    type: str = "campaign"
    description: str = ""
    category: str = ""


class Service:
    """One connection, by hand. The test's event loop does both sides, so it sees events in their order."""

    def __init__(self, listening: socket.socket, tool: AlliAppTool) -> None:
        self.tool = tool
        self._listening = listening
        self._accepted: socket.socket | None = None

    async def take_request(self) -> None:
        """Accept the connection and read the request to its end."""
        loop = asyncio.get_running_loop()
        self._accepted, _ = await loop.sock_accept(self._listening)
        self._accepted.setblocking(False)
        received = b""
        while b"\r\n\r\n" not in received:
            received += await loop.sock_recv(self._accepted, 65536)
        head, _, body = received.partition(b"\r\n\r\n")
        (length,) = (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += await loop.sock_recv(self._accepted, 65536)

    async def send(self, data: bytes) -> None:
        """Send a part of the answer."""
        assert self._accepted is not None
        await asyncio.get_running_loop().sock_sendall(self._accepted, data)

    def is_left(self) -> bool:
        """Has the client closed its end by now?"""
        assert self._accepted is not None
        try:
            return self._accepted.recv(1) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def close(self) -> None:
        """Close the service's end."""
        if self._accepted is not None:
            self._accepted.close()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A service and a tool that asks it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        async with AsyncAlli(api_key="k", base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as client:
            service = Service(listening, AlliAppTool.from_app(App(), async_client=client))
            try:
                yield service
            finally:
                service.close()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


MOMENTS = {
    "before the answer": b"",
    "inside the head": HEAD[:20],
    "after the head": HEAD,
    "inside a record": HEAD + _chunk(RECORD[:20]),
    "between two records": HEAD + _chunk(RECORD),
}


async def _settle() -> None:
    """Let everything happen that what was sent so far can bring about: a hundred turns of the loop without a pause."""
    for _ in range(100):
        await asyncio.sleep(0)


@pytest.mark.parametrize("sent", MOMENTS.values(), ids=MOMENTS)
async def test_a_cancelled_call_has_closed_its_connection_when_it_ends(service: Service, sent: bytes) -> None:
    task = asyncio.create_task(service.tool.ainvoke("hi"))
    await service.take_request()
    await service.send(sent)
    await _settle()
    assert not service.is_left()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert service.is_left()


@pytest.mark.parametrize("turns", range(12))
async def test_a_call_that_is_cancelled_again_while_it_ends_closes_its_connection_all_the_same(
    service: Service, turns: int
) -> None:
    """As LangGraph does; the HTTP library alone leaves the connection open when that comes one turn later."""
    task = asyncio.create_task(service.tool.ainvoke("hi"))
    await service.take_request()
    await service.send(HEAD + _chunk(RECORD))
    await _settle()
    task.cancel()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert service.is_left()


@pytest.mark.parametrize("sent", MOMENTS.values(), ids=MOMENTS)
async def test_a_call_that_took_too_long_has_closed_its_connection_when_it_ends(service: Service, sent: bytes) -> None:
    async def bounded(limits: list[asyncio.Timeout]) -> None:
        async with asyncio.timeout(None) as limit:
            limits.append(limit)
            await service.tool.ainvoke("hi")

    limits: list[asyncio.Timeout] = []
    task = asyncio.create_task(bounded(limits))
    await service.take_request()
    await service.send(sent)
    await _settle()
    limits[0].reschedule(0)  # it is over at once
    with pytest.raises(TimeoutError):
        await task
    assert service.is_left()


def _agent(tools: list[Any], *calls: AIMessage) -> Any:
    step = AIMessage("", tool_calls=[call.tool_calls[0] for call in calls])
    return create_agent(ScriptedChatModel(script=[step, "done"]), tools)


async def _invoke(agent: Any) -> None:
    await agent.ainvoke(GIVEN)


async def _listen(agent: Any) -> None:
    async for _ in agent.astream(GIVEN, stream_mode=["custom", "messages"]):
        pass


async def _follow_events(agent: Any) -> None:
    async for _ in agent.astream_events(GIVEN, version="v2"):
        pass


@pytest.mark.parametrize("run", [_invoke, _listen, _follow_events], ids=["ainvoke", "astream", "astream_events"])
async def test_a_cancelled_agent_has_closed_its_connections_when_it_ends(
    service: Service, run: Callable[[Any], Any]
) -> None:
    agent = _agent([service.tool], call_tool(service.tool.name, message="hi"))
    task = asyncio.create_task(run(agent))
    await service.take_request()
    await service.send(HEAD + _chunk(RECORD))
    await _settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert service.is_left()


async def test_a_stream_that_is_closed_has_closed_its_connections_when_that_returns(service: Service) -> None:
    agent = _agent([service.tool], call_tool(service.tool.name, message="hi"))
    stream = agent.astream(GIVEN, stream_mode="custom")
    first = asyncio.ensure_future(anext(stream))
    await service.take_request()
    await service.send(HEAD + _chunk(RECORD))
    assert (await first)["text"] == "one "
    assert not service.is_left()
    await stream.aclose()
    assert service.is_left()


async def test_a_tool_that_fails_beside_it_ends_the_call_and_closes_its_connection(service: Service) -> None:
    fail = asyncio.Event()

    @as_tool
    async def sibling() -> str:
        """Fails when told to."""
        await fail.wait()
        raise ZeroDivisionError

    agent = _agent([service.tool, sibling], call_tool(service.tool.name, message="hi"), call_tool("sibling"))
    task = asyncio.create_task(agent.ainvoke(GIVEN))
    await service.take_request()
    await service.send(HEAD + _chunk(RECORD))
    await _settle()
    fail.set()
    with pytest.raises(ZeroDivisionError):
        await task
    await _settle()  # LangGraph cancels the other calls of a step, twice, and doesn't wait for them
    assert service.is_left()


@pytest.mark.parametrize("turns", range(40))
async def test_a_call_is_ended_in_whatever_turn_of_the_loop_it_is_cancelled(service: Service, turns: int) -> None:
    task = asyncio.create_task(service.tool.ainvoke("hi"))
    await service.take_request()
    await service.send(HEAD + _chunk(RECORD))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _settle()
    assert service.is_left()
