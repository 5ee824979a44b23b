"""What the records of a stream add up to. Most of it is in the transcripts; here is what they can't show."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import tracemalloc
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from alli._json.result_format import Replacement, ResultFormat
from alli._stream.accumulator import Accumulator
from alli.events import Completed, ConversationStarted, RunEvent, TextDelta, TextReplaced
from hypothesis import given
from hypothesis import strategies as st

from tests.alli.transcript_corpus import DELTA, RUN, as_lists


def snapshot(*messages: object, **fields: object) -> dict[str, object]:
    return {"result": {"responses": [{"message": message} for message in messages], **fields}}


def events_of(accumulator: Accumulator, records: Iterable[object]) -> list[RunEvent]:
    return [event for record in records for event in accumulator.feed([record])]


@given(
    turns=st.lists(st.lists(st.text(alphabet='a가👍{"} \n', max_size=4), max_size=3), max_size=6),
    replacements=st.lists(st.tuples(st.integers(0, 4), st.text(max_size=3)), max_size=2),
)
def test_events_played_back_give_the_result(turns: list[list[str]], replacements: list[tuple[int, str]]) -> None:
    accumulator = RUN()
    records: list[object] = [snapshot(*texts) for texts in turns]
    records += [
        {"type": "final_replaced_message", "response_index": index, "content": content}
        for index, content in replacements
    ]
    played: dict[int, str] = {}
    replaced: set[int] = set()
    for event in [*events_of(accumulator, records), *accumulator.finish()]:
        if isinstance(event, TextDelta):
            assert event.text
            played[event.index] = played.get(event.index, "") + event.text
        elif isinstance(event, TextReplaced):
            replaced.add(event.index)
            played[event.index] = event.text
    texts = [message.text for message in accumulator.result().messages]
    assert [played.get(index, "") for index in range(len(texts))] == texts


@given(pieces=st.lists(st.text(alphabet='{"blocksentityMap:[]} 가', max_size=6), max_size=12))
def test_joined_deltas_are_the_message_whatever_they_look_like(pieces: list[str]) -> None:
    accumulator = DELTA()
    events = [*events_of(accumulator, ({"answer": piece} for piece in pieces)), *accumulator.finish()]
    joined = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert joined == "".join(pieces) == accumulator.result().text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["result", "responses", "choices", "message", "conversation", "id", "state", "type", "error", "answer"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(records=st.lists(json_values, max_size=5), make=st.sampled_from([RUN, DELTA]))
def test_no_shape_of_record_raises(records: list[object], make: Callable[[], Accumulator]) -> None:
    accumulator = make()
    accumulator.feed(records)
    accumulator.result()
    assert isinstance(accumulator.finish()[-1], Completed)


def test_the_conversation_is_told_once_and_first_come_counts() -> None:
    accumulator = RUN()
    first = snapshot("a", conversation={"id": "C1"})
    second = snapshot("ab", conversation={"id": "C2"})
    events = events_of(accumulator, [first, second])
    assert [event for event in events if isinstance(event, ConversationStarted)] == [ConversationStarted("C1")]
    assert accumulator.conversation_id == accumulator.result().conversation_id == "C1"


def test_a_result_can_be_had_at_any_time_and_holds_what_was_held_back() -> None:
    accumulator = RUN()
    held = '{"blocks": [{"text": "half'
    assert accumulator.feed([snapshot("shown", held, state="running", variables={"A": 1})]) == [TextDelta("shown", 0)]
    result = accumulator.result()
    assert [message.text for message in result.messages] == ["shown", held]
    assert (result.state, result.variables) == ("running", {"A": 1})


def test_the_result_has_the_last_of_each_field_and_the_last_record_raw() -> None:
    accumulator = RUN()
    first = snapshot("a", id="APP", name="Helper", state="running", variables={"A": 1})
    last = {
        "result": {"responses": [{"message": "ab", "citations": [{"title": "t"}]}], "conversation": {"state": "end"}}
    }
    accumulator.feed([first, last])
    result = accumulator.result()
    assert (result.app_id, result.name, result.state, result.variables) == ("APP", "Helper", "end", {"A": 1})
    assert [citation.title for citation in result.citations] == ["t"]
    assert result.raw is last


def test_deltas_give_the_citations_they_repeat() -> None:
    accumulator = DELTA()
    clues = [{"clue_id": "c1", "page_no": 12, "kb_id": "KB"}]
    accumulator.feed([{"answer": "a", "clues": clues}, {"answer": "b", "clues": clues}, {"answer": "c"}])
    [citation] = accumulator.result().citations
    assert (citation.clue_id, citation.page, citation.document_id) == ("c1", 12, "KB")


def test_deltas_report_their_conversation_as_soon_as_it_is_known() -> None:
    accumulator = DELTA()
    records = [{"answer": "a"}, {"answer": "b", "threadId": "C1"}, {"answer": "c", "threadId": "C2"}]
    assert accumulator.feed(records) == [
        TextDelta("a", 0),
        ConversationStarted("C1"),
        TextDelta("b", 0),
        TextDelta("c", 0),
    ]
    assert accumulator.result().conversation_id == "C1"


def test_deltas_may_be_anywhere_in_a_record_and_come_before_a_message_that_replaces_none() -> None:
    replace = Replacement(type="final", index="at", text="content")
    accumulator = Accumulator(ResultFormat(text=("data.text", "text"), replace=replace), "delta")
    records = [{"data": {"text": "a"}}, {"text": "b"}, {"type": "final", "at": 3, "content": "more"}]
    accumulator.feed(records)
    assert accumulator.text == "ab\n\nmore"
    assert [message.text for message in accumulator.result().messages] == ["ab", "more"]


def test_an_object_in_place_of_a_delta_is_the_whole_message() -> None:
    draft: dict[str, object] = {"blocks": [{"text": "whole", "type": "header-one"}], "entityMap": {}}
    accumulator = DELTA()
    assert as_lists(accumulator.feed([{"answer": "part"}, {"answer": draft}])) == [
        ["delta", 0, "part"],
        ["replaced", 0, "# whole"],
    ]
    assert accumulator.result().text == "# whole"


def test_nothing_is_read_after_an_error() -> None:
    accumulator = RUN()
    record = {"error": {"value": 7000, "name": "API_ERROR"}, "message": "down"}
    events = accumulator.feed([snapshot("kept"), record, snapshot("not read")])
    assert as_lists(events) == [["delta", 0, "kept"]]
    assert accumulator.error is not None
    assert (accumulator.error.code, accumulator.error.name, accumulator.error.message) == (7000, "API_ERROR", "down")
    assert accumulator.error_record is record


@pytest.mark.parametrize("make", [RUN, DELTA], ids=["snapshots", "deltas"])
def test_an_error_is_no_part_of_the_answer(make: Callable[[], Accumulator]) -> None:
    accumulator = make()
    assert accumulator.feed([{"errors": "down", "answer": "no text", "state": "running"}]) == []
    assert accumulator.error is not None
    assert accumulator.is_empty
    assert (accumulator.result().text, accumulator.result().raw) == ("", None)


@pytest.mark.parametrize(
    ("make", "records"),
    [
        (RUN, [{"type": "progress", **snapshot("a")}, {"error": None, "errors": [], **snapshot("ab")}]),
        (DELTA, [{"type": "progress", "answer": "a"}, {"error": None, "errors": [], "answer": "b"}]),
    ],
    ids=["snapshots", "deltas"],
)
def test_a_record_that_might_have_been_an_error_is_read(
    make: Callable[[], Accumulator], records: list[dict[str, object]]
) -> None:
    accumulator = make()
    assert as_lists(accumulator.feed(records)) == [["delta", 0, "a"], ["delta", 0, "b"]]
    assert (accumulator.error, accumulator.result().text, accumulator.result().raw) == (None, "ab", records[-1])


def test_a_message_may_be_its_text_alone() -> None:
    accumulator = RUN()
    records = [{"result": {"responses": ["one", None]}}, {"result": {"responses": ["one more", None]}}]
    assert as_lists(accumulator.feed(records)) == [["delta", 0, "one"], ["delta", 0, " more"]]
    assert accumulator.result().text == "one more"


def test_an_error_inside_a_message_belongs_to_the_message() -> None:
    accumulator = RUN()
    accumulator.feed([{"result": {"responses": [{"message": "half", "error": "tool failed"}]}}])
    assert accumulator.error is None
    assert accumulator.result().messages[0].error == "tool failed"


def test_a_replacement_without_index_is_for_the_last_message() -> None:
    accumulator = RUN()
    accumulator.feed([snapshot("a", "b"), {"type": "final_replaced_message", "content": "B"}])
    assert [message.text for message in accumulator.result().messages] == ["a", "B"]


def test_a_replacement_without_content_changes_nothing() -> None:
    accumulator = RUN()
    events = accumulator.feed([snapshot("a"), {"type": "final_replaced_message", "response_index": 0}])
    assert as_lists(events) == [["delta", 0, "a"]]


def test_reprs_of_events_show_no_text() -> None:
    accumulator = RUN()
    events: list[Any] = [
        *accumulator.feed([snapshot("my secret"), snapshot("another secret")]),
        *accumulator.finish(),
        accumulator.result(),
        accumulator.result().messages,
    ]
    assert len(events) == 5
    assert "secret" not in repr(events)


@pytest.mark.parametrize("event", [TextDelta("a", 1), TextReplaced("a", 1), ConversationStarted("C")])
def test_events_compare_by_value_and_can_not_be_changed(event: Any) -> None:
    for again in (copy.copy(event), pickle.loads(pickle.dumps(event))):
        assert again == event
        assert hash(again) == hash(event)
    assert event not in (TextDelta("a", 0), TextReplaced("b", 1), ConversationStarted("D"), "a")
    for name in [name for name in ("text", "index", "conversation_id") if hasattr(event, name)]:
        with pytest.raises(AttributeError):
            setattr(event, name, "other")


@pytest.mark.parametrize("make", [RUN, DELTA], ids=["snapshots", "deltas"])
def test_memory_is_that_of_the_final_answer(make: Callable[[], Accumulator]) -> None:
    accumulator = make()
    records = 20_000

    def record(number: int) -> object:
        if make is DELTA:
            return json.loads(f'{{"answer": "x", "clues": [{{"text": "{number:0500}"}}]}}')
        return json.loads(f'{{"result": {{"responses": [{{"message": "{number:0500}"}}]}}}}')

    accumulator.feed([record(0)])
    tracemalloc.start()
    try:
        for number in range(records):
            accumulator.feed([record(number)])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The records together are 10 MB and more. Of deltas, 20 kB of text stay.
    assert kept < 200_000


@given(text=st.text(alphabet="a가👍🇰\u2028", max_size=8), cuts=st.lists(st.integers(0, 40), max_size=6))
def test_deltas_cut_inside_a_character_join_to_the_text(text: str, cuts: list[int]) -> None:
    """A service that counts in UTF-16 may end a piece with the first half of a surrogate pair."""
    units = text.encode("utf-16-le", "surrogatepass")
    places = sorted({0, *(2 * cut for cut in cuts if 2 * cut < len(units)), len(units)})
    pieces = [units[a:b].decode("utf-16-le", "surrogatepass") for a, b in itertools.pairwise(places)]
    accumulator = DELTA()
    events = events_of(accumulator, [{"answer": piece} for piece in pieces])
    for event in events:
        assert isinstance(event, TextDelta)
        event.text.encode()  # no half of a character is shown
    joined = "".join(event.text for event in [*events, *accumulator.finish()] if isinstance(event, TextDelta))
    assert joined == accumulator.result().text == text


@pytest.mark.parametrize("character", ["\U00010000", "👍", "\U0010ffff"], ids=["first", "thumb", "last"])
def test_a_character_cut_behind_other_text_is_shown_whole(character: str) -> None:
    units = character.encode("utf-16-le")
    first, second = (units[at : at + 2].decode("utf-16-le", "surrogatepass") for at in (0, 2))
    accumulator = DELTA()
    events = accumulator.feed([{"answer": "ab"}, {"answer": f"cd{first}"}, {"answer": f"{second}ef"}])
    assert as_lists(events) == [["delta", 0, "ab"], ["delta", 0, "cd"], ["delta", 0, f"{character}ef"]]


def test_half_a_character_at_the_end_of_deltas_is_given_as_it_came() -> None:
    accumulator = DELTA()
    assert as_lists(accumulator.feed([{"answer": "Hi \ud83d"}])) == [["delta", 0, "Hi "]]
    assert accumulator.result().text == "Hi \ud83d"
    assert as_lists(accumulator.finish()) == [["delta", 0, "\ud83d"], ["completed"]]
    assert accumulator.result().text == "Hi \ud83d"


def test_short_draftjs_in_deltas_is_markdown() -> None:
    accumulator = DELTA()
    draft = '{"blocks":[{"text":"hi","type":"header-one"}],"entityMap":{}}'
    accumulator.feed([{"answer": draft[:20]}, {"answer": draft[20:]}])
    assert as_lists(accumulator.finish()) == [["delta", 0, "# hi"], ["completed"]]
