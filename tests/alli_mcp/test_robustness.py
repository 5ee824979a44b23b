"""What hosts do to a server: parallel turns, time limits, hundreds of apps, restarts."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alli_emulator import AppRun, Emulator
from alli_mcp import mcp_host
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from tests.alli_mcp.desk import names, on_the_wire, over_http, runs, served

pytestmark = pytest.mark.filterwarnings("default")  # what FastMCP and what it stands on warn of is their own

THREAD = {"alli/thread": "ticket-12"}


def text_of(answer: Any) -> str:
    """What a call gave."""
    return str(answer.content[0].text)


async def test_of_parallel_turns_of_one_thread_one_goes_on_and_each_gets_its_own_answer(alli: Emulator) -> None:
    both_run = threading.Barrier(2)

    @alli.app(name="Slow", type="campaign")
    def slow(run: AppRun) -> str:
        if run.message != "first":
            both_run.wait(20)
        return f"turn {run.conversation.turn}: {run.message}"

    async with served(alli, predicate=lambda app: app.name == "Slow") as server, Client(server) as client:
        tool = (await names(client))["Slow"]
        await client.call_tool(tool, {"message": "first"}, meta=THREAD)
        calls = [client.call_tool(tool, {"message": f"m{number}"}, meta=THREAD) for number in range(2)]
        said = [text_of(answer) for answer in await asyncio.gather(*calls)]
    assert [text.partition(": ")[2] for text in said] == ["m0", "m1"]
    assert sorted(text.partition(": ")[0] for text in said) == ["turn 1", "turn 2"]


class Host:
    """A host that gives up on a call after `patience` seconds without progress."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.numbers: list[float] = []
        self._heard = asyncio.Event()

    async def progress(self, done: float, total: float | None, message: str | None) -> None:
        self.numbers.append(done)
        self._heard.set()

    async def call(self, client: Any, tool: str, arguments: dict[str, Any]) -> Any:
        call = asyncio.ensure_future(client.call_tool(tool, arguments, progress_handler=self.progress))
        while not call.done():
            heard = asyncio.ensure_future(self._heard.wait())
            done, _ = await asyncio.wait({call, heard}, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
            heard.cancel()
            self._heard.clear()
            if not done:
                call.cancel()
                raise TimeoutError
        return call.result()


@pytest.fixture
def silence(alli: Emulator) -> Iterator[threading.Event]:
    """An app that says nothing until this is set."""
    over = threading.Event()

    @alli.app(name="Silent", type="campaign")
    def silent(run: AppRun) -> str:
        over.wait(20)
        return "at last"

    yield over
    over.set()


async def test_a_host_with_a_time_limit_waits_for_an_app_that_says_nothing(
    alli: Emulator, silence: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_host, "SILENT_FOR", 0.1)
    host = Host(patience=3)
    async with (
        served(alli, predicate=lambda app: app.name == "Silent") as server,
        over_http(server) as url,
        Client(url) as client,
    ):
        call = asyncio.ensure_future(host.call(client, (await names(client))["Silent"], {"message": "hi"}))
        while len(host.numbers) < 4:
            await asyncio.sleep(0.01)
        silence.set()
        assert text_of(await call) == "at last"
    assert host.numbers == sorted(set(host.numbers))


async def test_without_progress_that_host_gives_up(
    alli: Emulator, silence: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the test above would show nothing."""
    monkeypatch.setattr(mcp_host, "SILENT_FOR", 60)
    async with served(alli, predicate=lambda app: app.name == "Silent") as server, Client(server) as client:
        tool = (await names(client))["Silent"]
        with pytest.raises(TimeoutError):
            await Host(patience=0.3).call(client, tool, {"message": "hi"})
        silence.set()


async def test_three_hundred_apps_are_two_tools_that_find_and_run_each_of_them(alli: Emulator) -> None:
    for number in range(300):
        alli.app(name=f"Report {number:03}", type="campaign")(lambda run, number=number: f"{number}: {run.message}")
    async with served(alli, router=True, predicate=None) as server, Client(server) as client:
        assert sorted((await names(client)).values()) == ["alli_find_apps", "alli_run_app"]
        for number in (0, 137, 299):
            found = await client.call_tool("alli_find_apps", {"query": f"Report {number:03}"})
            assert found.structured_content is not None
            first = found.structured_content["alli"]["apps"][0]
            assert len(text_of(found)) < 5_000
            answer = await client.call_tool("alli_run_app", {"app_ref": first["ref"], "message": "now"})
            assert text_of(answer) == f"{number}: now"


PROGRAM = """
import shelve, sys
from alli_mcp import create_server
from alli_tools import ToolOptions
with shelve.open(sys.argv[1]) as store:
    create_server(options=ToolOptions(store=store), search_term="Chat").run(show_banner=False)
"""


async def test_a_thread_goes_on_after_a_restart_where_its_conversations_are_kept_outside(
    alli: Emulator, tmp_path: Path
) -> None:
    said: list[str] = []
    for _ in range(2):
        program = ["-c", PROGRAM, str(tmp_path / "conversations")]
        environment = {"ALLI_API_KEY": alli.api_key, "ALLI_BASE_URL": alli.base_url}
        async with Client(StdioTransport(sys.executable, program, env=environment, keep_alive=False)) as client:
            said.append(text_of(await client.call_tool((await names(client))["Chat"], {"message": "hi"}, meta=THREAD)))
    assert said == ["turn 1 for nobody: hi", "turn 2 for nobody: hi"]


async def test_a_reply_to_an_offer_that_a_restart_has_lost_is_refused_in_words_and_sends_nothing(
    alli: Emulator,
) -> None:
    async with served(alli) as server, Client(server) as client:
        shop = (await names(client))["Shop"]
        assert text_of(await client.call_tool(shop, {"message": "hi"})).startswith("What?")
    before = len(runs(alli))
    async with served(alli) as server, Client(server) as client:
        answer = await client.call_tool(shop, {"choices": [0]}, raise_on_error=False)
    assert answer.is_error
    assert text_of(answer).startswith("Nothing was sent: there is no conversation in which this app waits for choices")
    assert len(runs(alli)) == before


async def test_the_official_client_reads_it_over_http(alli: Emulator) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with (
        served(alli) as server,
        over_http(server) as url,
        streamable_http_client(url) as streams,
        ClientSession(*streams[:2]) as session,
    ):
        await session.initialize()
        tools = {tool.title: tool.name for tool in (await session.list_tools()).tools}
        said: list[Any] = [await session.call_tool(tools["Chat"], {"message": "hi"}) for _ in range(2)]
    assert [text_of(answer) for answer in said] == [f"turn {turn} for nobody: hi" for turn in (1, 2)]
    assert on_the_wire(said[0])["structuredContent"]["alli"]["status"] == "success"
