"""Arguments that are missing, wrong or made up: nothing is sent, and the outcome says what is accepted."""

from typing import Any

import pytest
from alli_tools import CallRefusedError, Outcome, ToolCall

from tests.alli_tools.desk import REWRITE, Desk, Way, call


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "text is missing; tone is missing"),
        ({"text": "x"}, "tone is missing"),
        ({"text": "x", "tone": None}, "tone must be a string, not null"),
        ({"text": "x", "tone": "SECRET"}, "tone must be one of plain, formal"),
        ({"text": 5, "tone": "plain"}, "text must be a string, not an integer"),
        ({**REWRITE, "conversationId": "SECRET"}, "conversationId is not an argument"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_nothing_is_sent_where_an_argument_is_missing_or_wrong(
    desk: Desk, way: Way, arguments: dict[str, object], words: str
) -> None:
    outcome = await call(way, desk.tool("Rewrite"), arguments)
    assert outcome.failed
    assert isinstance(outcome.error, CallRefusedError)
    assert outcome.text == f"Nothing was sent: {words}. The arguments are: text, tone."
    assert "SECRET" not in str(outcome.artifact)
    assert desk.runs == []


@pytest.mark.parametrize(
    ("given", "kind"),
    [('{"text": "SECRET"}', "a string"), (None, "null"), (["SECRET"], "an array")],
    ids=["text", "null", "list"],
)
async def test_arguments_that_are_no_object_are_refused_in_words(desk: Desk, way: Way, given: Any, kind: str) -> None:
    hooked: list[object] = []

    def note(called: ToolCall, outcome: Outcome | None = None) -> None:
        hooked.append(repr(called))

    for tool in (desk.tool("Rewrite", before=note, after=note), desk.tools().router()[0]):
        outcome = await call(way, tool, given)
        assert outcome.failed
        assert outcome.text.startswith(f"Nothing was sent: the arguments must be an object, not {kind}.")
        assert "SECRET" not in str(outcome.artifact)
    assert len(hooked) == 1  # `after` alone: there are no arguments that `before` could change
    assert "with no arguments" in str(hooked)
    assert desk.runs == []
