"""An app as an agent: run alone, streamed, interrupted, nested in other agents' graphs."""

import asyncio
import pickle
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from alli import AuthenticationError
from alli_emulator import AppRun
from alli_tools.calls.conversations import PROCESS_STORE
from langchain.agents import create_agent
from langchain_alli import ToolOptions, alli_subagent, create_alli_agent
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool as as_tool
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command

from tests.langchain_alli.desk import Desk, Way

THREAD: Any = {"configurable": {"thread_id": "t"}}


@dataclass
class Context:
    """For whom an agent runs."""

    alli_user: str | None = None


def _agent(desk: Desk, app: str = "HR chat", **settings: Any) -> Any:
    return create_alli_agent(desk.app(app), client=desk.client, async_client=desk.async_client, **settings)


async def _go(way: Way, agent: Any, given: Any = "hi", config: Any = THREAD, **more: Any) -> Any:
    given = {"messages": [HumanMessage(given)]} if isinstance(given, str) else given
    return agent.invoke(given, config, **more) if way == "sync" else await agent.ainvoke(given, config, **more)


async def _parts(way: Way, agent: Any, mode: Any, **more: Any) -> list[Any]:
    given = {"messages": [HumanMessage("hi")]}
    if way == "sync":
        return list(agent.stream(given, THREAD, stream_mode=mode, **more))
    return [part async for part in agent.astream(given, THREAD, stream_mode=mode, **more)]


def _once(name: str, **arguments: Any) -> ScriptedChatModel:
    """A model that calls that tool for each human message and says what it read."""

    def decide(messages: Sequence[BaseMessage], _: object) -> Any:
        return messages[-1].text if isinstance(messages[-1], ToolMessage) else call_tool(name, **arguments)

    return ScriptedChatModel(decide=decide)


async def test_a_thread_goes_on_with_its_conversation_for_its_user(desk: Desk, way: Way) -> None:
    agent = _agent(desk, checkpointer=InMemorySaver(), context_schema=Context)
    said = [(await _go(way, agent, context=Context(user)))["messages"][-1].text for user in ("emp-7", "emp-7", "emp-8")]
    assert said == ["turn 1 for emp-7: hi", "turn 2 for emp-7: hi", "turn 1 for emp-8: hi"]
    assert agent.name == desk.tool("HR chat").name


async def test_its_messages_have_the_name_that_it_was_given(desk: Desk, way: Way) -> None:
    assert [(await _go(way, _agent(desk, name=name)))["messages"][-1].name for name in ("clerk", None)] == [
        "clerk",
        None,
    ]


async def test_a_fork_goes_on_from_where_it_was_forked(desk: Desk, way: Way) -> None:
    agent = _agent(desk, checkpointer=InMemorySaver())
    first = (await _go(way, agent))["messages"][-1]
    history = list(agent.get_state_history(THREAD))
    before = next(state for state in history if len(state.values.get("messages", ())) == 1)
    forked = await _go(way, agent, None, before.config) if way == "async" else agent.invoke(None, before.config)
    assert forked["messages"][-1].text == "turn 1 for nobody: hi"
    alli = forked["messages"][-1].response_metadata["alli"]
    assert alli["conversation_id"] != first.response_metadata["alli"]["conversation_id"]


@pytest.mark.parametrize("mode", ["messages", "updates", "values"])
async def test_every_stream_mode_has_the_answer_and_messages_have_it_token_by_token(
    desk: Desk, way: Way, mode: str
) -> None:
    parts = await _parts(way, _agent(desk, checkpointer=InMemorySaver()), mode)
    if mode == "messages":
        assert [part.text for part, _ in parts] == ["turn 1", " for nobody: ", "hi"]
        assert {meta["langgraph_node"] for _, meta in parts} == {"app"}
    else:
        state = parts[-1]["app"] if mode == "updates" else parts[-1]
        assert state["messages"][-1].text == "turn 1 for nobody: hi"


async def test_the_stream_mode_custom_is_left_to_other_nodes(desk: Desk, way: Way) -> None:
    assert await _parts(way, _agent(desk), "custom") == []


async def test_an_app_that_takes_back_what_it_said_ends_with_the_right_message(desk: Desk, way: Way) -> None:
    parts = await _parts(way, _agent(desk, "Auditor"), ["messages", "values"])
    state = [part for mode, part in parts if mode == "values"][-1]
    assert state["messages"][-1].text == "Looking at it…\n\nFound: hi"


async def test_choices_and_forms_interrupt_and_no_run_is_made_twice(desk: Desk, way: Way, shop: str) -> None:
    agent = _agent(desk, shop, checkpointer=InMemorySaver())
    asked = await _go(way, agent)
    (first,) = asked["__interrupt__"]
    assert first.value["choices"] == [{"index": 0, "text": "Lamp"}, {"index": 1, "text": "Chair"}]
    assert first.value["text"] == "What?\n\nChoices:\n0: Lamp\n1: Chair"
    asked = await _go(way, agent, Command(resume={"choices": [1]}))
    (second,) = asked["__interrupt__"]
    assert [field["name"] for field in second.value["form"]] == ["place"]
    state = await _go(way, agent, Command(resume={"form": {"place": "Seoul"}}))
    assert state["messages"][-1].text == "To Seoul it is."
    assert len(desk.runs()) == 3


