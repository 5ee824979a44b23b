"""Which conversation a call goes on with."""

from typing import Any

import pytest
from alli_tools.calls.conversations import Claims
from langchain_alli.calls.thread_messages import last_conversation_id
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage


def _answer(app_id: str, conversation_id: object, status: Any = "success") -> ToolMessage:
    artifact = {"alli": {"app": {"id": app_id}, "conversation_id": conversation_id}}
    return ToolMessage("text", tool_call_id="c", artifact=artifact, status=status)


def test_the_newest_successful_answer_of_the_same_app_decides() -> None:
    messages = [
        _answer("A", "old"),
        _answer("A", "new"),
        _answer("B", "other app"),
        _answer("A", "failed", status="error"),
        _answer("A", None),
        HumanMessage("hi"),
        AIMessage("ok"),
    ]
    assert last_conversation_id(messages, "A") == "new"
    assert last_conversation_id(messages, "C") is None


@pytest.mark.parametrize("artifact", [None, "x", {"alli": None}, {"alli": {"app": "A"}}, {"other": {}}, [1]])
def test_artifacts_of_other_tools_are_passed_over(artifact: object) -> None:
    messages = [_answer("A", "mine"), ToolMessage("text", tool_call_id="c", artifact=artifact)]
    assert last_conversation_id(messages, "A") == "mine"


@pytest.mark.parametrize("after", [0, 1, 255, 256, 257, 2000])
def test_an_answer_is_found_however_far_back_it_is(after: int) -> None:
    old, new = _answer("A", "old"), _answer("A", "new")
    others = [HumanMessage("hi"), ToolMessage("text", tool_call_id="c", artifact={"x": 1}), AIMessage("ok")]
    history = [old, *others * 100, new, *(others * 1000)[:after]]
    assert last_conversation_id(history, "A") == "new"
    assert last_conversation_id(tuple(history), "A") == "new"
    assert last_conversation_id(history, "B") is None


def test_an_answer_of_a_class_of_the_applications_own_counts() -> None:
    class Answer(ToolMessage):
        """As an application may make of a tool's answer."""

    assert last_conversation_id([Answer(**vars(_answer("A", "mine")))], "A") == "mine"


def test_a_conversation_is_held_by_one_call_at_a_time_and_free_after_it() -> None:
    claims = Claims()
    with claims.hold("c1") as first, claims.hold("c1") as second, claims.hold("c2") as third:
        assert (first, second, third) == ("c1", None, "c2")
    with pytest.raises(RuntimeError, match="boom"), claims.hold("c1"):
        raise RuntimeError("boom")
    with claims.hold("c1") as again, claims.hold(None) as none:
        assert (again, none) == ("c1", None)
