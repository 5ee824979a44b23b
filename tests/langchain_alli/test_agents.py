"""Tools in a real agent (langchain.agents.create_agent) with a scripted chat model."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from alli import ConfigurationError
from alli_emulator import AppRun
from langchain.agents import create_agent
from langchain_alli import ToolOptions
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver

from tests.langchain_alli.desk import (
    Desk,
    Recorder,
    Runtime,
    Way,
    get_tools,
    invoke,
    needs_tools_channel,
    run_agent,
    tool_messages,
)


def _conversations(desk: Desk) -> list[str | None]:
    """The conversation id each run was sent with."""
    sent: list[str | None] = []
    for request in desk.runs():
        fields = request.form or {}
        sent.append(fields.get("conversationId") or None)
    return sent


def _ids(messages: Sequence[ToolMessage]) -> list[str]:
    return [message.artifact["alli"]["conversation_id"] for message in messages]


async def test_an_agent_chooses_and_calls_apps_by_itself(desk: Desk, way: Way) -> None:
    def decide(messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]]) -> AIMessage | str:
        answered = [message.text for message in messages if isinstance(message, ToolMessage)]
        wanted = ["rewrite", "hr_chat"][len(answered) :]
        for word in wanted:
            tool = next(tool for tool in tools if word in tool["name"])
            properties = tool["parameters"]["properties"]
            needed = tool["parameters"].get("required") or ["message"]
            return call_tool(tool["name"], **{key: properties[key].get("enum", ["leave"])[0] for key in needed})
        return " / ".join(answered)

    messages = await run_agent(way, ScriptedChatModel(decide=decide), await get_tools(way, desk.toolkit()))
    assert messages[-1].text.startswith("Rewritten: leave")
    assert messages[-1].text.endswith("turn 1 for nobody: leave")


async def test_a_thread_goes_on_with_its_conversation_and_no_other(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    model = ScriptedChatModel(decide=lambda messages, _: _ask_once(messages, tool.name))
    saver = InMemorySaver()

    async def turn(thread: str) -> str:
        config = {"configurable": {"thread_id": thread}}
        messages = await run_agent(way, model, [tool], config=config, checkpointer=saver)
        return tool_messages(messages)[-1].artifact["alli"]["conversation_id"]  # type: ignore[no-any-return]

    first, again, other = await turn("a"), await turn("a"), await turn("b")
    assert first == again != other
    assert _conversations(desk) == [None, first, None]


def _ask_once(messages: Sequence[BaseMessage], name: str) -> AIMessage | str:
    return messages[-1].text if isinstance(messages[-1], ToolMessage) else call_tool(name, message="on")


async def test_a_fresh_policy_begins_anew_each_time(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(conversation="fresh"))
    script = [call_tool(tool.name, message="1"), call_tool(tool.name, message="2"), "done"]
    await run_agent(way, ScriptedChatModel(script=script), [tool])
    assert _conversations(desk) == [None, None]


async def test_an_expired_conversation_is_begun_anew_once_and_the_artifact_says_so(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    script = [call_tool(tool.name, message="1"), call_tool(tool.name, message="2"), "done"]
    expired: list[str] = []

    def decide(messages: Sequence[BaseMessage], _: Sequence[dict[str, Any]]) -> AIMessage | str:
        turn = sum(isinstance(message, AIMessage) for message in messages)
        if turn == 1:
            expired.extend(_ids(tool_messages(list(messages))))  # type: ignore[arg-type]
            desk.alli.fault(path_contains="/run_conversation", status=404, body={"detail": "Not Found"})
        return script[turn]

    messages = tool_messages(await run_agent(way, ScriptedChatModel(decide=decide), [tool]))
    assert [message.artifact["alli"]["conversation_restarted"] for message in messages] == [False, True]
    assert _conversations(desk) == [None, expired[0], None]


async def test_parallel_calls_never_write_to_one_conversation(desk: Desk, way: Way) -> None:
    both = threading.Barrier(2, timeout=20)

    @desk.alli.app(name="Meeting", type="campaign")
    def meet(run: AppRun) -> str:
        if run.message != "first":
            both.wait()  # one conversation takes one turn at a time, so only two conversations get past this
        return run.message

    tool = desk.tool("Meeting")
    parallel = AIMessage("", tool_calls=[call_tool(tool.name, message=text).tool_calls[0] for text in ("a", "b")])
    script = [call_tool(tool.name, message="first"), parallel, call_tool(tool.name, message="first"), "done"]
    messages = tool_messages(await run_agent(way, ScriptedChatModel(script=script), [tool]))
    first, *pair, last = _ids(messages)
    assert [message.text for message in messages] == ["first", "a", "b", "first"]
    assert pair.count(first) == 1
    assert pair[0] != pair[1]
    assert last == pair[1]


@dataclass
class Context:
    """What an application tells of the person it acts for."""

    alli_user: str | None = None
    employee: str | None = None


@pytest.mark.parametrize("user", ["emp-7", "사용자"])
async def test_the_user_comes_from_the_context_of_the_run(desk: Desk, way: Way, user: str) -> None:
    tool = desk.tool("HR chat")
    model = ScriptedChatModel(decide=lambda messages, _: _ask_once(messages, tool.name))
    for context, expected in ((Context(user), user), (Context(), "nobody"), (Context(user), user)):
        messages = await run_agent(way, model, [tool], context=context, context_schema=Context)
        assert messages[-1].text == f"turn 1 for {expected}: on"


@pytest.mark.parametrize("user", ["", 7, b"emp-7"], ids=repr)
async def test_a_user_that_is_none_is_an_error_and_nobody_is_taken_instead(desk: Desk, way: Way, user: Any) -> None:
    tool = desk.tool("HR chat")
    model = ScriptedChatModel(decide=lambda messages, _: _ask_once(messages, tool.name))
    with pytest.raises(
        ConfigurationError, match=r"context\.alli_user must be the user's id as text.*not (empty|int|bytes)"
    ):
        await run_agent(way, model, [tool], context={"alli_user": user})
    assert desk.runs() == []


async def test_a_resolver_of_ones_own_finds_the_user(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(user=lambda context: context.employee))
    model = ScriptedChatModel(decide=lambda messages, _: _ask_once(messages, tool.name))
    messages = await run_agent(way, model, [tool], context=Context("other", "emp-9"), context_schema=Context)
    assert messages[-1].text == "turn 1 for emp-9: on"


async def test_no_callback_sees_the_key_or_the_user(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    recorder = Recorder()
    model = ScriptedChatModel(
        decide=lambda messages, _: (
            "done" if isinstance(messages[-1], ToolMessage) else call_tool(tool.name, content="x", tone="plain")
        )
    )
    messages = await run_agent(
        way, model, [tool], config={"callbacks": [recorder]}, context=Context("emp-secret"), context_schema=Context
    )
    assert desk.runs()[0].headers["own-user-id"] == "emp-secret"
    seen = "".join([*recorder.seen, repr(tool_messages(messages)), repr(tool)])
    assert recorder.seen
    assert "emp-secret" not in seen
    assert desk.alli.api_key not in seen


async def test_a_forged_runtime_is_replaced_by_the_real_one(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    script = [call_tool(tool.name, message="hi", runtime={"context": {"alli_user": "boss"}}), "done"]
    messages = await run_agent(way, ScriptedChatModel(script=script), [tool])
    assert tool_messages(messages)[0].text == "turn 1 for nobody: hi"


async def test_a_made_up_argument_comes_back_to_the_model_and_nothing_is_sent(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    script = [call_tool(tool.name, message="hi", conversationId="x"), "done"]
    (message,) = tool_messages(await run_agent(way, ScriptedChatModel(script=script), [tool]))
    assert message.status == "error"
    assert "conversationId" in message.text
    assert desk.runs() == []


async def test_an_agent_survives_an_error_of_an_app(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    script = [call_tool(tool.name, message="fail"), call_tool(tool.name, message="hi"), "done"]
    failed, good = tool_messages(await run_agent(way, ScriptedChatModel(script=script), [tool]))
    assert (failed.status, good.status) == ("error", "success")
    assert failed.artifact["alli"]["status"] == "error"


async def test_artifacts_are_the_same_after_a_checkpointer(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    saver = InMemorySaver()
    config: Any = {"configurable": {"thread_id": "t"}}
    script = [call_tool(tool.name, content="x", tone="plain"), "done"]
    messages = await run_agent(way, ScriptedChatModel(script=script), [tool], config=config, checkpointer=saver)
    agent: Any = create_agent(ScriptedChatModel(), [tool], checkpointer=saver)
    stored = tool_messages(agent.get_state(config).values["messages"])
    assert [message.artifact for message in stored] == [message.artifact for message in tool_messages(messages)]


async def _streamed(way: Way, agent: Any, modes: list[str]) -> list[tuple[str, Any]]:
    given = {"messages": [HumanMessage("go")]}
    if way == "sync":
        return list(agent.stream(given, stream_mode=modes))
    return [item async for item in agent.astream(given, stream_mode=modes)]


@needs_tools_channel
@pytest.mark.parametrize(
    ("app", "arguments"),
    [("HR chat", {"message": "hi"}), ("Rewrite", {"content": "x", "tone": "plain"})],
)
async def test_deltas_on_every_channel_add_up_to_the_content(
    desk: Desk, way: Way, app: str, arguments: dict[str, str]
) -> None:
    tool = desk.tool(app)
    call = call_tool(tool.name, **arguments)
    agent: Any = create_agent(ScriptedChatModel(script=[call, "done"]), [tool])
    items = await _streamed(way, agent, ["custom", "tools", "updates"])
    custom = [chunk for mode, chunk in items if mode == "custom"]
    tools = [chunk["delta"] for mode, chunk in items if mode == "tools" and chunk["event"] == "tool-output-delta"]
    (message,) = [m for mode, chunk in items if mode == "updates" for m in chunk.get("tools", {}).get("messages", ())]
    assert len(tools) > 1
    assert "".join(tools) == message.content
    assert "".join(update["text"] for update in custom) == message.content
    assert {(u["type"], u["tool_call_id"], u["app_id"]) for u in custom} == {
        ("alli.delta", call.tool_calls[0]["id"], desk.app(app).id)
    }


async def test_a_replaced_answer_is_told_as_a_replacement(desk: Desk, way: Way) -> None:
    tool = desk.tool("Auditor")
    agent: Any = create_agent(ScriptedChatModel(script=[call_tool(tool.name, message="7"), "done"]), [tool])
    items = await _streamed(way, agent, ["custom", "tools", "updates"])
    custom = [chunk for mode, chunk in items if mode == "custom"]
    (message,) = [m for mode, chunk in items if mode == "updates" for m in chunk.get("tools", {}).get("messages", ())]
    assert message.content == "Looking at it…\n\nFound: 7"
    assert message.artifact["alli"]["replaced"] is True
    assert [(u["index"], u["text"]) for u in custom if u["type"] == "alli.replace"] == [(1, "Found: 7")]
    assert not any("Found" in chunk["delta"] for mode, chunk in items if mode == "tools" and "delta" in chunk)


@needs_tools_channel
async def test_channels_can_be_chosen(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(channels=["tools"]))
    agent: Any = create_agent(ScriptedChatModel(script=[call_tool(tool.name, message="hi"), "done"]), [tool])
    items = await _streamed(way, agent, ["custom", "tools"])
    assert {mode for mode, _ in items} == {"tools"}


class Untouchable(HumanMessage):
    """A message that is neither copied, compared, printed nor turned into anything."""

    def _touched(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("a message of the history was touched")

    __repr__ = __str__ = __eq__ = __copy__ = __deepcopy__ = __reduce_ex__ = model_dump = model_dump_json = _touched
    __hash__ = HumanMessage.__hash__


async def test_a_call_does_nothing_with_the_history_but_look_for_its_own_answer(desk: Desk, way: Way) -> None:
    """LangChain dumps the arguments of each call; 5 000 messages among them would take 20 ms. scripts/bench has times."""
    tool = desk.tool("HR chat")
    runtime = Runtime(state={"messages": [Untouchable("x") for _ in range(5000)]})
    answer = await invoke(way, tool, {"message": "hi", "runtime": runtime}, config={"callbacks": [Recorder()]})
    assert answer == "turn 1 for nobody: hi"
