"""A whole answer and a stream of it are read by one format, which comes from the overlay."""

from __future__ import annotations

from typing import Any, Literal, get_args

import pytest
from alli import RunResult
from alli._json.result_format import (
    ChoiceFormat,
    CitationFormat,
    FormFieldFormat,
    MessageFormat,
    Replacement,
    ResultFormat,
)
from alli._json.result_formats import RUN_RESULT
from alli._stream.accumulator import Accumulator
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model import blocks
from generator.model.block_reader import keys_of
from tests.alli.transcript_corpus import ANSWER

TEXTS = st.text(alphabet='a가👍{}"\n\ud83d\ufffd', max_size=6) | st.sampled_from(
    [
        "",
        '{"blocks": [{"text": "One", "type": "unstyled"}], "entityMap": {}}',
        '{"blocks": [{"text": "", "type": "unstyled"}], "entityMap": {}}',
        '{"blocks": [',
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
CITATIONS = st.lists(
    st.dictionaries(st.sampled_from(["clueId", "clue_id", "pageNo", "page_no", "title", "text"]), JSON, max_size=4)
    | JSON,
    max_size=3,
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": JSON,
            "type": JSON,
            "message": TEXTS | JSON,
            "completed": st.booleans() | JSON,
            "sender": st.sampled_from(["BOT", "USER", "user"]) | JSON,
            "error": JSON,
            "metadata": JSON,
            "citations": CITATIONS | JSON,
            "clues": CITATIONS | JSON,
        },
    )
    | JSON,
    max_size=4,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "responses": MESSAGES | JSON,
        "choices": MESSAGES | JSON,
        "conversation": st.dictionaries(st.sampled_from(["id", "state"]), JSON, max_size=2) | JSON,
        "conversationId": JSON,
        "conversation_id": JSON,
        "state": JSON,
        "variables": JSON,
        "id": JSON,
        "name": JSON,
        "type": st.sampled_from(["single_action", "agent"]),
        "category": JSON,
    },
)
RUNS = FIELDS | st.fixed_dictionaries({"result": FIELDS | JSON}, optional={"state": JSON, "id": JSON})
ANSWERS = st.fixed_dictionaries(
    {}, optional={"answer": TEXTS | JSON, "clues": CITATIONS, "citations": CITATIONS, "threadId": JSON, "intent": JSON}
)


def streamed(record: object, format: ResultFormat, semantics: Literal["snapshot", "delta"]) -> RunResult:
    accumulator = Accumulator(format, semantics)
    accumulator.feed([record])
    assert accumulator.error is None
    accumulator.finish()
    return accumulator.result()


def assert_equal(streamed: RunResult, whole: RunResult) -> None:
    assert streamed == whole
    assert streamed.text == whole.text
    assert streamed.citations == whole.citations


@settings(max_examples=200, deadline=None)
@given(record=RUNS)
def test_one_snapshot_read_whole_and_as_a_stream_gives_equal_results(record: dict[str, Any]) -> None:
    assert_equal(streamed(record, RUN_RESULT, "snapshot"), RunResult.from_payload(record))


@settings(max_examples=150, deadline=None)
@given(record=ANSWERS, semantics=st.sampled_from(["snapshot", "delta"]))
def test_an_answer_that_is_one_message_gives_equal_results_whole_and_streamed(
    record: dict[str, Any], semantics: Literal["snapshot", "delta"]
) -> None:
    assert_equal(streamed(record, ANSWER, semantics), RunResult.from_payload(record, ANSWER))


@pytest.mark.parametrize("spelling", ["citations", "clues"])
def test_citations_beside_the_text_of_deltas_are_kept_in_both_spellings(spelling: str) -> None:
    accumulator = Accumulator(ANSWER, "delta")
    clues = [{"clue_id": "c1", "page_no": 3}, {"clueId": "c2", "pageNo": 4}]
    accumulator.feed([{"answer": piece, spelling: clues, "threadId": "t"} for piece in ("Five ", "days.")])
    accumulator.finish()
    result = accumulator.result()
    assert (result.text, result.conversation_id) == ("Five days.", "t")
    assert [(citation.clue_id, citation.page) for citation in result.citations] == [("c1", 3), ("c2", 4)]


def test_an_error_under_a_key_of_the_overlay_ends_a_stream() -> None:
    accumulator = Accumulator(ResultFormat(text=("answer",), error=("failure",)), "delta")
    accumulator.feed([{"answer": "Part"}, {"failure": "no model"}])
    assert accumulator.error is not None
    assert accumulator.error.message == "no model"


def test_the_vocabulary_has_each_part_of_a_format() -> None:
    assert keys_of(blocks.ResultBlock) == set(ResultFormat.__slots__)
    assert set(get_args(blocks.MessageKey)) == set(MessageFormat.__slots__)
    assert set(get_args(blocks.CitationKey)) == set(CitationFormat.__slots__)
    assert set(get_args(blocks.ChoiceKey)) == set(ChoiceFormat.__slots__)
    assert set(get_args(blocks.FormFieldKey)) == set(FormFieldFormat.__slots__)
    assert {"type", "index", "text"} == set(Replacement.__slots__)