async def test_an_interrupt_may_be_answered_by_words_or_left(desk: Desk, way: Way, shop: str) -> None:
    agent = _agent(desk, shop, checkpointer=InMemorySaver())
    await _go(way, agent)
    assert (await _go(way, agent, Command(resume="never mind")))["messages"][-1].text == "As you say: never mind"
    await _go(way, agent)
    assert (await _go(way, agent, Command(resume="")))["messages"][-1].text.startswith("What?")
    assert len(desk.runs()) == 3


async def test_without_a_checkpointer_offers_are_text(desk: Desk, way: Way, shop: str) -> None:
    state = await _go(way, _agent(desk, shop))
    assert state["messages"][-1].text == "What?\n\nChoices:\n0: Lamp\n1: Chair"
    assert "__interrupt__" not in state


async def test_an_error_a_model_can_act_on_is_an_answer_and_others_are_raised(desk: Desk, way: Way) -> None:
    agent = _agent(desk)
    answer = (await _go(way, agent, "fail"))["messages"][-1]
    assert answer.text == 'The app "HR chat" failed: I don\'t answer that'
    assert answer.response_metadata["alli"]["status"] == "error"
    desk.alli.fault(path_contains="/run_conversation", status=401, times=2, body={"error": "no"})
    with pytest.raises(AuthenticationError):
        await _go(way, agent)
    telling = _agent(desk, options=ToolOptions(on_error="return_all"))
    assert "401" in (await _go(way, telling))["messages"][-1].text
    assert len(desk.runs()) == 3


async def test_what_others_did_in_the_turn_is_passed_over_and_nothing_is_said_twice(desk: Desk, way: Way) -> None:
    agent = _agent(desk)
    handoff = [call_tool("transfer_to_clerk"), ToolMessage("transferred", tool_call_id="c")]
    before: list[Any] = [HumanMessage("old"), AIMessage("Another's answer."), HumanMessage("new")]
    state = await _go(way, agent, {"messages": [*before, AIMessage("Somebody else says."), *handoff]}, None)
    assert state["messages"][-1].text == "turn 1 for nobody: new"
    state = await _go(way, agent, {"messages": [*state["messages"], *handoff]}, None)
    assert state["messages"][-1].text.startswith("messages: the app has answered all of them")
    assert len(desk.runs()) == 1


async def test_as_a_subgraph_it_streams_and_keeps_the_thread(desk: Desk, way: Way) -> None:
    graph: Any = StateGraph(MessagesState)
    graph.add_node("clerk", _agent(desk))
    graph.add_edge(START, "clerk")
    outer = graph.compile(checkpointer=InMemorySaver())
    for turn in (1, 2):
        parts = await _parts(way, outer, "messages", subgraphs=True)
        assert "".join(part.text for _, (part, _) in parts) == f"turn {turn} for nobody: hi"


async def test_inside_a_tool_it_keeps_the_thread_by_the_store(desk: Desk, way: Way) -> None:
    store = InMemoryStore()
    inner = _agent(desk, offers="text")

    @as_tool
    def clerk() -> str:
        """Ask the clerk."""
        return str(inner.invoke({"messages": [HumanMessage("ask")]})["messages"][-1].text)

    @as_tool
    async def aclerk() -> str:
        """Ask the clerk."""
        return str((await inner.ainvoke({"messages": [HumanMessage("ask")]}))["messages"][-1].text)

    used = clerk if way == "sync" else aclerk
    outer: Any = create_agent(_once(used.name), [used], checkpointer=InMemorySaver(), store=store)
    said = [(await _go(way, outer))["messages"][-1].text for _ in range(2)]
    assert said == ["turn 1 for nobody: ask", "turn 2 for nobody: ask"]
    assert len(store.search(("alli", "conversations"))) == 1


def test_a_subagent_is_what_deepagents_takes(desk: Desk) -> None:
    subagent = alli_subagent(desk.app("HR chat"), client=desk.client, async_client=desk.async_client)
    assert set(subagent) == {"name", "description", "runnable"}
    assert subagent["name"] == desk.tool("HR chat").name
    assert subagent["description"].startswith("HR chat\nAnswers questions on leave.")
    named = alli_subagent(desk.app("HR chat").id, name="clerk", description="d", client=desk.client)
    assert (named["name"], named["description"], named["runnable"].name) == ("clerk", "d", "clerk")
    answer = named["runnable"].invoke({"messages": [HumanMessage("hi")]})["messages"][-1]
    assert isinstance(answer, AIMessage)
    assert answer.text == "turn 1 for nobody: hi"


def test_an_app_that_answers_once_is_no_agent(desk: Desk) -> None:
    with pytest.raises(ValueError, match="use AlliAppTool"):
        _agent(desk, "Rewrite")


