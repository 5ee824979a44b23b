"""Artifacts are JSON that every checkpointer takes and gives back as it was, whatever the service sent."""

import json
import math
from typing import Any

import pytest
from alli import RunResult
from alli_tools.calls.outcomes import Shown, success_outcome
from alli_tools.definition.app_spec import AppSpec
from alli_tools.definition.plain_json import plain
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

SPEC = AppSpec("APP", "App", "single_action", "GENERAL", True, "alli_app", "App", ())

JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=20,
)


def _kept(value: object) -> object:
    """`value` after a checkpointer."""
    serializer = JsonPlusSerializer()
    return serializer.loads_typed(serializer.dumps_typed(value))


@given(JSON)
def test_any_json_is_the_same_after_a_checkpointer(value: object) -> None:
    made = plain(value)
    assert _kept(made) == made
    assert json.loads(json.dumps(made, allow_nan=False).encode()) == made
    assert plain(made) == made


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, 2.5, True, None, "x"]}, {"a": [1, 2.5, True, None, "x"]}),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, "9223372036854775808"),
        (-(10**30), "-1" + "0" * 30),
        (math.inf, "inf"),
        (math.nan, "nan"),
        ("\ud83d\ude00", "😀"),
        ("a\ud83d", "a\ufffd"),
        ({"\udc00": 1}, {"\ufffd": 1}),
        ((1, 2), [1, 2]),
        (object(), None),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_what_json_can_not_hold_everywhere_becomes_text_or_nothing(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_what_is_nested_without_end_ends_in_a_note() -> None:
    value: Any = "core"
    for _ in range(5000):
        value = [value]
    made: Any = plain(value)
    assert _kept(made) == made
    while isinstance(made, list):
        (made,) = made
    assert made == "(nested too deep)"


def test_an_odd_answer_is_an_artifact_and_a_text_like_any_other() -> None:
    half = "x\ud800y"
    response = {"id": half, "message": half, "citations": [{"title": half, "url": half, "pageNo": 10**30}]}
    result = RunResult.from_payload(
        {"result": {"responses": [response], "conversation": {"id": half}, "variables": {half: [10**30, math.nan]}}}
    )
    outcome = success_outcome(SPEC, result, Shown(1000))
    assert outcome.text.startswith("x\ufffdy\n\nSources:")
    assert outcome.text.encode()
    assert _kept(outcome.artifact) == outcome.artifact
    assert outcome.artifact["alli"]["variables"] == {"x\ufffdy": [str(10**30), "nan"]}
