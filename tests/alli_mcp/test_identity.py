"""A user of a server over HTTP who wants another's conversation: no door leads to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from fastmcp.server.auth.providers.jwt import StaticTokenVerifier

from tests.alli_mcp.desk import names, over_http, runs, served

pytestmark = pytest.mark.filterwarnings("default")  # what FastMCP and what it stands on warn of is their own

TOKENS = {name: {"client_id": "app", "sub": f"emp-{name}", "scopes": []} for name in ("a", "b")}
THREAD = {"alli/thread": "same"}


class Desk:
    """A server with two users, where emp-a has a conversation."""

    def __init__(self, alli: Emulator, url: str) -> None:
        self.alli = alli
        self.url = url
        self.conversation_id = ""
        self.session_id = ""

    def client(self, token: str, **headers: str) -> Any:
        """A client that signs in with that token and sends these headers, too."""
        return Client(StreamableHttpTransport(self.url, headers={"Authorization": f"Bearer {token}", **headers}))


@pytest.fixture
async def desk(alli: Emulator) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(served(alli, auth=StaticTokenVerifier(tokens=TOKENS)))
        made = Desk(alli, await stack.enter_async_context(over_http(server)))
        client = await stack.enter_async_context(made.client("a"))
        answer = await client.call_tool((await names(client))["Chat"], {"message": "a secret"}, meta=THREAD)
        made.conversation_id = answer.structured_content["alli"]["conversation_id"]
        made.session_id = client.transport.get_session_id() or ""
        yield made


def as_emp_b_in_conversations_of_theirs(desk: Desk, before: int) -> bool:
    """Whether each run since then was made for emp-b, and none in the conversation of emp-a."""
    return all(
        request.headers.get("own-user-id") == "emp-b" and desk.conversation_id not in str(request.json)
        for request in runs(desk.alli)[before:]
    )


HEADERS = [
    {"OWN-USER-ID": "emp-a"},
    {"USER-EMAIL": "a@example.com", "AGENT-EMAIL": "a@example.com"},
    {"X-Forwarded-User": "emp-a"},
    {"X-Alli-User": "emp-a"},
    {"Cookie": "user=emp-a"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
async def test_no_header_names_another_user(desk: Desk, headers: dict[str, str]) -> None:
    before = len(runs(desk.alli))
    async with desk.client("b", **headers) as client:
        answer = await client.call_tool((await names(client))["Chat"], {"message": "hi"}, meta=THREAD)
    assert answer.content[0].text == "turn 1 for emp-b: hi"
    assert as_emp_b_in_conversations_of_theirs(desk, before)


@pytest.mark.parametrize("argument", ["user", "user_id", "own_user_id", "thread", "thread_id", "conversation_id"])
async def test_no_argument_names_a_user_or_a_conversation(desk: Desk, argument: str) -> None:
    before = len(runs(desk.alli))
    async with desk.client("b") as client:
        arguments = {"message": "hi", argument: desk.conversation_id if "conv" in argument else "emp-a"}
        answer = await client.call_tool((await names(client))["Chat"], arguments, raise_on_error=False)
    assert answer.is_error
    assert len(runs(desk.alli)) == before


async def test_no_meta_of_a_request_names_a_user_or_a_conversation(desk: Desk) -> None:
    before = len(runs(desk.alli))
    forged = {"alli/user": "emp-a", "alli/conversation": desk.conversation_id, "user": "emp-a", "sub": "emp-a"}
    async with desk.client("b") as client:
        for thread in ("same", desk.session_id or "s", desk.conversation_id, "emp-a", "emp-a\0same", "\0", "../same"):
            meta = {**forged, "alli/thread": thread}
            answer = await client.call_tool((await names(client))["Chat"], {"message": "hi"}, meta=meta)
            assert answer.content[0].text == "turn 1 for emp-b: hi"
    assert as_emp_b_in_conversations_of_theirs(desk, before)


HEAD = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "host", "version": "1"}}


@asynccontextmanager
async def asking(desk: Desk) -> AsyncIterator[Callable[[str, str, str, dict[str, Any]], Awaitable[httpx.Response]]]:
    """Asks without a client library, in the protocol of 2025, whose sessions have an id."""
    async with httpx.AsyncClient(headers=HEAD, timeout=20) as http:

        async def ask(token: str, session: str, method: str, params: dict[str, Any]) -> httpx.Response:
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            signed = {"Authorization": f"Bearer {token}", **({"Mcp-Session-Id": session} if session else {})}
            return await http.post(desk.url, json=body, headers=signed)

        yield ask


async def test_two_sessions_of_one_user_have_a_conversation_each(desk: Desk) -> None:
    async with desk.client("a") as client:
        chat = (await names(client))["Chat"]
    call = {"name": chat, "arguments": {"message": "hi"}}
    async with asking(desk) as ask:
        sessions = [(await ask("a", "", "initialize", HELLO)).headers["mcp-session-id"] for _ in range(2)]
        for turn in ("turn 1", "turn 2"):
            for session in sessions:
                assert f"{turn} for emp-a" in (await ask("a", session, "tools/call", call)).text


async def test_the_session_of_another_user_is_no_way_to_their_conversation(desk: Desk) -> None:
    async with desk.client("a") as client:
        chat = (await names(client))["Chat"]
    async with asking(desk) as ask:
        session = (await ask("a", "", "initialize", HELLO)).headers["mcp-session-id"]
        call = {"name": chat, "arguments": {"message": "hi"}}
        assert "turn 1 for emp-a" in (await ask("a", session, "tools/call", call)).text
        before = len(runs(desk.alli))
        stolen = await ask("b", session, "tools/call", call)
        assert "emp-a" not in stolen.text
        assert as_emp_b_in_conversations_of_theirs(desk, before)
        assert "turn 2 for emp-a" in (await ask("a", session, "tools/call", call)).text


async def test_the_owner_goes_on_with_it_afterwards(desk: Desk) -> None:
    """Else nobody would, and the tests above would show nothing."""
    async with desk.client("a") as client:
        answer = await client.call_tool((await names(client))["Chat"], {"message": "hi"}, meta=THREAD)
    assert answer.content[0].text == "turn 2 for emp-a: hi"
