"""What an app costs as a LangChain tool, beyond the call it makes; how soon a cancelled call has closed its connection;
and how long hundreds of tools take to build.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alli import Alli, AsyncAlli
from alli_emulator import AppInput, AppInputOption, Emulator
from langchain_alli import AlliAppTool, AlliToolkit
from langchain_core.messages import HumanMessage

from scripts.benchmarks.measure import Row, amedians, medians
from scripts.benchmarks.serving import serve

__all__ = ["TITLE", "rows"]

TITLE = "LangChain adapter: its own CPU per tool call (tool call minus the same call of the client), cancelling and building"
ROUNDS = 300
OVERHEAD = 1e-3  # seconds
APPS = 500
BUILD = 2.0  # seconds
HISTORY = 5000  # messages
CANCELLED = 30  # calls
CANCELLING = 0.1  # seconds

APP_ID = "TExNQXBwOjY2YTBhM2JiZDRkNTE5ZjM3M2NkNTVhNw=="
INPUTS = {"contract": "a text of some length " * 20, "tone": "polite"}


@dataclass
class _App:
    id: str = APP_ID
    name: str = "Contract review"
    # A conversation, so that a call looks for its own among the messages.
    type: str = "campaign"
    description: str = "Reads a contract"
    category: str = "GENERAL"


@dataclass
class _Runtime:
    """As LangGraph's: what a tool reads of it by attribute."""

    state: dict[str, Any]
    context: None = None
    tool_call_id: str = "call_1"

    def stream_writer(self, update: object) -> None:
        """Nobody listens, as is usual; sending is measured anyway."""


def rows(rounds: int = ROUNDS) -> Iterator[Row]:
    """Sync and async calls with a short and a long history; cancelled calls; then the tools of 500 apps."""
    with serve() as url:
        yield from _sync_rows(url, rounds)
        yield from asyncio.run(_async_rows(url, rounds))
    yield asyncio.run(_cancelling_row())
    yield from _build_rows()


def _tool(client: Alli | None, async_client: AsyncAlli | None) -> AlliAppTool:
    schema = {"contract": str, "tone": str}
    return AlliAppTool.from_app(_App(), client=client, async_client=async_client, args_schema=schema)


def _call(messages: int) -> dict[str, Any]:
    runtime = _Runtime({"messages": [HumanMessage("a question of some length " * 4) for _ in range(messages)]})
    return {
        "name": "x",
        "args": {**INPUTS, "message": "please review", "runtime": runtime},
        "id": "call_1",
        "type": "tool_call",
    }


def _sync_rows(url: str, rounds: int) -> Iterator[Row]:
    with Alli(api_key="bench", base_url=url) as client:
        tool, short, long = _tool(client, None), _call(1), _call(HISTORY)

        def bare() -> None:
            with client.apps.stream(APP_ID, INPUTS, message="please review", is_stateful=True) as stream:
                stream.result()

        cost = medians(
            {"bare": bare, "short": lambda: tool.invoke(short), "long": lambda: tool.invoke(long)}, rounds=rounds
        )
    yield _overhead_row("invoke", cost["short"] - cost["bare"])
    yield _overhead_row(f"invoke, {HISTORY} messages", cost["long"] - cost["bare"])


async def _async_rows(url: str, rounds: int) -> list[Row]:
    async with AsyncAlli(api_key="bench", base_url=url) as client:
        tool, short, long = _tool(None, client), _call(1), _call(HISTORY)

        async def bare() -> None:
            async with client.apps.stream(APP_ID, INPUTS, message="please review", is_stateful=True) as stream:
                await stream.result()

        async def ainvoke_short() -> None:
            await tool.ainvoke(short)

        async def ainvoke_long() -> None:
            await tool.ainvoke(long)

        cost = await amedians({"bare": bare, "short": ainvoke_short, "long": ainvoke_long}, rounds=rounds)
    return [
        _overhead_row("ainvoke", cost["short"] - cost["bare"]),
        _overhead_row(f"ainvoke, {HISTORY} messages", cost["long"] - cost["bare"]),
    ]


async def _cancelling_row() -> Row:
    """Seconds from `task.cancel()` until the service sees the end of the connection; both are in this event loop."""
    left: asyncio.Queue[float] = asyncio.Queue()
    answering = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/stream+json\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b'f\r\n{"result": {}}\n\r\n')
        answering.set()
        while await reader.read(65536):
            pass
        left.put_nowait(time.perf_counter())
        writer.close()

    spent: list[float] = []
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, AsyncAlli(api_key="bench", base_url=url) as client:
        tool = _tool(None, client)
        for _ in range(CANCELLED):
            answering.clear()
            task = asyncio.create_task(tool.ainvoke({**INPUTS, "message": "please review"}))
            await answering.wait()
            await asyncio.sleep(0.01)  # until the client has read what there is, and waits for more
            began = time.perf_counter()
            task.cancel()
            spent.append(await left.get() - began)
            await asyncio.wait([task])
    longest = max(spent)
    verdict = "" if longest <= CANCELLING else "  MISSED"
    text = f"{statistics.median(spent) * 1e3:.1f} ms elapsed, {longest * 1e3:.1f} ms at most"
    return "cancel until the socket is closed", text, f"at most {CANCELLING * 1e3:g} ms{verdict}"


def _build_rows() -> Iterator[Row]:
    """The lists are read over HTTP from the emulator, which shares this process, so its time is in these too."""
    inputs = [AppInput("text", "Text"), AppInput("tone", "Tone", "single", options=[AppInputOption("Plain", "plain")])]
    with Emulator(pace=0) as alli, Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        for number in range(APPS):
            single = number % 2 == 0
            alli.app(
                name=f"App {number}",
                type="single_action" if single else "campaign",
                inputs=inputs if single else (),
            )(lambda run: run.message)
        toolkit = AlliToolkit(client=client, search_term="App ", max_tools=APPS)
        first, again = [], []
        for _ in range(3):
            toolkit.refresh()
            first.append(_seconds(toolkit, APPS))
            again.append(_seconds(toolkit, APPS))
    yield _build_row(f"{APPS} tools, lists read", statistics.median(first))
    yield _build_row(f"{APPS} tools, lists kept", statistics.median(again))


def _seconds(toolkit: AlliToolkit, count: int) -> float:
    began = time.perf_counter()
    tools = toolkit.get_tools()
    seconds = time.perf_counter() - began
    if len(tools) != count:
        raise RuntimeError(f"{len(tools)} tools were built instead of {count}")
    return seconds


def _overhead_row(name: str, seconds: float) -> Row:
    verdict = "" if seconds <= OVERHEAD else "  MISSED"
    return name, f"{seconds * 1e6:,.0f} us", f"at most {OVERHEAD * 1e6:,.0f} us{verdict}"


def _build_row(name: str, seconds: float) -> Row:
    verdict = "" if seconds <= BUILD else "  MISSED"
    return name, f"{seconds:.2f} s elapsed", f"at most {BUILD:g} s{verdict}"
