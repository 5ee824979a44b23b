"""Choices and forms that an app offers reach the model, and the tool can answer them."""

import pytest
from alli import RunResult
from alli_tools import AppTool, acting_for
from alli_tools.calls.hosts import Host
from alli_tools.calls.offers import offer_in

from tests.alli_tools.desk import Desk, Way, call


async def test_a_model_reads_what_is_offered_and_answers_by_choices_and_form(desk: Desk, way: Way) -> None:
    tool = desk.tool("Order")
    with acting_for(user="emp-7", thread="t"):
        asked = await call(way, tool, {"message": "I need something."})
        assert asked.text == (
            "What do you want?\n\nChoices:\n0: Lamp\n1: Chair\n"
            "(To answer, call this tool again with choices, a list of one of these numbers.)"
        )
        assert asked.artifact["alli"]["choices"] == [{"index": 0, "text": "Lamp"}, {"index": 1, "text": "Chair"}]
        assert asked.offer is not None
        form = await call(way, tool, {"choices": [1], "message": None, "form": None})
        assert "place (Place): text, required\nnote: text\n" in form.text
        assert [field["name"] for field in form.artifact["alli"]["form"]] == ["place", "note"]
        done = await call(way, tool, {"form": [{"name": "place", "value": "Seoul"}]})
    assert (done.text, done.offer, done.artifact["alli"]["form"]) == ("To Seoul it is.", None, None)
    assert [run.headers["own-user-id"] for run in desk.runs] == ["emp-7"] * 3


@pytest.mark.parametrize("reply", [{"choices": [0]}, {"form": {"place": "Seoul"}}], ids=str)
async def test_a_reply_to_nothing_is_not_sent(desk: Desk, way: Way, reply: dict[str, object]) -> None:
    outcome = await call(way, desk.tool("Order"), reply)
    assert outcome.failed
    assert "no conversation in which this app waits for choices or a form" in outcome.text
    assert desk.runs == []


@pytest.mark.parametrize("nothing", [{}, {"message": None}, {"message": ""}, {"choices": [], "form": []}], ids=str)
async def test_a_call_that_says_nothing_is_not_sent(desk: Desk, way: Way, nothing: dict[str, object]) -> None:
    outcome = await call(way, desk.tool("Order"), nothing)
    assert outcome.text.startswith("Nothing was sent: message is missing")
    assert desk.runs == []


async def test_a_reply_in_the_conversation_of_another_user_or_app_is_refused(desk: Desk, way: Way) -> None:
    offering, other = desk.tool("Order"), desk.tool("Chat")
    with acting_for(user="emp-7"):
        alli = (await call(way, offering, {"message": "go"})).artifact["alli"]

    async def replied(user: str, tool: AppTool) -> str:
        with acting_for(user=user):
            host = Host()
            host.reply_to, host.reply_for = alli["conversation_id"], alli["owner"]
            arguments = {"choices": [0]}
            return (tool.attempt(arguments, host) if way == "sync" else await tool.aattempt(arguments, host)).text

    for user, tool in (("emp-8", offering), ("emp-7", other)):
        assert await replied(user, tool) == "Nothing was sent: that is the conversation of somebody else."
    assert len(desk.runs) == 1
    assert (await replied("emp-7", offering)).startswith("Where to?")


async def test_a_reply_to_a_conversation_that_is_gone_begins_nothing(desk: Desk, way: Way) -> None:
    tool = desk.tool("Order")
    with acting_for(thread="t"):
        await call(way, tool, {"message": "I need something."})
        desk.alli.fault(path_contains="/run", status=404, body={"detail": "Not Found"})
        outcome = await call(way, tool, {"choices": [1]})
    assert outcome.failed
    assert len(desk.runs) == 2


async def test_offers_may_be_words_alone(desk: Desk, way: Way) -> None:
    tool = desk.tool("Order", offers="text")
    assert set(tool.parameters["properties"]) == {"message"}
    assert tool.parameters["required"] == ["message"]
    outcome = await call(way, tool, {"message": "I need something."})
    assert outcome.text.endswith("(To answer, call this tool again with the words of a choice as the message.)")


@pytest.mark.parametrize(
    "message",
    [
        {"message": "x"},
        {"message": "x", "chatOptionInfos": None, "form": None},
        {"message": "x", "chatOptionInfos": "Lamp", "form": {"name": "n"}},
        {"message": "x", "chatOptionInfos": [], "form": [{"label": "no name"}, 5]},
    ],
    ids=["nothing", "null", "odd", "empty"],
)
def test_what_is_no_offer_is_none(message: dict[str, object]) -> None:
    assert offer_in(RunResult.from_payload({"result": {"responses": [message]}})) is None


def test_a_conversation_that_is_over_offers_nothing() -> None:
    message = {"message": "x", "chatOptionInfos": [{"shortenOption": "Lamp"}]}
    for state, offers in (("waiting", True), ("end", False)):
        result = {"result": {"responses": [message], "conversation": {"id": "c", "state": state}}}
        assert (offer_in(RunResult.from_payload(result)) is not None) is offers
