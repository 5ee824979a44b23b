"""An app as a chat model: the standard tests of LangChain, and what they don't ask."""

from collections.abc import Sequence
from typing import Any

import pytest
from alli import AppError, InvalidArgumentError
from alli_emulator import AppRun, Reply
from langchain.agents import create_agent
from langchain_alli import ChatAlli, ToolOptions, acting_for
from langchain_alli.agents.message_chunk import AlliMessageChunk
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests
from langgraph.checkpoint.memory import InMemorySaver

from tests.langchain_alli.desk import Desk, Way


class Standard:
    """What both standard classes want to know of it."""

    chat_model_class = property(lambda _: ChatAlli)
    has_tool_calling = property(lambda _: False)
    has_tool_choice = property(lambda _: False)
    has_structured_output = property(lambda _: False)
    returns_usage_metadata = property(lambda _: False)


class TestUnit(Standard, ChatModelUnitTests):
    """Without a service."""

    chat_model_params = property(lambda _: {"app": "QXBwOjE="})


def test_tools_are_refused_with_words_on_what_to_do_instead() -> None:
    with pytest.raises(NotImplementedError, match="ChatAlli takes no tools.*create_alli_agent"):
        ChatAlli(app="QXBwOjE=").bind_tools([])


class TestIntegration(Standard, ChatModelIntegrationTests):
    """With the emulated service."""

    @pytest.fixture(autouse=True)
    def _service(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def chat_model_params(self) -> dict[str, Any]:
        """The app of the emulated service, and its clients."""
        desk = getattr(self, "_desk", None)
        if desk is None:  # asked for when the class is made
            return {"app": "none"}
        app = next(app.id for app in desk.alli.apps if app.name == "HR chat")
        return {"app": app, "client": desk.client, "async_client": desk.async_client}


def _model(desk: Desk, name: str = "HR chat", **settings: Any) -> ChatAlli:
    return ChatAlli(app=desk.app(name), client=desk.client, async_client=desk.async_client, **settings)


async def _said(way: Way, model: ChatAlli, messages: Sequence[BaseMessage]) -> AIMessage:
    return model.invoke(messages) if way == "sync" else await model.ainvoke(messages)


async def _chunks(way: Way, model: ChatAlli, messages: Sequence[BaseMessage]) -> list[AIMessageChunk]:
    if way == "sync":
        return list(model.stream(messages))
    return [chunk async for chunk in model.astream(messages)]


async def test_a_conversation_goes_on_with_the_last_answer_and_sends_what_is_new_alone(desk: Desk, way: Way) -> None:
    model = _model(desk)
    messages: list[BaseMessage] = [SystemMessage("Be kind."), HumanMessage("a")]
    for expected, text in (("turn 1 for nobody: a", "b"), ("turn 2 for nobody: b", "c")):
        answer = await _said(way, model, messages)
        assert answer.text == expected
        messages += [answer, HumanMessage(text)]
    assert [run.form["message"] for run in desk.runs()] == ["a", "b"]


async def test_two_messages_in_a_row_are_one_turn(desk: Desk, way: Way) -> None:
    assert (await _said(way, _model(desk), [HumanMessage("a"), HumanMessage("b")])).text == "turn 1 for nobody: a\n\nb"


async def test_a_message_with_more_than_text_is_refused_and_nothing_is_sent(desk: Desk, way: Way) -> None:
    image = {"type": "image", "base64": "aGk=", "mime_type": "image/png"}
    with pytest.raises(InvalidArgumentError, match="text alone, not content of type image"):
        await _said(way, _model(desk), [HumanMessage(["What is it?", image])])
    assert desk.runs() == []
    answer = await _said(way, _model(desk), [HumanMessage(["a", {"type": "text", "text": "b"}])])
    assert answer.text == "turn 1 for nobody: ab"


async def test_an_answer_to_another_user_is_not_gone_on_with(desk: Desk, way: Way) -> None:
    model = _model(desk)
    with acting_for(user="emp-7"):
        answer = await _said(way, model, [HumanMessage("a")])
    with acting_for(user="emp-8"):
        other = await _said(way, model, [HumanMessage("a"), answer, HumanMessage("b")])
    assert (answer.text, other.text) == ("turn 1 for emp-7: a", "turn 1 for emp-8: b")
    assert "emp-7" not in str(answer.response_metadata)


async def test_chunks_come_one_by_one_and_add_up(desk: Desk, way: Way) -> None:
    chunks = await _chunks(way, _model(desk), [HumanMessage("hi")])
    assert [chunk.text for chunk in chunks[:3]] == ["turn 1", " for nobody: ", "hi"]
    whole = sum(chunks[1:], chunks[0])
    assert whole.text == "turn 1 for nobody: hi"
    assert whole.response_metadata["alli"]["conversation_id"]
    assert len({chunk.id for chunk in chunks}) == 1


@pytest.mark.parametrize(
    "options",
    [ToolOptions(), ToolOptions(streaming=False), ToolOptions(artifact="ids")],
    ids=["streamed", "whole", "ids"],
)
async def test_an_app_that_takes_back_what_it_said_ends_with_the_right_message(
    desk: Desk, way: Way, options: ToolOptions
) -> None:
    model = _model(desk, "Auditor", options=options)
    expected = "Looking at it…\n\nFound: 7"
    assert (await _said(way, model, [HumanMessage("7")])).text == expected
    chunks = await _chunks(way, model, [HumanMessage("7")])
    assert sum(chunks[1:], chunks[0]).text == expected
    total = chunks[0]
    for chunk in chunks[1:]:
        total = total + chunk
    assert total.text == expected


async def test_errors_are_raised_after_one_request(desk: Desk, way: Way) -> None:
    with pytest.raises(AppError, match="I don't answer that"):
        await _said(way, _model(desk), [HumanMessage("fail")])
    with pytest.raises(AppError, match="I don't answer that"):
        await _chunks(way, _model(desk), [HumanMessage("fail")])
    assert len(desk.runs()) == 2
    with pytest.raises(InvalidArgumentError, match="end with a human message"):
        await _said(way, _model(desk), [SystemMessage("Be kind.")])


async def test_what_is_offered_stands_in_the_answer_and_a_message_may_take_it(desk: Desk, way: Way) -> None:
    @desk.alli.app(name="Shop", type="campaign")
    def order(run: AppRun) -> str | Reply:
        return f"Number {run.choices[0]}" if run.choices else Reply("What?", choices=["Lamp", "Chair"])

    model = _model(desk, "Shop")
    asked = await _said(way, model, [HumanMessage("go")])
    assert asked.text == "What?\n\nChoices:\n0: Lamp\n1: Chair"
    taken = HumanMessage("", additional_kwargs={"alli": {"choices": [1]}})
    assert (await _said(way, model, [HumanMessage("go"), asked, taken])).text == "Number 1"


async def test_as_the_model_of_an_agent_it_streams_and_keeps_the_thread(desk: Desk, way: Way) -> None:
    agent: Any = create_agent(_model(desk), [], checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    for turn in (1, 2):
        given = {"messages": [HumanMessage("hi")]}
        if way == "sync":
            parts = [part for part, _ in agent.stream(given, config, stream_mode="messages")]
        else:
            parts = [part async for part, _ in agent.astream(given, config, stream_mode="messages")]
        assert "".join(part.text for part in parts) == f"turn {turn} for nobody: hi"
        assert len(parts) > 2


def test_an_app_that_answers_once_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="use AlliAppTool"):
        _model(desk, "Rewrite")


def test_no_key_is_in_a_repr(desk: Desk) -> None:
    assert desk.alli.api_key not in repr(_model(desk))


def test_text_after_a_replacement_goes_on_with_it_in_the_sum_of_the_chunks() -> None:
    chunks = [AlliMessageChunk(content="It is four"), AlliMessageChunk(content="", replacement="It is five")]
    last = AlliMessageChunk(content=", surely.")
    assert (chunks[0] + chunks[1] + last).text == "It is five, surely."
    assert (chunks[0] + [chunks[1], last]).text == "It is five, surely."
