"""The scripted chat model behaves as a provider's does: bound tools, streaming, turns."""

import operator
from functools import reduce

import pytest
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.tools import tool


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def test_a_function_decides_from_the_bound_tools_and_the_messages() -> None:
    def decide(messages: object, tools: object) -> AIMessage:
        assert isinstance(messages, list)
        assert isinstance(tools, list)
        return call_tool(tools[0]["name"], a=len(messages), b=len(tools[0]["parameters"]["properties"]))

    model = ScriptedChatModel(decide=decide).bind_tools([add])
    (call,) = model.invoke([HumanMessage("hi")]).tool_calls
    assert (call["name"], call["args"]) == ("add", {"a": 1, "b": 2})


async def test_streamed_pieces_add_up_to_the_message() -> None:
    model = ScriptedChatModel(script=[call_tool("add", a=1, b=2), "three of words"])
    whole: AIMessageChunk = reduce(operator.add, list(model.stream("hi")))
    assert whole.tool_calls[0]["args"] == {"a": 1, "b": 2}
    pieces = [piece async for piece in model.astream([HumanMessage("hi"), AIMessage("first")])]
    assert [piece.text for piece in pieces if piece.text] == ["three", " of", " words"]


def test_a_streamed_message_has_all_that_the_whole_one_has() -> None:
    message = AIMessage(
        [{"type": "reasoning", "reasoning": "Hm."}, {"type": "text", "text": "two words"}],
        id="msg-1",
        tool_calls=call_tool("add", a=1, b=2).tool_calls,
        usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
        response_metadata={"model_name": "scripted"},
        additional_kwargs={"refusal": None},
    )
    for scripted in (message, message.model_copy(update={"content": "two words", "tool_calls": []})):
        model = ScriptedChatModel(script=[scripted])
        invoked, streamed = model.invoke("hi"), reduce(operator.add, list(model.stream("hi")))
        for attribute in ("id", "text", "content_blocks", "tool_calls", "usage_metadata", "additional_kwargs"):
            assert getattr(streamed, attribute) == getattr(invoked, attribute), attribute
        assert streamed.response_metadata["model_name"] == "scripted"


async def test_the_turn_is_counted_by_the_messages_so_that_threads_do_not_mix() -> None:
    model = ScriptedChatModel(script=["one", "two"])
    assert model.invoke("hi").text == "one"
    assert (await model.ainvoke("hi")).text == "one"
    assert model.invoke([HumanMessage("hi"), AIMessage("one"), HumanMessage("on")]).text == "two"
    with pytest.raises(ValueError, match="2 messages, and this is turn 3"):
        model.invoke([AIMessage("one"), AIMessage("two"), HumanMessage("on")])
