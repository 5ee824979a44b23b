"""Cut text is whole characters, as a person sees them, and never longer than allowed."""

import unicodedata

import pytest
from alli_tools.definition.text import cut, whole
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("abe\u0301f", 4, "ab…"),
        (unicodedata.normalize("NFD", "가나다"), 4, unicodedata.normalize("NFD", "가") + "…"),
        ("ab👩\u200d💻cd", 5, "ab…"),
        ("ab👍\U0001f3fdcd", 4, "ab…"),
    ],
    ids=["fits", "letters", "accent", "decomposed korean", "joined emoji", "skin tone"],
)
def test_a_cut_falls_between_characters(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@given(st.text(), st.integers(min_value=1, max_value=40), st.sampled_from(["…", "", "\n[cut]"]))
def test_no_cut_is_longer_than_allowed(text: str, limit: int, mark: str) -> None:
    assert len(cut(text, limit, mark)) <= max(limit, 0)


@given(st.text(st.characters()))
def test_text_without_half_characters_stays_and_any_can_be_written(text: str) -> None:
    made = whole(text)
    assert made.encode().decode() == made
    assert whole(made) == made
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert made == text
