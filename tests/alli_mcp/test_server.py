"""Apps over the Model Context Protocol: in memory and over HTTP."""

import asyncio
from collections.abc import Iterator
from typing import Any

import fastmcp
import pytest
from alli import Alli, AsyncAlli, ConfigurationError
from alli_emulator import AppRun, Emulator, Reply
from alli_mcp import acreate_server, create_server
from alli_tools import ToolOptions
from fastmcp import Client
from fastmcp.client.auth import BearerAuth
from fastmcp.client.transports import StreamableHttpTransport
from fastmcp.exceptions import ToolError

from tests.alli_mcp.desk import MINE, names, on_the_wire, over_http, runs, served

pytestmark = pytest.mark.filterwarnings("default")  # what FastMCP and what it stands on warn of is their own


async def test_each_app_is_a_tool_with_title_description_and_closed_schema(alli: Emulator) -> None:
    async with served(alli) as server, Client(server) as client:
        tools = {tool.title: tool for tool in await client.list_tools()}
    assert set(tools) == set(MINE)
    chat = tools["Chat"]
    assert chat.description == "Chat\nTalks.\nCategory: GENERAL.\nAn Alli app of type campaign."
    shown = on_the_wire(chat)
    assert set(shown["inputSchema"]["properties"]) == {"message", "choices", "form"}
    assert shown["inputSchema"]["additionalProperties"] is False
    assert shown["annotations"]["openWorldHint"] is True
    assert all(len(tool.name) <= 48 for tool in tools.values())


async def test_text_is_content_artifact_is_structured_and_parts_are_progress(alli: Emulator) -> None:
    heard: list[tuple[float, str | None]] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        heard.append((done, message))

    async with served(alli) as server, Client(server) as client:
        tool = (await names(client))["Chat"]
        answer = await client.call_tool(tool, {"message": "hi"}, progress_handler=progress)
    assert answer.content[0].text == "turn 1 for nobody: hi"
    assert answer.structured_content is not None
    assert answer.structured_content["alli"]["app"]["name"] == "Chat"
    assert "turn 1" not in str(answer.structured_content)
    assert heard == [(7.0, "turn 1 "), (21.0, "for nobody: hi")]


async def test_progress_grows_where_the_app_takes_back_all_it_said(alli: Emulator) -> None:
    heard: list[float] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        heard.append(done)

    @alli.app(name="Shy", type="campaign")
    def shy(_run: AppRun) -> Iterator[Reply]:
        yield Reply("one")
        yield Reply("two", replacement="", new_message=True)

    async with served(alli, ids=[shy.id], predicate=None) as server, Client(server) as client:
        await client.call_tool((await names(client))["Shy"], {"message": "hi"}, progress_handler=progress)
    assert len(heard) == 3
    assert heard == sorted(set(heard))


async def test_errors_are_errors_after_one_request(alli: Emulator) -> None:
    async with served(alli) as server, Client(server) as client:
        chat = (await names(client))["Chat"]
        failed = await client.call_tool(chat, {"message": "fail"}, raise_on_error=False)
        assert failed.is_error
        assert "no such contract" in failed.content[0].text
        assert failed.structured_content is not None
        assert failed.structured_content["alli"]["status"] == "error"
        alli.fault(path_contains="/run", cut_after=100)
        unknown = await client.call_tool(chat, {"message": "hi"}, raise_on_error=False)
        assert "Do not call it again" in unknown.content[0].text
        alli.fault(path_contains="/run", status=403, body={"error": "not yours"})
        assert "not yours" in (await client.call_tool(chat, {"message": "x"}, raise_on_error=False)).content[0].text
        with pytest.raises(ToolError, match="no such contract"):
            await client.call_tool(chat, {"message": "fail"})
    assert len(runs(alli)) == 4


@pytest.mark.parametrize("arguments", [{}, {"text": 5}, {"text": "x", "user_id": "boss"}], ids=str)
async def test_nothing_is_sent_where_an_argument_is_missing_or_wrong(alli: Emulator, arguments: dict[str, Any]) -> None:
    async with served(alli) as server, Client(server) as client:
        answer = await client.call_tool((await names(client))["Rewrite"], arguments, raise_on_error=False)
    assert answer.is_error
    assert runs(alli) == []


