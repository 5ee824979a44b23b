"""Tool names and argument keys: taken by every provider, the same on every day, different for different things."""

import re
import unicodedata

import pytest
from alli_tools.definition.naming import KEY_PATTERN, NAME_PATTERN, argument_keys, check_name, tool_name
from hypothesis import given
from hypothesis import strategies as st

APP = "TExNQXBwOjY1YWEwMDAwMDAwMDAwMDAwMDAwMDAwMQ=="
OTHER = "TExNQXBwOjY1YWEwMDAwMDAwMDAwMDAwMDAwMDAwMg=="
RESERVED = ["runtime", "config", "run_manager", "callbacks", "self", "state", "store", "message", "args", "kwargs"]


@pytest.mark.parametrize(
    "display_name",
    ["계약서 요약", "請求書チェック", "🧾✨", "", "A" * 200, "1abc", "a/b?c=d", "__", "Café Ünïcode", "x" * 63 + "é"],
    ids=["korean", "japanese", "emoji", "empty", "200", "digit", "symbols", "underscores", "accents", "long accent"],
)
def test_every_app_gets_a_name_that_all_providers_take(display_name: str) -> None:
    assert re.fullmatch(NAME_PATTERN, tool_name(APP, display_name))


@given(st.text(), st.text(min_size=1))
def test_any_text_whatever_makes_a_name(display_name: str, app_id: str) -> None:
    assert re.fullmatch(NAME_PATTERN, tool_name(app_id, display_name))


def test_a_name_tells_what_it_can_of_the_display_name() -> None:
    assert re.fullmatch(r"alli_invoice_check_[a-z2-7]{8}", tool_name(APP, "Invoice check"))
    assert re.fullmatch(r"alli_cafe_[a-z2-7]{8}", tool_name(APP, "Café"))
    assert re.fullmatch(r"alli_hr_[a-z2-7]{8}", tool_name(APP, "HR 규정 봇"))
    assert re.fullmatch(r"alli_[a-z2-7]{8}", tool_name(APP, "계약서 요약"))


def test_composed_and_decomposed_spellings_give_one_name() -> None:
    assert tool_name(APP, unicodedata.normalize("NFD", "Résumé 요약")) == tool_name(APP, "Résumé 요약")


def test_two_apps_of_one_display_name_get_two_names() -> None:
    assert tool_name(APP, "계약서 요약") != tool_name(OTHER, "계약서 요약")


def test_a_name_by_id_stays_when_the_app_is_renamed() -> None:
    assert tool_name(APP, "Old", "id") == tool_name(APP, "New", "id")
    assert tool_name(APP, "Old") != tool_name(APP, "New")


@pytest.mark.parametrize("name", ["Summary", "1st", "a-b", "", "x" * 49, "요약", "a\n"])
def test_an_unfit_name_of_ones_own_is_refused_and_told_whose_it_is(name: str) -> None:
    with pytest.raises(ValueError, match=r"app X: tool name .* lower-case ASCII"):
        check_name(name, of="app X")


def test_a_fit_variable_is_its_own_key() -> None:
    assert argument_keys(["content", "tone"]) == {"content": "content", "tone": "tone"}


def test_an_upper_case_variable_gets_its_lower_case_form() -> None:
    assert argument_keys(["PDF_FILE"]) == {"PDF_FILE": "pdf_file"}


@pytest.mark.parametrize("variable", [*RESERVED, "고객명", "", "model_name", "copy", "json", "9lives", "x" * 80])
def test_an_unfit_or_reserved_variable_gets_a_key_that_is_neither(variable: str) -> None:
    (key,) = argument_keys([variable]).values()
    assert re.fullmatch(KEY_PATTERN, key)
    assert key not in RESERVED
    assert not key.startswith("model_")


def test_variables_that_differ_in_case_or_script_keep_different_keys() -> None:
    variables = ["Tone", "tone", "TONE", "고객명", "주소", "a b", "a_b", "a-b"]
    keys = argument_keys(variables)
    assert len(set(keys.values())) == len(variables)
    assert keys["tone"] == "tone"
    assert keys["a_b"] == "a_b"


@pytest.mark.parametrize("variable", ["runtime", "고객명", "a.b"])
def test_a_variable_called_as_the_key_made_for_another_keeps_it(variable: str) -> None:
    made = argument_keys([variable, "a-b"])[variable]
    keys = argument_keys([variable, "a-b", made])
    assert keys[made] == made
    assert len(set(keys.values())) == 3
    assert argument_keys([made, "a-b", variable]) == keys


@given(st.lists(st.text(), unique=True))
def test_keys_are_fit_different_and_do_not_depend_on_the_order(variables: list[str]) -> None:
    keys = argument_keys(variables)
    assert list(keys) == variables
    assert all(re.fullmatch(KEY_PATTERN, key) for key in keys.values())
    assert len(set(keys.values())) == len(variables)
    assert argument_keys(list(reversed(variables))) == keys
