"""A thread whose conversation the service no longer takes goes on in a new one, however the service says so."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from alli_emulator import AppRun, Emulator, Reply
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import ToolMessage

from tests.langchain_alli.desk import Desk, Way, run_agent, tool_messages

REFUSALS: dict[str, dict[str, Any]] = {
    "not found": {"status": 404, "body": {"detail": "Not Found"}},
    "gone": {"status": 410, "body": {"detail": "expired"}},
    "invalid, as the pages have it": {"status": 400, "body": {"code": 7003, "message": "'conversationId' has ended"}},
    "invalid, as text": {"status": 400, "body": {"errors": "Conversation has expired"}},
    "unprocessable": {"status": 422, "body": {"detail": [{"loc": ["body", "conversationId"], "msg": "not valid"}]}},
    "ended": {"expire_conversation": True},
}


@pytest.fixture
def talk(desk: Desk) -> str:
    """Name of an app that takes two turns and then ends its conversation, as campaigns do."""

    @desk.alli.app(name="Two turns", type="campaign")
    def two_turns(run: AppRun) -> Iterator[str | Reply]:
        yield f"turn {run.conversation.turn}"
        yield Reply(ends=run.conversation.turn == 2)

    return two_turns.name


async def _answers(desk: Desk, way: Way, name: str, turns: int, before: Sequence[Any] = ()) -> list[ToolMessage]:
    """The tool's answers in a thread of so many calls; `before` are faults for the second."""
    tool = desk.tool(name)

    def decide(messages: Sequence[Any], _: Any) -> Any:
        told = len(tool_messages(messages))
        if told == 1:
            for fault in before:
                desk.alli.fault(path_contains="/run", **fault)
        return call_tool(tool.name, message="on") if told < turns else "done"

    return tool_messages(await run_agent(way, ScriptedChatModel(decide=decide), [tool]))


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_conversation_that_is_refused_is_begun_anew_once(
    desk: Desk, way: Way, talk: str, refusal: dict[str, Any]
) -> None:
    first, second, third = await _answers(desk, way, talk, 3, [refusal])
    assert [message.text for message in (first, second, third)] == ["turn 1", "turn 1", "turn 2"]
    assert [one.artifact["alli"]["conversation_restarted"] for one in (first, second, third)] == [False, True, False]
    assert len(desk.runs()) == 4


async def test_an_app_that_has_ended_its_conversation_begins_another(desk: Desk, way: Way, talk: str) -> None:
    answers = await _answers(desk, way, talk, 5)
    assert [message.text for message in answers] == ["turn 1", "turn 2", "turn 1", "turn 2", "turn 1"]


@pytest.mark.parametrize(
    "refusal",
    [{"status": 400, "body": {"errors": "message is empty"}}, {"status": 409, "body": {"errors": "conversation busy"}}],
    ids=["other words", "busy"],
)
async def test_a_refusal_that_is_not_about_the_conversation_is_told_and_ends_nothing(
    desk: Desk, way: Way, talk: str, refusal: dict[str, Any]
) -> None:
    first, second, third = await _answers(desk, way, talk, 3, [refusal])
    assert [first.text, second.status, third.text] == ["turn 1", "error", "turn 2"]
    assert len(desk.runs()) == 3


async def test_a_new_conversation_that_is_refused_as_well_is_an_error(desk: Desk, way: Way, talk: str) -> None:
    refusal = REFUSALS["unprocessable"]
    _, second, _ = await _answers(desk, way, talk, 3, [refusal, refusal])
    assert second.status == "error"
    assert second.artifact["alli"]["error"]["status_code"] == 422
    assert len(desk.runs()) == 4


async def test_a_conversation_ended_by_a_person_is_begun_anew(desk: Desk, alli: Emulator, way: Way, talk: str) -> None:
    tool = desk.tool(talk)

    def decide(messages: Sequence[Any], _: Any) -> Any:
        told = tool_messages(messages)
        if len(told) == 1:
            desk.client.conversations.end(told[0].artifact["alli"]["conversation_id"])
        return call_tool(tool.name, message="on") if len(told) < 2 else "done"

    answers = tool_messages(await run_agent(way, ScriptedChatModel(decide=decide), [tool]))
    assert [message.text for message in answers] == ["turn 1", "turn 1"]
