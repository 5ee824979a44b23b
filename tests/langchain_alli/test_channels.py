"""Who sees partial answers where: every way an application can listen to an agent, with parallel calls told apart."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from alli_emulator import AppRun
from langchain.agents import create_agent
from langchain_alli import AlliAppTool
from langchain_alli.calls.channels import Channels
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from tests.langchain_alli.desk import Desk, beta_may_be_used, has_tools_channel, needs_tools_channel

GIVEN = {"messages": [HumanMessage("go")]}
ANSWERS = {"a": "turn 1 for nobody: a", "b": "turn 1 for nobody: b"}


@dataclass
class Heard:
    """What a listener heard: the deltas by tool call, as they came, and the finished messages."""

    deltas: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    messages: list[ToolMessage] = field(default_factory=list[ToolMessage])

    def hear(self, call_id: str | None, text: str) -> None:
        """Note one delta."""
        assert call_id is not None
        self.deltas.setdefault(call_id, []).append(text)


Listener = Callable[[Any, Heard], AsyncIterator[None]]
"""Runs an agent and notes what it hears; pauses after each thing heard."""


async def _custom(agent: Any, heard: Heard) -> AsyncIterator[None]:
    async for update in agent.astream(GIVEN, stream_mode="custom"):
        heard.hear(update["tool_call_id"], update["text"])
        yield


async def _custom_sync(agent: Any, heard: Heard) -> AsyncIterator[None]:
    for update in agent.stream(GIVEN, stream_mode="custom"):
        heard.hear(update["tool_call_id"], update["text"])
        yield


def _tools_chunk(mode: str, chunk: Any, heard: Heard) -> bool:
    if mode == "tools" and chunk["event"] == "tool-output-delta":
        heard.hear(chunk["tool_call_id"], chunk["delta"])
        return True
    if mode == "tools" and chunk["event"] == "tool-finished":
        heard.messages.append(chunk["output"])
    return False


async def _tools(agent: Any, heard: Heard) -> AsyncIterator[None]:
    # "messages" with it, because LangGraph delivers "tools" alone only at the end.
    async for mode, chunk in agent.astream(GIVEN, stream_mode=["tools", "messages"]):
        if _tools_chunk(mode, chunk, heard):
            yield


async def _tools_sync(agent: Any, heard: Heard) -> AsyncIterator[None]:
    for mode, chunk in agent.stream(GIVEN, stream_mode=["tools", "messages"]):
        if _tools_chunk(mode, chunk, heard):
            yield


async def _events_v2(agent: Any, heard: Heard) -> AsyncIterator[None]:
    async for event in agent.astream_events(GIVEN, version="v2"):
        if event["event"] == "on_custom_event" and event["name"] == "alli":
            heard.hear(event["data"]["tool_call_id"], event["data"]["text"])
            yield
        elif event["event"] == "on_tool_end":
            heard.messages.append(event["data"]["output"])


async def _events_v3(agent: Any, heard: Heard) -> AsyncIterator[None]:
    run = await agent.astream_events(GIVEN, version="v3")
    notes: asyncio.Queue[bool] = asyncio.Queue()

    async def follow(call: Any) -> None:
        async for delta in call.output_deltas:
            heard.hear(call.tool_call_id, delta)
            notes.put_nowait(True)

    async def follow_all() -> None:
        # A separate task follows each call: a call that nobody follows while it runs has no deltas later.
        try:
            async with asyncio.TaskGroup() as group:
                async for call in run.tool_calls:
                    group.create_task(follow(call))
        finally:
            notes.put_nowait(False)

    following = asyncio.create_task(follow_all())
    while await notes.get():
        yield
    await following


LISTENERS = [
    pytest.param(_custom, id="custom"),
    pytest.param(_custom_sync, id="custom, sync"),
    pytest.param(_tools, id="tools", marks=needs_tools_channel),
    pytest.param(_tools_sync, id="tools, sync", marks=needs_tools_channel),
    pytest.param(_events_v2, id="events v2"),
    pytest.param(_events_v3, id="events v3", marks=[needs_tools_channel, beta_may_be_used]),
]


def _agent(tool: AlliAppTool, *texts: str) -> Any:
    calls = {text: call_tool(tool.name, message=text).tool_calls[0] for text in texts}
    for text, call in calls.items():
        call["id"] = f"call_{text}"
    script = [AIMessage("", tool_calls=list(calls.values())), "done"]
    return create_agent(ScriptedChatModel(script=script), [tool])


@pytest.mark.parametrize("listen", LISTENERS)
async def test_each_listener_hears_every_call_of_a_step_by_itself(desk: Desk, listen: Listener) -> None:
    heard = Heard()
    async for _ in listen(_agent(desk.tool("HR chat"), *ANSWERS), heard):
        pass
    assert {call: "".join(deltas) for call, deltas in heard.deltas.items()} == {
        f"call_{text}": answer for text, answer in ANSWERS.items()
    }
    assert all(len(deltas) > 1 for deltas in heard.deltas.values())
    assert {message.content for message in heard.messages} <= set(ANSWERS.values())
    assert not any(answer in str(message.artifact) for message in heard.messages for answer in ANSWERS.values())


@pytest.mark.parametrize("listen", LISTENERS)
async def test_each_listener_hears_the_first_words_before_the_app_says_the_next(desk: Desk, listen: Listener) -> None:
    """The app goes on only when its first words were heard; it would wait in vain if they were held back."""
    heard_first = threading.Event()
    went_on: list[bool] = []

    @desk.alli.app(name="Slow", type="campaign")
    def slow(run: AppRun) -> Iterator[str]:
        yield "first "
        went_on.append(heard_first.wait(20))
        yield "second"

    heard = Heard()
    async for _ in listen(_agent(desk.tool("Slow"), "x"), heard):
        heard_first.set()
    assert went_on == [True]
    assert "".join(heard.deltas["call_x"]) == "first second"


async def test_a_listener_that_fails_does_not_fail_the_call_and_the_other_hears() -> None:
    update = {"type": "alli.delta", "tool_call_id": "call_1", "app_id": "a1", "index": 0, "text": "hi"}
    heard: list[object] = []

    def broken(update: object) -> None:
        raise RuntimeError("nobody listens")

    for custom, tools in ((broken, heard.append), (heard.append, broken)):
        channels = Channels(("custom", "tools"), custom, tools)
        channels.send([update])
        await channels.asend([update])
    assert heard == ["hi", "hi", update, update]


async def test_the_finished_message_has_its_artifact_where_langgraph_keeps_it(desk: Desk) -> None:
    """`messages` and `updates` carry the whole answer, and nothing of it before."""
    for mode in ("messages", "updates"):
        found: list[ToolMessage] = []
        async for chunk in _agent(desk.tool("HR chat"), "a").astream(GIVEN, stream_mode=mode):
            parts = chunk if mode == "messages" else chunk.get("tools", {}).get("messages", ())
            found.extend(part for part in parts if isinstance(part, ToolMessage))
        (message,) = found
        assert message.content == ANSWERS["a"]
        assert message.artifact["alli"]["conversation_id"]


@pytest.mark.skipif(not has_tools_channel, reason="this langgraph has no stream mode tools")
async def test_a_replacement_leaves_the_tools_channel_to_the_finished_message(desk: Desk) -> None:
    heard = Heard()
    async for _ in _tools(_agent(desk.tool("Auditor"), "7"), heard):
        pass
    assert "".join(heard.deltas["call_7"]) == "Looking at it…\n\nStill looking…"
    assert heard.messages[0].content == "Looking at it…\n\nFound: 7"
    assert heard.messages[0].artifact["alli"]["replaced"] is True
