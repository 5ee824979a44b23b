"""Tools in graphs of the application's own, and beside what LangGraph itself does with a node: interrupts and retries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest
from alli import AlliError
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_alli import AlliAppTool, retryable
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.tools import tool as as_tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, RetryPolicy, interrupt
from pydantic import BaseModel

from tests.langchain_alli.desk import Desk, Way

THREAD: Any = {"configurable": {"thread_id": "t"}}


class Messages(TypedDict):
    """As LangGraph's own."""

    messages: Annotated[list[AnyMessage], add_messages]


class Talk(TypedDict):
    """A state that calls its messages something else."""

    notes: list[str]
    talk: Annotated[list[AnyMessage], add_messages]


class TalkModel(BaseModel):
    """The same as a pydantic model."""

    notes: list[str]
    talk: Annotated[list[AnyMessage], add_messages]


@dataclass
class TalkRecord:
    """The same as a dataclass."""

    notes: list[str]
    talk: Annotated[list[AnyMessage], add_messages]


@dataclass(slots=True)
class SlottedRecord:
    """The same without a `__dict__`."""

    notes: list[str]
    talk: Annotated[list[AnyMessage], add_messages]


class MessagesModel(BaseModel):
    """LangGraph's own as a pydantic model."""

    messages: Annotated[list[AnyMessage], add_messages]


def _graph(state: Any, key: str, tool: AlliAppTool, **node: Any) -> Any:
    graph = StateGraph(state)
    graph.add_node("tools", ToolNode([tool], messages_key=key), **node)
    graph.add_edge(START, "tools")
    graph.add_edge("tools", END)
    return graph.compile(checkpointer=InMemorySaver())


async def _run(way: Way, graph: Any, given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = graph.invoke(given, THREAD) if way == "sync" else await graph.ainvoke(given, THREAD)
    return answer


@pytest.mark.parametrize("state", [Messages, MessagesModel, Talk, TalkModel, TalkRecord, SlottedRecord])
async def test_a_conversation_goes_on_in_a_graph_of_ones_own(desk: Desk, way: Way, state: Any) -> None:
    tool = desk.tool("HR chat")
    key = "messages" if state in (Messages, MessagesModel) else "talk"
    graph = _graph(state, key, tool)
    for turn in (1, 2):
        call = call_tool(tool.name, message="hi")
        answered = await _run(way, graph, {"notes": ["x"], key: [call]} if key == "talk" else {key: [call]})
        assert answered[key][-1].text == f"turn {turn} for nobody: hi"


@pytest.mark.parametrize(
    ("fault", "runs"),
    [({"status": 429}, 3), ({"drop": True}, 1), ({"cut_after": 150}, 1), ({"status": 500}, 1)],
    ids=["refused", "no answer", "cut", "server error"],
)
async def test_a_retry_policy_runs_no_app_twice(desk: Desk, way: Way, fault: dict[str, Any], runs: int) -> None:
    tool = desk.tool("HR chat")
    policy = RetryPolicy(retry_on=retryable, max_attempts=3, initial_interval=0, jitter=False)
    graph = _graph(Messages, "messages", tool, retry_policy=policy)
    desk.alli.fault(path_contains="/run_conversation", times=None, **fault)
    with pytest.raises(AlliError):
        await _run(way, graph, {"messages": [call_tool(tool.name, message="hi")]})
    assert len(desk.runs()) == runs


@as_tool
def ask() -> str:
    """Asks a person."""
    return str(interrupt("?"))


def _both(tool: AlliAppTool) -> ScriptedChatModel:
    calls: Sequence[AIMessage] = (call_tool(tool.name, message="hi"), call_tool("ask"))
    step = AIMessage("", tool_calls=[call.tool_calls[0] for call in calls])
    return ScriptedChatModel(script=[step, "done"])


@pytest.mark.parametrize("approved", [True, False], ids=["approved first", "at once"])
async def test_an_interrupt_runs_no_app_twice(desk: Desk, way: Way, approved: bool) -> None:
    """A tool that interrupts runs again from its top when the run goes on; an app's tool beside it must not."""
    tool = desk.tool("HR chat")
    middleware = [HumanInTheLoopMiddleware(interrupt_on={tool.name: True})] if approved else []
    agent: Any = create_agent(_both(tool), [tool, ask], middleware=middleware, checkpointer=InMemorySaver())
    state = await _run(way, agent, {"messages": [HumanMessage("go")]})
    assert len(desk.runs()) == (0 if approved else 1)
    if approved:
        state = await _run(way, agent, Command(resume={"decisions": [{"type": "approve"}]}))
    assert state["__interrupt__"]
    state = await _run(way, agent, Command(resume="yes"))
    assert [message.text for message in state["messages"][-3:]] == ["turn 1 for nobody: hi", "yes", "done"]
    assert len(desk.runs()) == 1
