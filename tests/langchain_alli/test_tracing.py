"""What tracing, callbacks, checkpoints and dumps keep of a run: never the API key, and never the user."""

import copy
import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest
from alli import Alli, AsyncAlli
from langchain.agents import create_agent
from langchain_alli import AlliToolkit, ToolOptions
from langchain_alli.middleware import AlliConversations
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tracers.base import BaseTracer
from langgraph.checkpoint.memory import InMemorySaver

from tests.langchain_alli.desk import Desk, Way, get_tools

USER = "emp-secret-7"


@dataclass
class Context:
    """What an application tells of the person it acts for."""

    alli_user: str


class RecordingTracer(BaseTracer):
    """Keeps every run whole, as a tracing service would be sent it."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Any] = []

    def _persist_run(self, run: Any) -> None:
        self.runs.append(run)

    def on_custom_event(self, *args: Any, **kwargs: Any) -> None:
        """Custom events are part of no run; kept beside them."""
        self.runs.append((args, kwargs))


class RecordingHandler(BaseCallbackHandler):
    """Keeps the arguments of every callback there is."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, Any]] = []

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("on_"):
            return super().__getattribute__(name)

        def record(*args: Any, **kwargs: Any) -> None:
            self.calls.append((name, args, kwargs))

        return record


@dataclass
class Told:
    """Everything a run told anybody."""

    tracer: RecordingTracer = field(default_factory=RecordingTracer)
    handler: RecordingHandler = field(default_factory=RecordingHandler)
    rest: list[Any] = field(default_factory=list[Any])

    def text(self) -> str:
        """All of it, as text: whatever is nested, by its repr and by its attributes."""
        runs = [vars(run) if hasattr(run, "__dict__") else run for run in self.tracer.runs]
        return "\n".join(map(repr, [runs, self.handler.calls, self.rest]))


async def _run(desk: Desk, way: Way, told: Told, *, fault: dict[str, Any] | None = None) -> None:
    """An agent's turn with both kinds of apps, in which everything that can be recorded is."""
    key = desk.alli.api_key
    with Alli(api_key=key, base_url=desk.alli.base_url, max_retries=0) as client:
        async with AsyncAlli(api_key=key, base_url=desk.alli.base_url, max_retries=0) as async_client:
            toolkit = AlliToolkit(client=client, async_client=async_client, options=ToolOptions(on_error="return_all"))
            tools = {tool.description.split("\n")[0]: tool for tool in await get_tools(way, toolkit)}
            told.rest += [toolkit, *tools.values(), [tool.metadata for tool in tools.values()]]
            calls = [
                call_tool(tools["HR chat"].name, message="hi"),
                call_tool(tools["Rewrite"].name, content="x", tone="plain"),
            ]
            step = AIMessage("", tool_calls=[call.tool_calls[0] for call in calls])
            saver = InMemorySaver()
            agent: Any = create_agent(
                ScriptedChatModel(script=[step, "done"]),
                list(tools.values()),
                middleware=[AlliConversations()],
                context_schema=Context,
                checkpointer=saver,
            )
            if fault:
                desk.alli.fault(path_contains="/run", **fault)
            config: Any = {"configurable": {"thread_id": "t"}, "callbacks": [told.tracer, told.handler]}
            given = {"messages": [HumanMessage("go")]}
            if way == "sync":
                state = agent.invoke(given, config, context=Context(USER))
            else:
                state = await agent.ainvoke(given, config, context=Context(USER))
            told.rest += [state, saver.storage, saver.writes, saver.blobs]
            told.rest += [item async for item in saver.alist(config)]


@pytest.mark.parametrize(
    "fault", [None, {"status": 401, "times": 2}, {"cut_after": 100, "times": 2}], ids=["good", "refused", "cut"]
)
async def test_no_trace_callback_checkpoint_or_repr_holds_the_key_or_the_user(
    desk: Desk, way: Way, fault: dict[str, Any] | None
) -> None:
    told = Told()
    await _run(desk, way, told, fault=fault)
    assert {run.headers["own-user-id"] for run in desk.runs()} == {USER}
    assert {run.headers["api-key"] for run in desk.runs()} == {desk.alli.api_key}
    names = {name for name, _, _ in told.handler.calls}
    assert {"on_tool_start", "on_tool_end", "on_chain_start"} <= names
    assert ("on_custom_event" in names) is (fault is None)
    text = told.text()
    assert "HR chat" in text
    inputs = [kwargs.get("inputs") for name, _, kwargs in told.handler.calls if name == "on_tool_start"]
    assert {"message": "hi"} in inputs
    assert not any("runtime" in (given or {}) for given in inputs)
    assert desk.alli.api_key not in text
    # The emulated chat app quotes its user in its answer, as an app may; nothing else may name the user.
    assert USER not in text.replace(f"for {USER}: ", "")


def test_a_tool_is_not_pickled_and_says_why(desk: Desk) -> None:
    with pytest.raises(TypeError, match="not pickled") as raised:
        pickle.dumps(desk.tool("HR chat"))
    assert desk.alli.api_key not in str(raised.value)


def test_a_copy_of_a_tool_shares_its_clients(desk: Desk) -> None:
    tool = desk.tool("HR chat")
    for copied in (copy.copy(tool), copy.deepcopy(tool), tool.model_copy(deep=True)):
        assert copied is not tool
        assert copied.calls.clients is tool.calls.clients
        assert copied.invoke("hi") == "turn 1 for nobody: hi"


def test_a_tool_is_not_serialised_by_langchain(desk: Desk) -> None:
    assert desk.tool("HR chat").is_lc_serializable() is False
