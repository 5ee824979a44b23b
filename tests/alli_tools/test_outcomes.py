"""A result as text for the model and JSON for the application."""

import json
from typing import Any

from alli import APIStatusError, AppError, RunResult, StreamInterruptedError
from alli_tools.calls.errors import error_details, is_for_the_model, partial_result, words_for_the_model
from alli_tools.calls.outcomes import Shown, error_outcome, success_outcome
from alli_tools.definition.app_spec import AppSpec

SPEC = AppSpec("APP", "요약", "single_action", "GENERAL", True, "alli_abc", "요약", ())


def _result(*items: dict[str, Any], **more: Any) -> RunResult:
    return RunResult.from_payload({"result": {"responses": list(items), **more}})


def test_sources_are_numbered_once_each_and_passages_point_to_them() -> None:
    cited = [
        {"title": "a.pdf", "pageNo": 1, "text": "one", "clueId": "c1"},
        {"title": "a.pdf", "pageNo": 1, "text": "two", "clueId": "c2"},
        {"title": "a.pdf", "pageNo": 2},
        {"url": "https://example.com", "source": "WEB"},
        {"source": "FAQ"},
        {},
    ]
    outcome = success_outcome(SPEC, _result({"message": "answer", "citations": cited}), Shown(1000))
    assert outcome.text == (
        "answer\n\nSources:\n[1] a.pdf, page 1\n[2] a.pdf, page 2\n[3] https://example.com\n[4] FAQ"
    )
    assert [c["n"] for c in outcome.artifact["alli"]["citations"]] == [1, 1, 2, 3, 4, 4]
    assert [c["clue_id"] for c in outcome.artifact["alli"]["citations"]][:2] == ["c1", "c2"]


def test_an_answer_without_text_says_so() -> None:
    assert success_outcome(SPEC, _result(), Shown(1000)).text == "(The app gave no text.)"


def test_a_failed_part_of_an_answer_is_told_with_the_rest() -> None:
    outcome = success_outcome(SPEC, _result({"message": "good"}, {"message": "", "error": "no access"}), Shown(1000))
    assert not outcome.failed
    assert outcome.text == "good\n\n[A part of the answer failed: no access]"
    assert outcome.artifact["alli"]["responses"][1]["error"] == "no access"


def test_an_answer_of_which_all_parts_failed_is_a_failure() -> None:
    outcome = success_outcome(SPEC, _result({"message": "", "error": "no access"}), Shown(1000))
    assert outcome.failed
    assert outcome.text == 'The app "요약" failed: no access'
    assert outcome.artifact["alli"]["status"] == "error"
    assert outcome.artifact["alli"]["error"]["message"] == "no access"


def test_every_artifact_has_the_same_keys_and_is_json() -> None:
    good = _result(
        {"id": "r1", "type": "llm", "message": "x", "completed": True},
        variables={"TOTAL": [1, {"a": None}]},
        conversation={"id": "CONV", "state": "end"},
    )
    made = [
        success_outcome(SPEC, good, Shown(1000)),
        error_outcome(SPEC, "failed", error_details(AppError("x", message="words", code=7)), None, Shown(1000)),
    ]
    for outcome in made:
        assert json.loads(json.dumps(outcome.artifact)) == outcome.artifact
    first, second = (outcome.artifact["alli"] for outcome in made)
    assert list(first) == list(second)
    assert first["variables"] == {"TOTAL": [1, {"a": None}]}
    assert (first["conversation_id"], first["state"], first["v"]) == ("CONV", "end", 1)
    assert (second["error"]["message"], second["error"]["code"]) == ("words", 7)


def test_a_cut_answer_keeps_its_sources_unless_they_take_most_of_the_room() -> None:
    few = _result({"message": "y" * 900, "citations": [{"title": "a.pdf"}]})
    content = success_outcome(SPEC, few, Shown(400)).text
    assert len(content) <= 400
    assert "[cut here: 900 characters in all" in content
    assert content.endswith("[1] a.pdf")
    many = _result({"message": "y" * 900, "citations": [{"title": f"{n}.pdf"} for n in range(100)]})
    assert len(success_outcome(SPEC, many, Shown(400)).text) <= 400


def test_a_partial_answer_is_told_with_its_error() -> None:
    error = AppError("failed", message="upstream timeout", partial=_result({"message": "Partial"}))
    words = words_for_the_model(error, SPEC, ["content"])
    outcome = error_outcome(SPEC, words, error_details(error), partial_result(error), Shown(1000))
    assert outcome.text == (
        'The app "요약" failed: upstream timeout\nIts arguments are: content.\n\nThe answer up to there:\nPartial'
    )
    assert outcome.artifact["alli"]["text"] is None


def test_an_unknown_outcome_is_called_so_and_no_retry_is_advised() -> None:
    error = StreamInterruptedError("cut")
    assert not is_for_the_model(error, "return_actionable")
    assert is_for_the_model(error, "return_all")
    words = words_for_the_model(error, SPEC, [])
    assert "unknown" in words
    assert "Do not call it again" in words


def test_defects_and_wrong_set_ups_are_raised_whatever_is_asked_for() -> None:
    assert not is_for_the_model(KeyError("x"), "return_all")
    assert is_for_the_model(APIStatusError("x", status_code=500), "return_all")
