"""What the adapter's tools do in LangChain's place, because LangChain finds it out again for each call: the same comes of it."""

import inspect
from typing import Annotated, Any

import pytest
from langchain.agents import AgentState, create_agent
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import HumanMessage
from langchain_core.tools import InjectedToolArg, InjectedToolCallId, StructuredTool
from langgraph.prebuilt import InjectedState
from pydantic import BaseModel, Field, ValidationError

from tests.langchain_alli.desk import Desk, Recorder, Way, invoke, tool_call

DECLARED: dict[str, Any] = {
    "content": (str, Field(description="Text", max_length=5)),
    "count": (int, Field(default=3)),
    "tags": (list[str], Field(default_factory=list)),
    "note": (str | None, Field(default=None)),
}


@pytest.mark.parametrize(
    "given",
    [
        {"content": "x"},
        {"content": "x", "count": "7", "tags": ["a"], "note": None},
        {"content": "x", "runtime": object()},
        {"content": "too long"},
        {"count": 1},
        {"content": "x", "mode": "background"},
    ],
    ids=["defaults", "all", "runtime", "too long", "missing", "made up"],
)
def test_arguments_are_read_as_langchain_reads_them(desk: Desk, given: dict[str, Any]) -> None:
    tool = desk.tool("Rewrite", args_schema=DECLARED)
    theirs = StructuredTool(
        name=tool.name, description="d", args_schema=tool.args_schema, func=tool.func, coroutine=tool.coroutine
    )
    try:
        expected: Any = theirs._parse_input(dict(given), "call_1")
    except ValidationError as error:
        with pytest.raises(ValidationError) as raised:
            tool._parse_input(dict(given), "call_1")
        assert raised.value.errors() == error.errors()
    else:
        assert {"runtime": given.get("runtime"), **expected} == tool._parse_input(dict(given), "call_1")
        assert tool._filter_injected_args(dict(given)) == theirs._filter_injected_args(dict(given))


def test_what_langchain_asks_of_the_two_methods_is_answered_beforehand(desk: Desk) -> None:
    tool = desk.tool("Rewrite")
    for method in (tool._run, tool._arun):
        assert str(inspect.signature(method)) == "(*args, **kwargs)"
        assert inspect.get_annotations(method) == {}


class State(AgentState[Any]):
    """A thread that knows where it is."""

    region: str


async def test_a_declared_argument_that_langgraph_fills_reaches_the_app_and_no_model_or_trace(
    desk: Desk, way: Way
) -> None:
    declared: Any = {
        "content": str,
        "tone": Annotated[str, InjectedState("region")],
        "call": Annotated[str, InjectedToolCallId],
    }
    tool = desk.tool("Rewrite", args_schema=declared)
    schema = tool.tool_call_schema
    assert not isinstance(schema, dict)
    assert set(schema.model_json_schema()["properties"]) == {"content"}
    recorder = Recorder()
    call = call_tool(tool.name, content="x", tone="forged")
    agent: Any = create_agent(ScriptedChatModel(script=[call, "done"]), [tool], state_schema=State)
    given = {"messages": [HumanMessage("go")], "region": "plain"}
    config: Any = {"callbacks": [recorder]}
    state = agent.invoke(given, config) if way == "sync" else await agent.ainvoke(given, config)
    assert state["messages"][-1].text == "done"
    (run,) = desk.runs()
    assert run.json()["inputs"] == {"content": "x", "tone": "plain", "call": call.tool_calls[0]["id"]}
    assert recorder.seen
    assert "plain" not in "".join(recorder.seen)


async def test_a_schema_that_is_set_later_counts_from_then_on(desk: Desk, way: Way) -> None:
    class Other(BaseModel):
        content: str
        tone: str = "formal"
        runtime: Annotated[Any, InjectedToolArg] = Field(default=None, exclude=True)

    tool = desk.tool("Rewrite")
    await invoke(way, tool, tool_call(tool, content="x", tone="plain"))
    tool.args_schema = Other
    await invoke(way, tool, tool_call(tool, content="y"))
    assert [run.json()["inputs"]["tone"] for run in desk.runs()] == ["plain", "formal"]
