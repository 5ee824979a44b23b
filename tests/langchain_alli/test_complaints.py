"""One test per complaint that users of other adapters have filed, so that none of them is ours.

Complaints that other modules' tests answer are not repeated here: names and keys (test_naming, test_providers),
arguments under strict mode (test_providers), lists cut at their first page (test_toolkit), keys in traces
(test_tracing), retries that run an app twice (test_retrying), artifacts and checkpoints (test_agents).
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from alli import Alli, APIConnectionError, AsyncAlli, InternalServerError
from alli_emulator import AppRun, Emulator
from langchain.agents import create_agent
from langchain_alli import AlliAppTool, AlliToolkit
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver

from tests.langchain_alli.desk import Desk, Way, get_tools, invoke, run_agent, tool_call, tool_messages
from tests.programs import printed_by


async def test_names_that_differ_in_korean_alone_run_their_own_apps(desk: Desk, way: Way) -> None:
    for name in ("계약서 요약", "견적서 요약"):
        desk.alli.app(name=name, type="campaign")(lambda run, name=name: f"{name}: {run.message}")
    tools = await get_tools(way, desk.toolkit(search_term="요약"))
    assert len({tool.name for tool in tools}) == 2
    calls = [call_tool(tool.name, message="hi").tool_calls[0] for tool in tools]
    messages = await run_agent(way, ScriptedChatModel(script=[AIMessage("", tool_calls=calls), "done"]), tools)
    names = [tool.description.split("\n")[0] for tool in tools]
    assert [message.text for message in tool_messages(messages)] == [f"{name}: hi" for name in names]


async def test_apps_of_one_name_are_two_tools_and_each_runs_its_own(desk: Desk, way: Way) -> None:
    for number in (1, 2):
        desk.alli.app(name="Twin", type="campaign")(lambda run, number=number: f"{number}: {run.message}")
    tools = await get_tools(way, desk.toolkit(search_term="Twin"))
    assert len({tool.name for tool in tools}) == 2
    assert all(tool.name.startswith("alli_twin_") for tool in tools)
    assert {await invoke(way, tool, "hi") for tool in tools} == {"1: hi", "2: hi"}


async def test_a_name_does_not_depend_on_what_else_is_listed(desk: Desk, way: Way) -> None:
    before = {tool.name for tool in await get_tools(way, desk.toolkit())}
    desk.alli.app(name="HR chat", type="campaign")(lambda run: run.message)
    assert before < {tool.name for tool in await get_tools(way, desk.toolkit())}


def test_one_tool_works_in_sync_and_in_async_agents(desk: Desk) -> None:
    tool = desk.tool("HR chat")
    model = ScriptedChatModel(script=[call_tool(tool.name, message="hi"), "done"])
    sync = tool_messages(asyncio.run(run_agent("sync", model, [tool])))
    awaited = tool_messages(asyncio.run(run_agent("async", model, [tool])))
    assert sync[0].text == awaited[0].text == "turn 1 for nobody: hi"
    first, second = desk.runs()
    ours = {"content-type", "content-length", "x-request-id", "user-agent"}
    assert {k: v for k, v in first.headers.items() if k not in ours} == {
        k: v for k, v in second.headers.items() if k not in ours
    }
    assert first.form == second.form != {}


async def test_invoke_and_stream_put_the_same_bytes_on_the_wire(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    call = tool_call(tool, content="x", tone="plain")
    whole = await invoke(way, tool, call)
    streamed: Any = list(tool.stream(call)) if way == "sync" else [part async for part in tool.astream(call)]
    assert [part.content for part in streamed] == [whole.content]
    assert [part.artifact.keys() for part in streamed] == [whole.artifact.keys()]
    assert len({run.body for run in desk.runs()}) == 1


async def test_a_connection_the_service_closed_meanwhile_is_no_dead_session(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    await invoke(way, tool, "one")
    desk.alli.fault(path_contains="/run_conversation", drop=True)
    with pytest.raises(APIConnectionError):
        await invoke(way, tool, "two")
    assert await invoke(way, tool, "three") == "turn 1 for nobody: three"


def test_one_toolkit_serves_threads_with_an_event_loop_each(alli: Emulator) -> None:
    toolkit = AlliToolkit(async_client=AsyncAlli(api_key=alli.api_key, base_url=alli.base_url))

    async def ask() -> str:
        tool = next(tool for tool in await toolkit.aget_tools() if tool.description.startswith("HR chat"))
        return await tool.ainvoke("hi")  # type: ignore[no-any-return]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: asyncio.run(ask()), range(8))) == ["turn 1 for nobody: hi"] * 8


@dataclass
class Context:
    """Who a run is for."""

    alli_user: str


async def test_each_of_many_runs_at_once_acts_for_its_own_user(desk: Desk) -> None:
    tool = desk.tool("HR chat")
    agent: Any = create_agent(
        ScriptedChatModel(script=[call_tool(tool.name, message="hi"), "done"]), [tool], context_schema=Context
    )

    async def run(user: str) -> str:
        state = await agent.ainvoke({"messages": [HumanMessage("go")]}, context=Context(user))
        return tool_messages(state["messages"])[0].text

    users = [f"emp-{number}" for number in range(12)]
    assert await asyncio.gather(*map(run, users)) == [f"turn 1 for {user}: hi" for user in users]


async def test_a_failing_app_ends_neither_the_agent_nor_its_thread(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    saver, config = InMemorySaver(), {"configurable": {"thread_id": "t"}}
    for text, status in (("fail", "error"), ("hi", "success")):
        model = ScriptedChatModel(
            decide=lambda messages, _, text=text: (
                "done" if isinstance(messages[-1], ToolMessage) else call_tool(tool.name, message=text)
            )
        )
        messages = await run_agent(way, model, [tool], config=config, checkpointer=saver)
        assert tool_messages(messages)[-1].status == status


async def test_an_error_that_ends_a_run_is_catchable_where_it_happens(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    desk.alli.fault(path_contains="/run_conversation", status=500)
    with pytest.raises(InternalServerError):
        await run_agent(way, ScriptedChatModel(script=[call_tool(tool.name, message="hi"), "done"]), [tool])


async def test_a_tool_leaves_the_last_word_to_the_model(desk: Desk, way: Way) -> None:
    """`return_direct` would end the agent on an error, too, before the model could do better."""
    tools = await get_tools(way, desk.toolkit())
    assert len(tools) > 1
    assert not any(tool.return_direct for tool in [*tools, *desk.toolkit().router()])
    assert not any(tool.handle_tool_error or tool.handle_validation_error for tool in tools)


async def test_a_huge_answer_does_not_overflow_the_context(desk: Desk, way: Way) -> None:
    @desk.alli.app(name="Verbose", type="campaign")
    def verbose(run: AppRun) -> str:
        return "가" * 200_000

    tool = desk.tool("Verbose")
    message = await invoke(way, tool, tool_call(tool, message="x"))
    assert len(message.content) <= 20_000
    assert "[cut here: 200000 characters in all" in message.content
    assert len(message.artifact["alli"]["text"]) == 200_000


def test_an_artifact_is_json_of_plain_types_whatever_came(desk: Desk) -> None:
    for name, arguments in (("Rewrite", {"content": "x", "tone": "plain"}), ("Auditor", {"message": "7"})):
        tool = desk.tool(name)
        artifact = tool.invoke(tool_call(tool, **arguments)).artifact
        assert json.loads(json.dumps(artifact, allow_nan=False)) == artifact


WARNINGS_ARE_ERRORS = ["-W", "error", "-W", "ignore:'asyncio.iscoroutinefunction' is deprecated:DeprecationWarning"]
"""But what langsmith warns of on Python 3.14, where it is imported."""


def test_without_langgraph_a_tool_still_works(desk: Desk) -> None:
    """And without langchain: only langchain-core is required."""
    program = """
