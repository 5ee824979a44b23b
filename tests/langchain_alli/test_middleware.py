"""Conversations of a thread that is summarised, forked, or goes on after its messages are gone."""

from collections.abc import Sequence
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware, ToolRetryMiddleware
from langchain_alli import AlliAppTool, ToolOptions, retryable
from langchain_alli.middleware import AlliConversations
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, RemoveMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from tests.langchain_alli.desk import Desk, Way


def _sent(desk: Desk) -> list[str | None]:
    """The conversation id each run was sent with."""
    forms = [request.form or {} for request in desk.runs()]
    return [form.get("conversationId") or None for form in forms]


def _asks_once(tool: AlliAppTool) -> ScriptedChatModel:
    def decide(messages: Sequence[BaseMessage], _: Any) -> AIMessage | str:
        return "done" if isinstance(messages[-1], ToolMessage) else call_tool(tool.name, message="on")

    return ScriptedChatModel(decide=decide)


async def _turn(way: Way, agent: Any, config: Any, given: Any = None) -> list[BaseMessage]:
    given = given or {"messages": [HumanMessage("go")]}
    state = agent.invoke(given, config) if way == "sync" else await agent.ainvoke(given, config)
    return state["messages"]  # type: ignore[no-any-return]


def _thread(name: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": name}}


@pytest.mark.parametrize("noted", [True, False], ids=["with the middleware", "without"])
async def test_a_summarised_thread_goes_on_with_its_conversation_by_the_middleware(
    desk: Desk, way: Way, noted: bool
) -> None:
    tool = desk.tool("HR chat")
    summarise = SummarizationMiddleware(
        ScriptedChatModel(decide=lambda messages, tools: "a summary"), trigger=("messages", 4), keep=("messages", 1)
    )
    middleware: list[Any] = [summarise, AlliConversations()] if noted else [summarise]
    agent: Any = create_agent(_asks_once(tool), [tool], middleware=middleware, checkpointer=InMemorySaver())
    await _turn(way, agent, _thread("a"))
    messages = await _turn(way, agent, _thread("a"))
    assert any("a summary" in message.text for message in messages)
    first, second = _sent(desk)
    assert first is None
    assert (second is not None) is noted


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
async def test_threads_are_kept_apart_whatever_the_place_of_the_middleware(desk: Desk, way: Way, first: bool) -> None:
    tool = desk.tool("HR chat")
    retry = ToolRetryMiddleware(retry_on=retryable, initial_delay=0, jitter=False)
    middleware: list[Any] = [AlliConversations(), retry] if first else [retry, AlliConversations()]
    agent: Any = create_agent(_asks_once(tool), [tool], middleware=middleware, checkpointer=InMemorySaver())
    for thread in ("a", "a", "b", "a"):
        await _turn(way, agent, _thread(thread))
    ids = [request.artifact["alli"]["conversation_id"] for request in _answers(agent, "a")]
    assert _sent(desk) == [None, ids[0], None, ids[0]]
    assert ids == [ids[0]] * 3


def _answers(agent: Any, thread: str) -> list[ToolMessage]:
    messages = agent.get_state(_thread(thread)).values["messages"]
    return [message for message in messages if isinstance(message, ToolMessage)]


@pytest.mark.parametrize("noted", [True, False], ids=["with the middleware", "without"])
async def test_a_fork_from_before_a_conversation_does_not_inherit_it(desk: Desk, way: Way, noted: bool) -> None:
    tool = desk.tool("HR chat")
    middleware: list[Any] = [AlliConversations()] if noted else []
    agent: Any = create_agent(_asks_once(tool), [tool], middleware=middleware, checkpointer=InMemorySaver())
    config = _thread("a")
    await _turn(way, agent, config)
    before = next(s for s in agent.get_state_history(config) if not s.values.get("messages"))
    after = agent.get_state(config).config
    await _turn(way, agent, config)
    await _turn(way, agent, before.config)  # from before the first call
    await _turn(way, agent, after)  # from between the first and the second
    first = _sent(desk)[1]
    assert first is not None
    assert _sent(desk) == [None, first, None, first]


async def test_two_apps_in_one_step_keep_a_conversation_each(desk: Desk, way: Way) -> None:
    chat, auditor = desk.tool("HR chat"), desk.tool("Auditor")
    both = AIMessage("", tool_calls=[call_tool(t.name, message="x").tool_calls[0] for t in (chat, auditor)])

    def decide(messages: Sequence[BaseMessage], _: Any) -> AIMessage | str:
        return "done" if isinstance(messages[-1], ToolMessage) else both.model_copy()

    agent: Any = create_agent(
        ScriptedChatModel(decide=decide),
        [chat, auditor],
        middleware=[AlliConversations()],
        checkpointer=InMemorySaver(),
    )
    await _turn(way, agent, _thread("a"))
    wiped = {"messages": [RemoveMessage(id=REMOVE_ALL_MESSAGES), HumanMessage("go")]}
    await _turn(way, agent, _thread("a"), wiped)
    ids = {request.path: value for request, value in zip(desk.runs(), _sent(desk), strict=True) if value}
    assert len(ids) == 2
    assert len(set(ids.values())) == 2


async def test_an_expired_conversation_is_begun_anew_and_noted(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    agent: Any = create_agent(_asks_once(tool), [tool], middleware=[AlliConversations()], checkpointer=InMemorySaver())
    await _turn(way, agent, _thread("a"))
    desk.alli.fault(path_contains="/run_conversation", status=404, body={"detail": "Not Found"})
    await _turn(way, agent, _thread("a"))
    await _turn(way, agent, _thread("a"))
    answers = _answers(agent, "a")
    assert [message.artifact["alli"]["conversation_restarted"] for message in answers] == [False, True, False]
    old, new = (message.artifact["alli"]["conversation_id"] for message in answers[:2])
    assert _sent(desk) == [None, old, None, new]


async def test_a_failed_call_notes_nothing(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    script = [call_tool(tool.name, message="fail"), call_tool(tool.name, message="x"), "done"]
    agent: Any = create_agent(ScriptedChatModel(script=script), [tool], middleware=[AlliConversations()])
    await _turn(way, agent, None)
    assert _sent(desk) == [None, None]


async def test_the_conversations_are_part_of_neither_input_nor_output(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    agent: Any = create_agent(_asks_once(tool), [tool], middleware=[AlliConversations()])
    given = {"messages": [HumanMessage("go")], "alli_conversations": {desk.app("HR chat").id: "forged"}}
    state = agent.invoke(given) if way == "sync" else await agent.ainvoke(given)
    assert set(state) == {"messages"}
    assert _sent(desk) == [None]


async def test_the_application_may_say_which_conversation_a_call_belongs_to(desk: Desk, way: Way) -> None:
    kept: dict[str, str] = {}
    asked: list[tuple[str, Any]] = []

    def resolve(app_id: str, context: Any) -> str | None:
        asked.append((app_id, context))
        return kept.get(app_id)

    tool = desk.tool("HR chat", options=ToolOptions(conversation=resolve))
    agent: Any = create_agent(_asks_once(tool), [tool])
    for _ in range(2):
        messages = await _turn(way, agent, None)
        artifact = next(m for m in messages if isinstance(m, ToolMessage)).artifact
        kept[artifact["alli"]["app"]["id"]] = artifact["alli"]["conversation_id"]
    app_id = desk.app("HR chat").id
    assert _sent(desk) == [None, kept[app_id]]
    assert asked == [(app_id, None)] * 2
    assert messages[-2].text == "turn 2 for nobody: on"


def test_a_wrong_policy_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match='conversation: must be "thread", "fresh" or a function'):
        ToolOptions(conversation="never")  # type: ignore[arg-type]
