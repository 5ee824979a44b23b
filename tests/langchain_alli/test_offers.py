"""Choices and forms in agents: as arguments the model gives, or as interrupts that whoever runs the graph answers."""

from typing import Any

import pytest
from alli import AlliError
from langchain.agents import create_agent
from langchain_alli import AlliAppTool, ToolOptions, acting_for
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command

from tests.langchain_alli.desk import Desk, Way, invoke

THREAD: Any = {"configurable": {"thread_id": "t"}}


def _agent(tool: AlliAppTool, *script: Any, **settings: Any) -> Any:
    return create_agent(ScriptedChatModel(script=script), [tool], checkpointer=InMemorySaver(), **settings)


async def _go(way: Way, agent: Any, given: Any) -> Any:
    return agent.invoke(given, THREAD) if way == "sync" else await agent.ainvoke(given, THREAD)


def _texts(state: Any) -> list[str]:
    return [message.text for message in state["messages"] if isinstance(message, ToolMessage)]


async def test_a_model_reads_what_is_offered_and_answers(desk: Desk, way: Way, shop: str) -> None:
    tool = desk.tool(shop)
    agent = _agent(
        tool,
        call_tool(tool.name, message="order"),
        call_tool(tool.name, choices=[1], message=None),
        call_tool(tool.name, form=[{"name": "place", "value": "Seoul"}]),
        "done",
    )
    first, second, third = _texts(await _go(way, agent, {"messages": [HumanMessage("go")]}))
    assert first.startswith("What?\n\nChoices:\n0: Lamp\n1: Chair\n")
    assert second.startswith("Number 1. Where to?\n\nForm to fill in:\nplace (Place): text, required")
    assert third == "To Seoul it is."


async def test_a_form_may_be_given_as_an_object_too(desk: Desk, way: Way, shop: str) -> None:
    tool = desk.tool(shop)
    agent = _agent(tool, call_tool(tool.name, message="order"), call_tool(tool.name, form={"place": "Seoul"}), "done")
    assert _texts(await _go(way, agent, {"messages": [HumanMessage("go")]}))[-1] == "To Seoul it is."


async def test_saying_nothing_is_refused(desk: Desk, way: Way, shop: str) -> None:
    tool = desk.tool(shop)
    agent = _agent(tool, call_tool(tool.name), "done")
    (text,) = _texts(await _go(way, agent, {"messages": [HumanMessage("go")]}))
    assert "message is missing" in text
    assert desk.runs() == []


async def test_an_offer_becomes_an_interrupt_and_no_run_is_made_twice(desk: Desk, way: Way, shop: str) -> None:
    tool = desk.tool(shop, options=ToolOptions(offers="interrupt"))
    assert set(tool.args) == {"message"}
    agent = _agent(tool, call_tool(tool.name, message="order"), "done")
    asked = await _go(way, agent, {"messages": [HumanMessage("go")]})
    (first,) = asked["__interrupt__"]
    assert first.value["type"] == "alli.offer"
    assert first.value["choices"] == [{"index": 0, "text": "Lamp"}, {"index": 1, "text": "Chair"}]
    assert len(desk.runs()) == 1
    asked = await _go(way, agent, Command(resume={"choices": [1]}))
    (second,) = asked["__interrupt__"]
    assert [field["name"] for field in second.value["form"]] == ["place"]
    assert len(desk.runs()) == 2
    state = await _go(way, agent, Command(resume={"form": {"place": "Seoul"}}))
    assert "__interrupt__" not in state
    assert _texts(state) == ["To Seoul it is."]
    assert len(desk.runs()) == 3


@pytest.mark.parametrize(
    ("resume", "text", "runs"),
    [
        ([0], "Number 0. Where to?", 2),
        (0, "Number 0. Where to?", 2),
        ("never mind", "As you say: never mind", 2),
        ({"message": "never mind"}, "As you say: never mind", 2),
        ({"tone": "x"}, "tone is not an argument", 1),
        ({}, "What?", 1),
    ],
    ids=str,
)
async def test_a_graph_is_resumed_by_whatever_says_it(
    desk: Desk, way: Way, shop: str, resume: Any, text: str, runs: int
) -> None:
    tool = desk.tool(shop, options=ToolOptions(offers="interrupt"))
    agent = _agent(tool, call_tool(tool.name, message="order"), "done")
    await _go(way, agent, {"messages": [HumanMessage("go")]})
    state = await _go(way, agent, Command(resume=resume))
    if "__interrupt__" in state:
        assert text in state["__interrupt__"][0].value["text"]
    else:
        assert text in _texts(state)[0]
    assert len(desk.runs()) == runs


async def test_an_answer_that_is_waited_for_is_kept_in_the_graphs_store(desk: Desk, way: Way, shop: str) -> None:
    """As another process would find it: a tool and an agent made again, the checkpointer and the store the same."""
    saver, store = InMemorySaver(), InMemoryStore()

    def made() -> Any:
        tool = desk.tool(shop, options=ToolOptions(offers="interrupt"))
        model = ScriptedChatModel(script=[call_tool(tool.name, message="order"), "done"])
        return create_agent(model, [tool], checkpointer=saver, store=store)

    await _go(way, made(), {"messages": [HumanMessage("go")]})
    await _go(way, made(), Command(resume=[0]))
    state = await _go(way, made(), Command(resume={"form": {"place": "Busan"}}))
    assert _texts(state) == ["To Busan it is."]
    assert len(desk.runs()) == 3
    # Models that number their calls use an id again, which must not find this answer.
    assert all(not item.value.get("outcomes") for item in store.search(("alli", "conversations")))


async def test_an_answer_that_is_waited_for_is_given_to_no_other_user(desk: Desk, way: Way, shop: str) -> None:
    tool = desk.tool(shop, options=ToolOptions(offers="interrupt"))
    asks = call_tool(tool.name, message="order")  # one id for both users, as of models that number their calls
    for number, user in enumerate(("emp-7", "emp-8"), start=1):
        with acting_for(user=user):
            asked = await _go(way, _agent(tool, asks, "done"), {"messages": [HumanMessage("go")]})
        assert "__interrupt__" in asked
        assert len(desk.runs()) == number


@pytest.mark.parametrize(
    ("fault", "text", "runs"),
    [({"status": 500}, "To Seoul it is.", 4), ({"drop": True}, "is unknown: no complete answer came", 3)],
    ids=["refused", "unknown"],
)
async def test_a_reply_that_failed_is_sent_again_alone_and_only_where_nothing_can_have_run(
    desk: Desk, way: Way, shop: str, fault: dict[str, Any], text: str, runs: int
) -> None:
    tool = desk.tool(shop, options=ToolOptions(offers="interrupt"))
    agent = _agent(tool, call_tool(tool.name, message="order"), "done")
    await _go(way, agent, {"messages": [HumanMessage("go")]})
    await _go(way, agent, Command(resume=[1]))
    desk.alli.fault(path_contains="/run", **fault)
    with pytest.raises(AlliError):
        await _go(way, agent, Command(resume={"form": {"place": "Seoul"}}))
    assert len(desk.runs()) == 3
    (message,) = _texts(await _go(way, agent, None))
    assert text in message
    assert len(desk.runs()) == runs


async def test_outside_a_graph_an_offer_is_text(desk: Desk, way: Way, shop: str) -> None:
    tool = desk.tool(shop, options=ToolOptions(offers="interrupt"))
    assert (await invoke(way, tool, "order")).startswith("What?\n\nChoices:")