import asyncio, sys
sys.modules["langgraph"] = sys.modules["langchain"] = sys.modules["langgraph.prebuilt"] = None
from langchain_alli import AlliToolkit
toolkit = AlliToolkit()
tool = next(tool for tool in toolkit.get_tools() if tool.description.startswith("HR chat"))
print(tool.invoke("a"), asyncio.run(tool.ainvoke("b")), sep="|")
toolkit.close()
try:
    import langchain_alli.middleware
except ImportError:
    print("no middleware without langchain")
"""
    environment = {"ALLI_API_KEY": desk.alli.api_key, "ALLI_BASE_URL": desk.alli.base_url}
    printed = printed_by(program, options=WARNINGS_ARE_ERRORS, environment=environment)
    assert printed.split("\n")[:2] == [
        "turn 1 for nobody: a|turn 1 for nobody: b",
        "no middleware without langchain",
    ]


def test_event_loops_that_end_leave_no_open_connection(alli: Emulator) -> None:
    """With every warning an error, in a separate process: an unclosed connection would be reported at its end."""
    program = """
import asyncio
from langchain_alli import AlliToolkit
toolkit = AlliToolkit()
tool = None
async def ask():
    global tool
    tool = tool or next(t for t in await toolkit.aget_tools() if t.description.startswith("HR chat"))
    return await tool.ainvoke("hi")
for _ in range(3):
    asyncio.run(ask())
print("done")
"""
    environment = {"ALLI_API_KEY": alli.api_key, "ALLI_BASE_URL": alli.base_url}
    printed = printed_by(program, options=WARNINGS_ARE_ERRORS, environment=environment)
    assert printed == "done"


async def test_a_bound_key_is_not_shared_between_two_projects(alli: Emulator, desk: Desk) -> None:
    """Two toolkits in one process never mix: each lists and runs with its own client."""
    with Emulator(pace=0, api_key="another-key-0123456789") as other:
        other.app(name="Other", type="campaign")(lambda run: "from the other")
        with Alli(api_key=other.api_key, base_url=other.base_url) as client:
            theirs = AlliToolkit(client=client, search_term="Other").get_tools()
            ours = desk.toolkit(search_term="HR").get_tools()
            assert theirs[0].invoke("hi") == "from the other"
            assert "turn 1" in ours[0].invoke("hi")
            assert isinstance(theirs[0], AlliAppTool)