def _restarted(saver: InMemorySaver) -> InMemorySaver:
    """What another process reads of what this one has written: nothing in memory is shared, and no conversation is remembered."""
    PROCESS_STORE.clear()
    new = InMemorySaver()
    for thread, spaces in saver.storage.items():
        for space, kept in spaces.items():
            new.storage[thread][space] = pickle.loads(pickle.dumps(dict(kept)))
    new.writes.update(pickle.loads(pickle.dumps(dict(saver.writes))))
    new.blobs.update(pickle.loads(pickle.dumps(dict(saver.blobs))))
    return new


async def test_a_thread_goes_on_after_a_restart(desk: Desk, way: Way) -> None:
    saver = InMemorySaver()
    for turn in (1, 2, 3):
        agent = _agent(desk, checkpointer=saver, context_schema=Context)
        state = await _go(way, agent, context=Context("emp-7"))
        assert state["messages"][-1].text == f"turn {turn} for emp-7: hi"
        saver = _restarted(saver)


async def test_an_interrupt_is_resumed_after_a_restart_and_no_run_is_made_twice(
    desk: Desk, way: Way, shop: str
) -> None:
    saver = InMemorySaver()
    await _go(way, _agent(desk, shop, checkpointer=saver))
    saver = _restarted(saver)
    await _go(way, _agent(desk, shop, checkpointer=saver), Command(resume={"choices": [1]}))
    resume = Command(resume={"form": {"place": "Seoul"}})
    state = await _go(way, _agent(desk, shop, checkpointer=_restarted(saver)), resume)
    assert state["messages"][-1].text == "To Seoul it is."
    assert len(desk.runs()) == 3


class ReadTogether(InMemorySaver):
    """Lets two runs read the same checkpoint before either writes the next, which LangGraph leaves to chance."""

    both_read: asyncio.Barrier | None = None

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        found = await super().aget_tuple(config)
        if self.both_read is not None:
            await self.both_read.wait()
        return found


async def test_of_parallel_turns_of_one_thread_one_goes_on_and_each_has_its_own_answer(desk: Desk) -> None:
    both_run = threading.Barrier(2)

    @desk.alli.app(name="Slow", type="campaign")
    def slow(run: AppRun) -> str:
        if run.message != "first":
            both_run.wait(20)
        return f"turn {run.conversation.turn}: {run.message}"

    saver = ReadTogether()
    agent = _agent(desk, "Slow", checkpointer=saver)
    await _go("async", agent, "first")
    saver.both_read = asyncio.Barrier(2)
    states = await asyncio.gather(*(_go("async", agent, text) for text in ("one", "two")))
    said = [state["messages"][-1].text for state in states]
    assert [text.partition(": ")[2] for text in said] == ["one", "two"]
    assert sorted(text.partition(": ")[0] for text in said) == ["turn 1", "turn 2"]


async def test_the_answer_to_another_user_in_a_thread_is_no_way_to_their_conversation(desk: Desk, way: Way) -> None:
    """The same thread id, and the other's own answer given back as a message."""
    agent = _agent(desk, checkpointer=InMemorySaver(), context_schema=Context)
    theirs = (await _go(way, agent, "a secret", context=Context("emp-7")))["messages"][-1]
    for config in (THREAD, {"configurable": {"thread_id": "other"}}):
        given = {"messages": [theirs, HumanMessage("hi")]}
        state = await _go(way, agent, given, config, context=Context("emp-8"))
        assert "turn 1 for emp-8: hi" in state["messages"][-1].text
        last = state["messages"][-1].response_metadata["alli"]["conversation_id"]
        assert last != theirs.response_metadata["alli"]["conversation_id"]
        agent = _agent(desk, checkpointer=InMemorySaver(), context_schema=Context)


async def test_a_made_up_message_is_no_way_to_another_users_conversation(desk: Desk, way: Way) -> None:
    """It has the id of their conversation, and the mark of the caller's own."""
    theirs = (await _go(way, _agent(desk, context_schema=Context), "a secret", context=Context("emp-7")))["messages"][
        -1
    ]
    agent = _agent(desk, context_schema=Context)
    mine = (await _go(way, agent, config={"configurable": {"thread_id": "u"}}, context=Context("emp-8")))["messages"][
        -1
    ]
    told, wanted = (each.response_metadata["alli"] for each in (mine, theirs))
    for owner in (told["owner"], "", None):
        made_up = AIMessage(
            "x", response_metadata={"alli": {**told, "owner": owner, "conversation_id": wanted["conversation_id"]}}
        )
        config = {"configurable": {"thread_id": f"v{owner}"}}
        state = await _go(way, agent, {"messages": [made_up, HumanMessage("hi")]}, config, context=Context("emp-8"))
        assert state["messages"][-1].text == "turn 1 for emp-8: hi"
        assert state["messages"][-1].response_metadata["alli"]["conversation_id"] != wanted["conversation_id"]
