"""Conversations where the messages are not the thread's: agents inside tools and nodes, stores, forks, two users."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_alli import AlliAppTool, ToolOptions
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.tools import tool as as_tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore

from tests.langchain_alli.desk import Desk, Way


@dataclass
class Context:
    """For whom an agent runs."""

    alli_user: str | None = None


def _calls(name: str, **arguments: Any) -> ScriptedChatModel:
    """A model that calls that tool for each human message and says what it read."""

    def decide(messages: Sequence[BaseMessage], _: object) -> Any:
        return messages[-1].text if isinstance(messages[-1], ToolMessage) else call_tool(name, **arguments)

    return ScriptedChatModel(decide=decide)


def _nested(tool: BaseTool, way: Way, **settings: Any) -> Any:
    """An agent whose tool invokes an agent that has the tool."""
    inner: Any = create_agent(_calls(tool.name, message="hi"), [tool], context_schema=Context)
    asked = {"messages": [HumanMessage("ask")]}

    @as_tool
    def clerk() -> str:
        """Ask the clerk."""
        return str(inner.invoke(asked)["messages"][-1].text)

    @as_tool
    async def aclerk() -> str:
        """Ask the clerk."""
        return str((await inner.ainvoke(asked))["messages"][-1].text)

    outer = clerk if way == "sync" else aclerk
    return create_agent(_calls(outer.name), [outer], context_schema=Context, **settings)


async def _turn(way: Way, agent: Any, thread: str | None, user: str | None = None) -> str:
    given = {"messages": [HumanMessage("go")]}
    config: Any = {"configurable": {"thread_id": thread}} if thread else None
    context = Context(user)
    state = agent.invoke(given, config, context=context) if way == "sync" else None
    state = state or await agent.ainvoke(given, config, context=context)
    return str(state["messages"][-1].text)


async def test_a_subagents_conversation_goes_on_with_the_thread(desk: Desk, way: Way) -> None:
    agent = _nested(desk.tool("HR chat"), way, checkpointer=InMemorySaver())
    said = [await _turn(way, agent, thread) for thread in ("a", "a", "b")]
    assert said == ["turn 1 for nobody: hi", "turn 2 for nobody: hi", "turn 1 for nobody: hi"]


async def test_without_a_thread_nothing_is_kept(desk: Desk, way: Way) -> None:
    agent = _nested(desk.tool("HR chat"), way)
    assert [await _turn(way, agent, None) for _ in range(2)] == ["turn 1 for nobody: hi"] * 2


async def test_two_users_of_one_thread_have_a_conversation_each(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    nested = _nested(tool, way, checkpointer=InMemorySaver())
    direct: Any = create_agent(
        _calls(tool.name, message="hi"), [tool], checkpointer=InMemorySaver(), context_schema=Context
    )
    for agent, thread in ((nested, "n"), (direct, "d")):
        turns = [await _turn(way, agent, thread, user) for user in ("emp-7", "emp-8", "emp-7")]
        assert turns == ["turn 1 for emp-7: hi", "turn 1 for emp-8: hi", "turn 2 for emp-7: hi"]


async def test_the_graphs_store_outlives_tools_and_agents_and_names_no_user(desk: Desk, way: Way) -> None:
    store = InMemoryStore()
    for turn in (1, 2):
        agent = _nested(desk.tool("HR chat"), way, store=store)
        assert await _turn(way, agent, "t", "emp-7") == f"turn {turn} for emp-7: hi"
    (item,) = store.search(("alli", "conversations"))
    assert "emp-7" not in f"{item.key} {item.value}"
    agent = _nested(desk.tool("HR chat"), way, store=InMemoryStore())  # another store knows nothing of it
    assert await _turn(way, agent, "t", "emp-7") == "turn 1 for emp-7: hi"


async def test_a_store_of_the_options_goes_before_the_graphs(desk: Desk, way: Way) -> None:
    mine: dict[str, Any] = {}
    agent = _nested(desk.tool("HR chat", options=ToolOptions(store=mine)), way, store=InMemoryStore())
    await _turn(way, agent, "t")
    assert len(mine) == 1


async def test_main_agent_and_subagent_share_the_conversation_of_their_thread(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    saver = InMemorySaver()
    assert await _turn(way, _nested(tool, way, checkpointer=saver), "t") == "turn 1 for nobody: hi"
    direct: Any = create_agent(_calls(tool.name, message="hi"), [tool], checkpointer=saver, context_schema=Context)
    assert await _turn(way, direct, "t") == "turn 2 for nobody: hi"
    assert await _turn(way, _nested(tool, way, checkpointer=saver), "t") == "turn 3 for nobody: hi"


async def test_a_fork_from_before_a_conversation_begins_its_own(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    agent: Any = create_agent(
        _calls(tool.name, message="hi"), [tool], checkpointer=InMemorySaver(), context_schema=Context
    )
    assert await _turn(way, agent, "t") == "turn 1 for nobody: hi"
    assert await _turn(way, agent, "t") == "turn 2 for nobody: hi"
    history = list(agent.get_state_history({"configurable": {"thread_id": "t"}}))
    before = next(state for state in history if len(state.values.get("messages", ())) == 1)
    forked = agent.invoke(None, before.config) if way == "sync" else await agent.ainvoke(None, before.config)
    assert forked["messages"][-1].text == "turn 1 for nobody: hi"


async def test_a_conversation_is_found_where_the_application_empties_artifacts(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    saver = InMemorySaver()
    agent: Any = create_agent(_calls(tool.name, message="hi"), [tool], checkpointer=saver, context_schema=Context)
    config: Any = {"configurable": {"thread_id": "t"}}
    await _turn(way, agent, "t")
    (answer,) = (m for m in agent.get_state(config).values["messages"] if isinstance(m, ToolMessage))
    agent.update_state(config, {"messages": [answer.model_copy(update={"artifact": None})]})
    assert await _turn(way, agent, "t") == "turn 2 for nobody: hi"


@pytest.mark.parametrize("artifact", ["full", "ids"])
async def test_either_artifact_is_enough_to_go_on(desk: Desk, way: Way, artifact: Any) -> None:
    tool: AlliAppTool = desk.tool("HR chat", options=ToolOptions(artifact=artifact, store={}))
    agent: Any = create_agent(
        _calls(tool.name, message="hi"), [tool], checkpointer=InMemorySaver(), context_schema=Context
    )
    assert [await _turn(way, agent, "t") for _ in range(2)] == ["turn 1 for nobody: hi", "turn 2 for nobody: hi"]
    messages = agent.get_state({"configurable": {"thread_id": "t"}}).values["messages"]
    assert not any("turn" in str(m.artifact) for m in messages if isinstance(m, ToolMessage))
