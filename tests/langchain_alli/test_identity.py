"""For whom a call is made: the context of the run, the server's authentication, a block of code; and what can't be forged."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from alli import ConfigurationError
from langchain.agents import create_agent
from langchain_alli import ToolOptions, acting_for, user_from_context, user_from_langgraph_auth
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import HumanMessage, ToolMessage

from tests.langchain_alli.desk import Desk, Way, invoke


@dataclass
class Context:
    """What an application tells of the person it acts for, or an HTTP caller pretends."""

    alli_user: str | None = None


class SignedIn:
    """A user as LangGraph's server has it."""

    identity = "emp-REAL"
    display_name = "Real"
    is_authenticated = True
    permissions: tuple[str, ...] = ()


SERVER: dict[str, Any] = {
    "langgraph_auth_user": SignedIn(),
    "langgraph_auth_user_id": "emp-REAL",
    "assistant_id": "a",
    "graph_id": "g",
}


async def _users(desk: Desk, way: Way, configurable: dict[str, Any], context: Any, **options: Any) -> list[str | None]:
    """The users of the runs that one turn of an agent makes."""
    tool = desk.tool("HR chat", options=ToolOptions(**options))
    script = [call_tool(tool.name, message="hi"), "done"]
    agent: Any = create_agent(ScriptedChatModel(script=script), [tool], context_schema=Context)
    given, config = {"messages": [HumanMessage("go")]}, {"configurable": {"thread_id": "1", **configurable}}
    if way == "sync":
        agent.invoke(given, config, context=context)
    else:
        await agent.ainvoke(given, config, context=context)
    return [run.headers.get("own-user-id") for run in desk.runs()]


@pytest.mark.parametrize("context", [Context(), Context("emp-REAL"), None], ids=["none", "the same", "no context"])
async def test_the_signed_in_user_is_the_user(desk: Desk, way: Way, context: Any) -> None:
    assert await _users(desk, way, SERVER, context) == ["emp-REAL"]


@pytest.mark.parametrize("server", [SERVER, {"langgraph_auth_user_id": "emp-REAL"}], ids=["user", "id alone"])
async def test_a_context_that_names_another_than_the_signed_in_user_ends_the_run(
    desk: Desk, way: Way, server: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match="names another user than the one who is signed in"):
        await _users(desk, way, server, Context("emp-FORGED"))
    assert desk.runs() == []


async def test_a_block_of_code_does_not_stand_above_the_signed_in_user(desk: Desk, way: Way) -> None:
    with acting_for(user="emp-BLOCK"):
        assert await _users(desk, way, SERVER, Context()) == ["emp-REAL"]
        assert await _users(desk, way, {}, Context("emp-7")) == ["emp-REAL", "emp-7"]
        assert await _users(desk, way, {}, Context()) == ["emp-REAL", "emp-7", "emp-BLOCK"]


async def test_a_resolver_for_servers_asks_the_authentication_alone_and_runs_for_nobody_else(
    desk: Desk, way: Way
) -> None:
    options = {"user": user_from_langgraph_auth}
    assert await _users(desk, way, SERVER, Context("emp-FORGED"), **options) == ["emp-REAL"]
    with pytest.raises(ConfigurationError, match="user_from_langgraph_auth: nobody is signed in"):
        await _users(desk, way, {}, Context("emp-7"), **options)
    assert len(desk.runs()) == 1


async def test_a_resolver_of_ones_own_decides_alone_and_may_see_the_runtime(desk: Desk, way: Way) -> None:
    seen: list[Any] = []

    def resolve(context: Any, runtime: Any) -> str:
        seen.append(runtime)
        return f"for {context.alli_user}"

    assert await _users(desk, way, SERVER, Context("emp-7"), user=resolve) == ["for emp-7"]
    assert isinstance(seen[0].state["messages"][0], HumanMessage)
    assert await _users(desk, way, {}, Context("emp-7"), user=lambda context: "one") == ["for emp-7", "one"]
    # A default keeps a value for a lambda; it is no place for the runtime.
    assert (await _users(desk, way, {}, None, user=lambda _, kept="kept": kept))[-1] == "kept"


async def test_outside_a_graph_a_resolver_sees_no_runtime(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(user=lambda context, runtime: f"{context} {runtime}"))
    assert await invoke(way, tool, "hi") == "turn 1 for None None: hi"


async def test_a_block_of_code_names_user_and_thread_of_a_bare_call(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    with acting_for(user="emp-7", thread="t"):
        assert [await invoke(way, tool, "hi") for _ in range(2)] == ["turn 1 for emp-7: hi", "turn 2 for emp-7: hi"]


async def test_a_tools_function_is_called_for_the_user_of_the_node_that_calls_it(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")

    def before(*_: Any) -> Any:
        return None

    async def node(_: Any) -> dict[str, Any]:
        assert tool.func is not None
        assert tool.coroutine is not None
        text = tool.func(message="hi") if way == "sync" else await tool.coroutine(message="hi")
        return {"messages": [ToolMessage(text, tool_call_id="c")]}

    from langgraph.graph import START, MessagesState, StateGraph

    graph: Any = StateGraph(MessagesState, context_schema=Context)
    graph.add_node("ask", node)
    graph.add_edge(START, "ask")
    answer = await graph.compile().ainvoke({"messages": []}, context=Context("emp-7"))
    assert answer["messages"][-1].text == "turn 1 for emp-7: hi"


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (SimpleNamespace(identity="a"), "a"),
        ({"identity": "a"}, "a"),
        (SimpleNamespace(identity=""), None),
        (SimpleNamespace(), None),
        (None, None),
    ],
    ids=["object", "mapping", "empty", "other", "none"],
)
def test_a_user_of_the_servers_own_info_is_read_by_its_identity(user: Any, expected: str | None) -> None:
    runtime = SimpleNamespace(server_info=SimpleNamespace(user=user))
    assert user_from_context(None, runtime) == expected
