"""langchain-mcp-adapters: `alli_mcp` read back as LangChain tools, over stdio and over HTTP.

The adapters stand on mcp 1, and so does the server of their environment (FastMCP 3). `.venv` has the newest, which they read, too.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

pytest.importorskip("langchain_mcp_adapters")

from langchain.agents import create_agent
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools

from tests.agents.contract import AgentContract, Service, service
from tests.places import ROOT

__all__ = ["service"]

PYTHONS = {"FastMCP 3": sys.executable, "the newest FastMCP": str(ROOT / ".venv/bin/python")}
STARTS_WITHIN = 60  # seconds

WITH_USERS = """
import sys
from alli_mcp import create_server
from fastmcp.server.auth.providers.jwt import StaticTokenVerifier
tokens = {name: {"client_id": "app", "sub": f"emp-{name}", "scopes": []} for name in ("7", "8")}
server = create_server(search_term="Chat", auth=StaticTokenVerifier(tokens=tokens))
server.run(transport="http", port=int(sys.argv[1]), show_banner=False, log_level="error")
"""


def environment(service: Service) -> dict[str, str]:
    """What the server needs to find the service."""
    return {"ALLI_API_KEY": service.alli.api_key, "ALLI_BASE_URL": service.alli.base_url}


@pytest.fixture
def at_http(service: Service) -> Iterator[Callable[..., str]]:
    """Starts a server with these arguments and its port; gives its address."""
    with ExitStack() as programs:

        def start(*command: str) -> str:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            program = programs.enter_context(subprocess.Popen([*command, str(port)], env=environment(service)))
            programs.callback(program.terminate)
            url, until = f"http://127.0.0.1:{port}/mcp", time.monotonic() + STARTS_WITHIN
            while not _is_up(url):
                assert program.poll() is None and time.monotonic() < until
                time.sleep(0.1)
            return url

        yield start


def _is_up(url: str) -> bool:
    try:
        return httpx.get(url).status_code in (400, 401, 406)
    except httpx.TransportError:
        return False


Connection = dict[str, Any]


@pytest.fixture(params=[f"{way} {version}" for way in ("stdio", "http") for version in PYTHONS])
def connection(request: pytest.FixtureRequest, service: Service, at_http: Callable[..., str]) -> Connection:
    """How the adapters reach the server."""
    way, _, version = str(request.param).partition(" ")
    arguments = ["-m", "alli_mcp"]
    if way == "stdio":
        return {
            "transport": "stdio",
            "command": PYTHONS[version],
            "args": arguments,
            "env": environment(service),
        }
    url = at_http(PYTHONS[version], *arguments, "--transport", "http", "--port")
    return {"transport": "streamable_http", "url": url}


@asynccontextmanager
async def in_session(connection: Connection, **settings: Any) -> AsyncIterator[dict[str, BaseTool]]:
    """The tools by the display names of their apps, all in one session."""
    client = MultiServerMCPClient({"alli": connection}, **settings)
    async with client.session("alli") as session:
        yield {tool.description.partition("\n")[0]: tool for tool in await load_mcp_tools(session)}


class TestLangChainMCP(AgentContract):
    """An agent of LangChain that has read the tools from the server."""

    connection: Connection

    @pytest.fixture(autouse=True)
    def _set_up(self, connection: Connection) -> None:
        self.connection = connection

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        name = service.tools[app].name
        tools = await MultiServerMCPClient({"alli": self.connection}).get_tools()  # type: ignore[dict-item]
        model = ScriptedChatModel(
            decide=lambda messages, _: "done" if isinstance(messages[-1], ToolMessage) else call_tool(name, **arguments)
        )
        state = await create_agent(model, tools).ainvoke({"messages": [HumanMessage("go")]})
        (read,) = [message for message in state["messages"] if isinstance(message, ToolMessage)]
        return read.text

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        async with in_session(self.connection) as tools:
            schema = tools[app].tool_call_schema
        assert isinstance(schema, dict)
        return schema["properties"]  # type: ignore[no-any-return]

    async def test_each_call_is_made_for_its_user_and_goes_on_in_its_thread(self, service: Service) -> None:
        # Nobody signs in here; users are the next test's. A session's calls go on with its conversation, and no other's.
        for _ in range(2):
            async with in_session(self.connection) as tools:
                said = [(await tools["Chat"].ainvoke({"message": "hi"}))[0]["text"] for _ in range(2)]
            assert said == [f"turn {turn} for nobody: hi" for turn in (1, 2)]


@pytest.mark.parametrize("version", PYTHONS)
async def test_two_users_of_one_server_never_meet(at_http: Callable[..., str], version: str) -> None:
    url = at_http(PYTHONS[version], "-c", WITH_USERS)
    for _ in range(2):
        for user in ("7", "8"):
            headers = {"Authorization": f"Bearer {user}"}
            async with in_session({"transport": "streamable_http", "url": url, "headers": headers}) as tools:
                said = [(await tools["Chat"].ainvoke({"message": "hi"}))[0]["text"] for _ in range(2)]
            assert said == [f"turn {turn} for emp-{user}: hi" for turn in (1, 2)]


async def test_the_artifact_is_structured_content_and_partial_text_is_progress(connection: Connection) -> None:
    heard: list[str | None] = []

    async def on_progress(progress: float, total: float | None, message: str | None, context: Any) -> None:
        heard.append(message)

    client = MultiServerMCPClient({"alli": connection}, callbacks=Callbacks(on_progress=on_progress))  # type: ignore[dict-item]
    (tool,) = [tool for tool in await client.get_tools() if tool.description.startswith("Chat\n")]
    call: Any = {"name": tool.name, "args": {"message": "hi"}, "id": "1", "type": "tool_call"}
    answer: ToolMessage = await tool.ainvoke(call)
    assert answer.status == "success"
    assert answer.artifact["structured_content"]["alli"]["app"]["name"] == "Chat"
    assert "".join(text or "" for text in heard) == "turn 1 for nobody: hi" == answer.text


async def test_names_are_short_enough_for_the_prefix_of_a_host(connection: Connection) -> None:
    server = "a_server_with_a_name"
    tools = await MultiServerMCPClient({server: connection}, tool_name_prefix=True).get_tools()  # type: ignore[dict-item]
    assert tools
    assert all(tool.name.startswith(f"{server}_alli_") for tool in tools)
    assert max(len(tool.name) for tool in tools) <= 20 + 1 + 48