async def test_half_a_character_is_an_error_result_that_the_model_sees(
    alli: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(alli) as server, Client(server) as client:
        answer = await client.call_tool((await names(client))["Chat"], {"message": "\ud83d"}, raise_on_error=False)
    assert answer.is_error
    assert answer.structured_content is not None
    assert "holds a lone surrogate, which is not text" in answer.content[0].text
    assert [line for line in caplog.records if line.exc_info] == []
    assert runs(alli) == []


async def test_a_clients_user_is_asked_for_choices_and_forms_where_it_can(alli: Emulator) -> None:
    asked: list[str] = []

    async def elicit(message: str, response_type: Any, params: Any, context: Any) -> Any:
        asked.append(message)
        if "value" in on_the_wire(params)["requestedSchema"]["properties"]:
            return response_type(value="Chair")
        return {"place": "Seoul"}

    async with served(alli) as server, Client(server, elicitation_handler=elicit) as client:
        answer = await client.call_tool((await names(client))["Shop"], {"message": "hi"})
    assert answer.content[0].text == "To Seoul"
    assert asked[0] == "What?\n\nChoices:\n0: Lamp\n1: Chair"
    assert asked[1].startswith("Number 1. Where to?\n\nForm to fill in:\nplace (Place): text, required")
    assert len(runs(alli)) == 3


async def test_of_choices_with_one_text_the_one_that_the_user_took_is_sent(alli: Emulator) -> None:
    @alli.app(name="Twins", type="campaign")
    def offer(run: AppRun) -> str | Reply:
        return f"Number {run.choices[0]}" if run.choices else Reply("Which?", choices=["Lamp", "Lamp"])

    async def elicit(message: str, response_type: Any, params: Any, context: Any) -> Any:
        return response_type(value="1: Lamp")

    async with (
        served(alli, predicate=lambda app: app.name == "Twins") as server,
        Client(server, elicitation_handler=elicit) as client,
    ):
        answer = await client.call_tool((await names(client))["Twins"], {"message": "hi"})
    assert answer.content[0].text == "Number 1"


async def test_a_user_who_declines_leaves_it_to_the_model_and_no_run_is_made_twice(alli: Emulator) -> None:
    from fastmcp.client.elicitation import ElicitResult

    async def elicit(message: str, response_type: Any, params: Any, context: Any) -> Any:
        return ElicitResult(action="decline")

    async with served(alli) as server, Client(server, elicitation_handler=elicit) as client:
        shop = (await names(client))["Shop"]
        answer = await client.call_tool(shop, {"message": "hi"})
        assert answer.content[0].text.startswith(
            "What?\n\nChoices:\n0: Lamp\n1: Chair\n(To answer, call this tool again"
        )
        assert len(runs(alli)) == 1
    async with served(alli) as server, Client(server) as client:  # a client that can't ask
        answer = await client.call_tool(shop, {"message": "hi"})
        assert answer.content[0].text.startswith("What?")
        answer = await client.call_tool(shop, {"choices": [0]})
        assert answer.content[0].text.startswith("Number 0.")


async def test_a_reply_of_another_user_than_the_one_who_was_asked_is_refused(alli: Emulator) -> None:
    users = ["emp-a"]

    async def elicit(message: str, response_type: Any, params: Any, context: Any) -> Any:
        users.append("emp-b")
        return response_type(value="Chair")

    async with (
        served(alli, user=lambda token: users[-1]) as server,
        Client(server, elicitation_handler=elicit) as client,
    ):
        shop = (await names(client))["Shop"]
        with pytest.raises(ToolError, match="Nothing was sent: that is the conversation of somebody else"):
            await client.call_tool(shop, {"message": "hi"})
    assert len(runs(alli)) == 1


async def test_two_tools_serve_any_number_of_apps(alli: Emulator) -> None:
    async with served(alli, router=True) as server, Client(server) as client:
        assert sorted((await names(client)).values()) == ["alli_find_apps", "alli_run_app"]
        found = await client.call_tool("alli_find_apps", {"query": "Rewrite"})
        assert found.structured_content is not None
        ref = found.structured_content["alli"]["apps"][0]["ref"]
        answer = await client.call_tool("alli_run_app", {"app_ref": ref, "message": "a line"})
    assert answer.content[0].text == "Rewritten: a line"


@pytest.mark.skipif(fastmcp.__version__ < "4", reason="the client of FastMCP 3 does not tell the server")
async def test_cancelling_a_call_closes_the_apps_connection(alli: Emulator) -> None:
    alli.fault(path_contains="/run", stall_after=5)
    async with served(alli) as server, Client(server) as client:
        task = asyncio.create_task(client.call_tool((await names(client))["Chat"], {"message": "hi"}))
        while not runs(alli) or runs(alli)[0].status is None:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(runs(alli)[0].wait, 20)
    assert runs(alli)[0].client_left


async def test_the_async_client_alone_is_enough_for_an_awaited_server(alli: Emulator) -> None:
    async with AsyncAlli(api_key=alli.api_key, base_url=alli.base_url) as async_client:
        server = await acreate_server(async_client=async_client, search_term="Chat")
        async with Client(server) as client:
            assert set(await names(client)) == {"Chat"}


async def test_a_wrong_set_up_is_no_answer_of_the_app(alli: Emulator) -> None:
    wrong: Any = lambda app_id, context: 5  # noqa: E731
    async with served(alli, options=ToolOptions(conversation=wrong)) as server, Client(server) as client:
        with pytest.raises(ToolError) as raised:
            await client.call_tool((await names(client))["Chat"], {"message": "hi"})
    assert "its function must give text or None, not int" in str(raised.value)
    assert 'The app "Chat" failed' not in str(raised.value)
    assert runs(alli) == []


async def test_options_and_users_of_ones_own_count(alli: Emulator) -> None:
    settings: dict[str, Any] = {"options": ToolOptions(artifact="ids"), "user": lambda token: f"for {token}"}
    async with served(alli, **settings) as server, Client(server) as client:
        answer = await client.call_tool((await names(client))["Chat"], {"message": "hi"})
    assert answer.content[0].text == "turn 1 for for None: hi"
    assert answer.structured_content is not None
    assert "citations" not in answer.structured_content["alli"]


async def test_two_users_of_one_server_never_meet(alli: Emulator) -> None:
    from fastmcp.server.auth.providers.jwt import StaticTokenVerifier

    tokens = {name: {"client_id": "app", "sub": f"emp-{name}", "scopes": []} for name in ("a", "b")}
    async with served(alli, auth=StaticTokenVerifier(tokens=tokens)) as server, over_http(server) as url:

        async def turns(token: str) -> list[str]:
            async with Client(StreamableHttpTransport(url, auth=BearerAuth(token))) as client:
                chat = (await names(client))["Chat"]
                meta = {"alli/thread": "same"}
                return [(await client.call_tool(chat, {"message": "hi"}, meta=meta)).content[0].text for _ in range(2)]

        both = await asyncio.gather(turns("a"), turns("b"))
        assert [*both] == [[f"turn {turn} for emp-{name}: hi" for turn in (1, 2)] for name in ("a", "b")]
        before = len(runs(alli))
        with pytest.raises(Exception, match="401|error response"):
            await turns("nobody")
        assert len(runs(alli)) == before


async def test_an_agent_of_langchain_reads_it(alli: Emulator) -> None:
    MCPAdapter = pytest.importorskip("langchain.mcp").MCPAdapter

    async with served(alli) as server, Client(server) as client:
        tools = {tool.description.split("\n")[0]: tool for tool in await MCPAdapter(client).list_tools()}
        assert "Rewritten: x" in str(await tools["Rewrite"].ainvoke({"text": "x"}))


def test_a_server_without_tools_is_said_to_have_none(alli: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        create_server(
            client=client, async_client=AsyncAlli(api_key="k", base_url=alli.base_url), search_term="no such app"
        )
        assert "no app passes the filters, so this server has no tools" in caplog.text
        caplog.clear()
        create_server(client=client, async_client=AsyncAlli(api_key="k", base_url=alli.base_url))
        assert not caplog.records


def test_a_server_without_a_key_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="ALLI_API_KEY"):
        create_server()


def test_a_user_that_is_not_a_function_is_refused_when_the_server_is_made(alli: Emulator) -> None:
    with (
        Alli(api_key=alli.api_key, base_url=alli.base_url) as client,
        pytest.raises(ValueError, match=r"^user: must be a function of the token, not str$"),
    ):
        wrong: Any = "emp-7"
        create_server(client=client, async_client=AsyncAlli(api_key=alli.api_key, base_url=alli.base_url), user=wrong)
