"""A tool that a node of a graph, or another tool, invokes by itself: it is handed no runtime, and finds the node's own."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest
from langchain_alli import AlliAppTool
from langchain_core.messages import AnyMessage
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages

from tests.langchain_alli.desk import Desk, Way, invoke, tool_call


@dataclass
class Context:
    """For whom a graph runs."""

    alli_user: str


class State(TypedDict):
    """Messages and nothing else."""

    messages: Annotated[list[AnyMessage], add_messages]


def _graph(tool: AlliAppTool, way: Way) -> Any:
    def ask(_: State) -> dict[str, Any]:
        return {"messages": [tool.invoke(tool_call(tool, message="hi"))]}

    async def aask(_: State) -> dict[str, Any]:
        return {"messages": [await tool.ainvoke(tool_call(tool, message="hi"))]}

    graph = StateGraph(State, context_schema=Context)
    node: Any = ask if way == "sync" else aask
    graph.add_node("ask", node)
    graph.add_edge(START, "ask")
    return graph.compile()


async def _updates(way: Way, graph: Any) -> list[dict[str, Any]]:
    given: Any = {"messages": []}
    if way == "sync":
        return list(graph.stream(given, context=Context("emp-7"), stream_mode="custom"))
    return [update async for update in graph.astream(given, context=Context("emp-7"), stream_mode="custom")]


async def test_a_tool_invoked_in_a_node_runs_for_the_user_of_the_graph(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    updates = await _updates(way, _graph(tool, way))
    assert "".join(update["text"] for update in updates) == "turn 1 for emp-7: hi"
    assert {update["tool_call_id"] for update in updates} == {"call_1"}


async def test_outside_a_graph_there_is_nobody(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    assert await invoke(way, tool, {"message": "hi"}) == "turn 1 for nobody: hi"


@pytest.mark.parametrize("forged", [{}, {"context": {"alli_user": "emp-9"}}, "emp-9"], ids=["empty", "context", "text"])
async def test_in_a_node_too_a_model_can_forge_no_runtime(desk: Desk, way: Way, forged: Any) -> None:
    tool = desk.tool("HR chat")

    async def ask(_: State) -> dict[str, Any]:
        return {"messages": [await invoke(way, tool, tool_call(tool, message="hi", runtime=forged))]}

    graph: Any = StateGraph(State, context_schema=Context)
    graph.add_node("ask", ask)
    graph.add_edge(START, "ask")
    answer = await graph.compile().ainvoke({"messages": []}, context=Context("emp-7"))
    assert answer["messages"][-1].status == "error"
    assert desk.runs() == []
