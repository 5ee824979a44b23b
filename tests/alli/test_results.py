"""Results: both spellings, both lists, and nothing that raises."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from alli.results import Citation, ConversationResult, FormField, Message, RunResult, SkillResult
from hypothesis import given
from hypothesis import strategies as st

CURRENT: dict[str, Any] = {
    "result": {
        "id": "APP",
        "name": "Summary",
        "type": "single_action",
        "category": "General",
        "responses": [
            {
                "id": "CHAT",
                "type": "llm",
                "sender": "BOT",
                "message": "Three points: …",
                "completed": True,
                "multipleOption": False,
                "createdAt": 1765000000.5,
                "citations": [
                    {
                        "clueId": "cl-1",
                        "source": "DOCUMENT",
                        "title": "rules.pdf",
                        "knowledgeBaseId": "KB",
                        "pageNo": 3,
                        "url": None,
                        "text": "…",
                    }
                ],
                "metadata": '{"last_canvas_content": "<h1>Report</h1>"}',
                "error": None,
            }
        ],
        "variables": {"RESPONSE": "ok"},
        "conversation": {"id": "CONV", "state": "end"},
    }
}


def test_a_current_answer_is_read_whole() -> None:
    result = RunResult.from_payload(CURRENT)
    assert result.text == "Three points: …"
    assert (result.app_id, result.name, result.type, result.category) == ("APP", "Summary", "single_action", "General")
    assert (result.conversation_id, result.state, result.variables) == ("CONV", "end", {"RESPONSE": "ok"})
    assert result.raw is CURRENT
    [message] = result.messages
    assert (message.id, message.type, message.completed, message.error) == ("CHAT", "llm", True, None)
    assert message.metadata == {"last_canvas_content": "<h1>Report</h1>"}
    [citation] = result.citations
    assert (citation.source, citation.title, citation.url, citation.page) == ("DOCUMENT", "rules.pdf", None, 3)
    assert (citation.clue_id, citation.document_id, citation.text) == ("cl-1", "KB", "…")
    assert message.citations == [citation]


def test_an_answer_without_its_envelope_is_read_too() -> None:
    for payload in (CURRENT["result"], [CURRENT]):
        assert RunResult.from_payload(payload).text == "Three points: …"


def test_older_choices_in_draftjs_become_markdown() -> None:
    draft: dict[str, object] = {"blocks": [{"type": "header-one", "text": "Line one"}], "entityMap": {}}
    for message in (draft, json.dumps(draft)):
        result = RunResult.from_payload({"result": {"responses": [], "choices": [{"type": "llm", "message": message}]}})
        assert result.text == "# Line one"
        assert result.messages[0].type == "llm"


@pytest.mark.parametrize(
    "spelling",
    [
        {"clueId": "c", "pageNo": 4, "knowledgeBaseId": "K"},
        {"clue_id": "c", "page_no": 4, "kb_id": "K"},
        {"clueId": "c", "pageNo": "4", "kbId": "K"},
        {"clue_id": "c", "page_no": 4.0, "kb_id": "K"},
    ],
)
def test_a_citation_is_read_in_every_spelling(spelling: dict[str, object]) -> None:
    citation = Citation.from_payload(spelling)
    assert (citation.clue_id, citation.page, citation.document_id) == ("c", 4, "K")
    assert citation.raw is spelling


def test_messages_are_joined_and_echoes_of_the_user_left_out() -> None:
    items = [
        {"sender": "USER", "message": "question"},
        {"sender": "user", "message": "the same in lower case"},
        {"sender": "BOT", "message": "one"},
        {"message": "two"},
        {"message": ""},
        {"sender": "AGENT", "message": "three"},
    ]
    result = RunResult.from_payload({"result": {"responses": items}})
    assert [message.text for message in result.messages] == ["one", "two", "", "three"]
    assert result.text == "one\n\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("tool failed", "tool failed"),
        ({"value": 7000, "name": "API_ERROR"}, "API_ERROR"),
        ({"message": "down"}, "down"),
        (None, None),
        ("", None),
        ({}, None),
        ([], None),
    ],
)
def test_an_error_of_one_answer_is_told_by_its_message(error: object, told: str | None) -> None:
    assert Message.from_payload({"message": "half", "error": error}).error == told


def test_the_state_is_read_from_both_places() -> None:
    assert RunResult.from_payload({"result": {"state": "waiting"}}).state == "waiting"
    assert RunResult.from_payload({"result": {"conversation": {"state": "end"}}}).state == "end"


def test_a_skill_gives_its_text_and_errors() -> None:
    result = SkillResult.from_payload({"result": "done", "errors": ["late", {"message": "odd"}, None]})
    assert (result.text, result.errors) == ("done", ["late", "odd"])
    assert SkillResult.from_payload({"result": "done", "errors": None}).errors == []
    assert SkillResult.from_payload({"result": "done", "errors": "late"}).errors == ["late"]


@pytest.mark.parametrize(
    "payload",
    [
        {"conversation": {"id": "C"}, "errors": None},
        {"result": {"conversation": {"id": "C"}}},
        {"result": {"conversationId": "C"}},
        {"conversation_id": "C"},
        {"conversation": "C"},
    ],
)
def test_a_begun_conversation_gives_its_id(payload: object) -> None:
    assert ConversationResult.from_payload(payload).conversation_id == "C"


def test_a_conversation_that_did_not_begin_has_no_id() -> None:
    payloads: list[object] = [{"conversation": None}, {}, None, [], "x"]
    for payload in payloads:
        assert ConversationResult.from_payload(payload).conversation_id is None


keys = st.sampled_from(
    [
        "result",
        "responses",
        "choices",
        "message",
        "id",
        "sender",
        "completed",
        "citations",
        "conversation",
        "state",
        "variables",
        "pageNo",
        "page_no",
        "clueId",
        "error",
        "errors",
        "metadata",
        "blocks",
        "entityMap",
        "text",
    ]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=15,
)


@given(payload=anything)
def test_no_shape_raises_and_all_of_it_stays_readable(payload: object) -> None:
    result = RunResult.from_payload(payload)
    assert result.raw is payload
    assert isinstance(result.text, str)
    for citation in result.citations:
        assert citation.raw is not None
    assert SkillResult.from_payload(payload).raw is payload
    assert ConversationResult.from_payload(payload).raw is payload
    repr((result, result.messages, result.citations))


def test_results_survive_pickle_and_copy() -> None:
    result = RunResult.from_payload(CURRENT)
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert again == result
        assert again.citations == result.citations


def test_reprs_show_no_content() -> None:
    secret = "s3cr3t"
    payload = {
        "result": {
            "responses": [{"message": secret, "citations": [{"text": secret, "title": secret}], "metadata": secret}],
            "variables": {"A": secret},
        }
    }
    result = RunResult.from_payload(payload)
    shown = repr(
        [result, result.messages, result.citations, SkillResult.from_payload({"result": secret, "errors": [secret]})]
    )
    assert secret not in shown


def test_messages_citations_choices_and_fields_can_be_put_into_sets() -> None:
    message = {
        "message": "x",
        "metadata": '{"a": 1}',
        "citations": [{"source": "WEB", "title": "T"}, {"source": "WEB", "title": "T"}],
        "chatOptionInfos": [{"longOption": "Lamp"}],
    }
    result = RunResult.from_payload({"result": {"responses": [message, message]}})
    assert len({*result.messages}) == 1
    assert len({*result.citations}) == 1
    assert len({*result.messages[0].choices, *result.messages[1].choices}) == 1
    assert len({FormField("size", raw={"name": "size"}), FormField("size", raw={"name": "size"})}) == 1
    assert result.citations[0] != Citation(source="WEB", title="T")  # their JSON differs
