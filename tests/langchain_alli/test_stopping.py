"""Ending a call: by the application, by a deadline, by cancelling; and what is said of the outcome."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from alli import DeadlineExceededError, StreamIdleError
from alli_emulator import AppRun
from langchain.agents import create_agent
from langchain_alli import CallStoppedError, ToolOptions, retryable
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from tests.langchain_alli.desk import Desk, Runtime, Way, invoke, run_agent, tool_call


def _talker(desk: Desk, gate: threading.Event | None = None) -> list[int]:
    """An app that says "one", waits for the gate if there is one, and says "two"; counts how often it came so far."""
    ended: list[int] = []

    @desk.alli.app(name="Talker", type="campaign")
    def talk(run: AppRun) -> Iterator[str]:
        yield "one "
        if gate is not None:
            gate.wait(20)
        yield "two "
        yield "three"
        ended.append(1)

    return ended


async def test_a_stopped_call_ends_between_two_partial_answers(desk: Desk, way: Way) -> None:
    _talker(desk)
    updates: list[Any] = []
    tool = desk.tool("Talker", options=ToolOptions(stop=lambda _: bool(updates)))
    with pytest.raises(CallStoppedError, match="was stopped after its request was sent") as raised:
        await invoke(way, tool, {"message": "hi", "runtime": Runtime(updates.append)})
    assert [(u["type"], u["text"]) for u in updates] == [("alli.delta", "one "), ("alli.status", "cancelled")]
    assert raised.value.partial is not None
    assert raised.value.partial.text.startswith("one")
    assert raised.value.outcome_unknown
    assert raised.value.request_sent
    assert not retryable(raised.value)


def test_a_synchronous_call_is_stopped_while_the_app_is_silent(desk: Desk) -> None:
    gate, stop = threading.Event(), threading.Event()
    _talker(desk, gate)
    tool = desk.tool("Talker", options=ToolOptions(stop=lambda _: stop.is_set(), on_error="return_all"))
    with pytest.raises(CallStoppedError):  # raised even where all errors come back
        tool.invoke({"message": "hi", "runtime": Runtime(lambda _: stop.set())})
    (run,) = desk.runs()
    assert run.wait(20)
    assert run.client_left
    gate.set()
    assert not [thread for thread in threading.enumerate() if thread.name == "alli-stop"]


async def test_a_call_that_is_stopped_before_it_begins_sends_nothing(desk: Desk, way: Way) -> None:
    asked: list[Any] = []
    tool = desk.tool("HR chat", options=ToolOptions(stop=lambda context: asked.append(context) or True))
    with pytest.raises(CallStoppedError, match="before its request was sent") as raised:
        await invoke(way, tool, {"message": "hi", "runtime": Runtime(lambda _: None, context="ctx")})
    assert asked == ["ctx"]
    assert not raised.value.outcome_unknown
    assert desk.runs() == []


async def test_a_call_nobody_stops_is_as_any_other(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(stop=lambda _: False))
    assert await invoke(way, tool, "hi") == "turn 1 for nobody: hi"


async def test_stopping_ends_the_agent_and_leaves_its_thread_usable(desk: Desk, way: Way) -> None:
    stopped = threading.Event()
    stopped.set()
    tool = desk.tool("HR chat", options=ToolOptions(stop=lambda _: stopped.is_set()))
    model = ScriptedChatModel(decide=lambda messages, _: call_tool(tool.name, message="x") if len(messages) < 3 else "")
    with pytest.raises(CallStoppedError):
        await run_agent(way, model, [tool])


@pytest.mark.parametrize("streaming", [True, False], ids=["streamed", "whole"])
async def test_a_deadline_bounds_the_whole_call_and_its_outcome_is_called_unknown(
    desk: Desk, way: Way, streaming: bool
) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(deadline=1, streaming=streaming))
    desk.alli.fault(path_contains="/run_conversation", stall_after=10)
    with pytest.raises(DeadlineExceededError, match="may have been carried out: look before") as raised:
        await invoke(way, tool, tool_call(tool, message="hi"))
    assert raised.value.request_sent
    assert raised.value.outcome_unknown
    assert not retryable(raised.value)
    assert len(desk.runs()) == 1


async def test_a_silent_stream_is_given_up_after_its_idle_time(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(idle_timeout=0.5))
    desk.alli.fault(path_contains="/run_conversation", stall_after=10)
    with pytest.raises(StreamIdleError, match="look before") as raised:
        await invoke(way, tool, tool_call(tool, message="hi"))
    assert not retryable(raised.value)
    assert raised.value.request_sent


async def test_a_returned_deadline_is_no_advice_to_try_again(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(deadline=1, on_error="return_all"))
    desk.alli.fault(path_contains="/run_conversation", stall_after=10)
    message = await invoke(way, tool, tool_call(tool, message="hi"))
    assert message.status == "error"
    assert "outcome" in message.content
    assert "Do not call it again" in message.content
    assert message.artifact["alli"]["error"]["outcome_unknown"] is True


@pytest.mark.parametrize("option", ["deadline", "idle_timeout"])
@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_limit_that_is_none_is_refused_at_once(option: str, seconds: float) -> None:
    with pytest.raises(ValueError, match=f"{option}: must be a finite number of seconds above 0"):
        ToolOptions(**{option: seconds})


async def test_cancelling_an_agent_closes_the_connection_at_once(desk: Desk) -> None:
    gate = threading.Event()
    _talker(desk, gate)
    tool = desk.tool("Talker")
    agent: Any = create_agent(ScriptedChatModel(script=[call_tool(tool.name, message="x"), "done"]), [tool])
    updates: list[Any] = []
    stream = agent.astream({"messages": [HumanMessage("go")]}, stream_mode="custom")
    updates.append(await anext(stream))  # the app has begun
    await stream.aclose()
    (run,) = desk.runs()
    # The app waits for the gate, so it is not the end of its answer that ends this.
    assert await asyncio.to_thread(run.wait, 20)
    assert run.client_left
    gate.set()


async def test_a_cancelled_turn_leaves_the_thread_usable(desk: Desk) -> None:
    gate = threading.Event()
    _talker(desk, gate)
    tool = desk.tool("Talker")
    saver = InMemorySaver()
    config: Any = {"configurable": {"thread_id": "t"}}
    agent: Any = create_agent(
        ScriptedChatModel(script=[call_tool(tool.name, message="x"), "done"]), [tool], checkpointer=saver
    )
    task = asyncio.create_task(agent.ainvoke({"messages": [HumanMessage("go")]}, config))
    await desk.until_answering()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    state = await agent.ainvoke(None, config)  # goes on where it was left: at the tool call
    assert state["messages"][-1].text == "done"
    assert state["messages"][-2].text == "one two three"
    assert len(desk.runs()) == 2
