"""The built-in apps do their work: what they answer follows from what they are given."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import pytest
from alli_emulator import AppFailure
from alli_emulator.apps.builtin.eras import to_eras, to_western
from alli_emulator.apps.builtin.invoice import check
from alli_emulator.apps.builtin.summary import summarise

from tests.alli_emulator.conftest import INVOICE, Talk

PASSAGE = (
    "The harbour of Busan handles most of the country's containers. Containers arrive in the harbour day and night. "
    "It rained last Tuesday. A new crane lifts two containers at once. Some people like tea. The crane and the harbour "
    "are run by one company. Nobody asked the gulls."
)


def run(http: httpx.Client, app_id: str, **inputs: str) -> Any:
    return http.post(f"/webapi/apps/{app_id}/run", json={"inputs": inputs}).json()


def text(answer: Any) -> str:
    return str(answer["result"]["responses"][0]["message"])


def test_a_summary_is_made_of_the_texts_own_sentences_in_their_order() -> None:
    picked = summarise(PASSAGE, 5)
    assert picked == [
        "The harbour of Busan handles most of the country's containers.",
        "Containers arrive in the harbour day and night.",
        "The crane and the harbour are run by one company.",
    ]


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("東京の港は大きい。昨日は雨だった。東京の港に船が着く。", "東京の港"),
        ("부산 항구에는 배가 많다. 비가 왔다. 부산 항구에는 사람도 많다.", "부산 항구에는"),
    ],
    ids=["japanese", "korean"],
)
def test_a_summary_finds_sentences_in_other_scripts(passage: str, expected: str) -> None:
    (sentence,) = summarise(passage, 1)
    assert expected in sentence


def test_the_tone_shapes_the_summary(http: httpx.Client, app_ids: dict[str, str]) -> None:
    summary = app_ids["Summary"]
    bullets = text(run(http, summary, text=PASSAGE, tone="bullets"))
    assert all(line.startswith("- ") for line in bullets.splitlines())
    assert len(bullets.splitlines()) == 3
    assert text(run(http, summary, text=PASSAGE, tone="brief")).count(".") == 1
    assert run(http, summary, text=PASSAGE, tone="rude") == {"error": "tone must be one of plain, bullets, brief"}


def test_a_summary_streams_word_by_word(http: httpx.Client, app_ids: dict[str, str]) -> None:
    body = {"inputs": {"text": PASSAGE}, "mode": "stream"}
    lines = http.post(f"/webapi/apps/{app_ids['Summary']}/run", json=body).text.splitlines()
    shown = [record["result"]["responses"] for record in map(json.loads, lines)]
    texts = [one[0]["message"] if one else "" for one in shown]
    assert len(texts) > 20
    assert all(after.startswith(before) for before, after in pairwise(texts))
    assert texts[-1] == text(run(http, app_ids["Summary"], text=PASSAGE))


def test_letters_are_counted_in_korean(http: httpx.Client, app_ids: dict[str, str]) -> None:
    assert text(run(http, app_ids["글자 수"], content="나는 밥을\n먹었다")) == (
        "공백 포함 9자, 공백 제외 7자, 낱말 3개, 원고지 1매"
    )


def test_an_invoice_is_checked_line_by_line_and_summed() -> None:
    checked = check(INVOICE.decode())
    assert [(line.item, line.is_right) for line in checked.lines] == [
        ("Desk", True),
        ("Lamp", False),
        ("Chair, oak", True),
    ]
    assert (checked.total, checked.expected_total, checked.stated_total) == (
        Decimal("442.00"),
        Decimal("441.97"),
        Decimal("442.00"),
    )


@pytest.mark.parametrize(
    "csv",
    ["품목;수량;단가;금액\n책상;2;1,000;2,000\n", "Description\tQuantity\tUnit price\tTotal\nDesk\t2\t$1000\t2000\n"],
    ids=["korean-semicolons", "tabs-and-currency"],
)
def test_an_invoice_may_be_written_in_other_ways(csv: str) -> None:
    checked = check(csv)
    assert (checked.total, checked.mismatches) == (Decimal("2000.00"), [])


@pytest.mark.parametrize(
    ("csv", "told"),
    [
        ("item,qty,price\nDesk,1,2\n", "no column amount"),
        ("item,qty,price,amount\n", "at least one line"),
        ("", "at least one line"),
        ("item,qty,price,amount\nDesk,1,2,2\nLamp,one,2,2\n", "line 2: qty must be a number"),
    ],
    ids=["column", "no-lines", "empty", "no-number"],
)
def test_an_invoice_that_cannot_be_read_says_where(csv: str, told: str) -> None:
    with pytest.raises(AppFailure, match=told):
        check(csv)


def test_an_attached_invoice_is_reported_at_the_end_of_the_conversation(talk: Talk, app_ids: dict[str, str]) -> None:
    records = talk(app_ids["Invoice check"], ("files", ("march.csv", INVOICE, "text/csv")), message="please check")
    last = records[-1]
    assert last["type"] == "final_replaced_message"
    assert last["content"] == (
        "Checked 3 lines. Sum of the stated amounts: 442.00.\n"
        "Found 1 line wrong; by quantity and price the sum is 441.97:\n"
        "- line 2, Lamp: stated 60.00, should be 59.97"
    )
    assert records[-2]["result"]["responses"][0]["message"].startswith("Reading march.csv… Checking 3 lines… ")


def test_an_invoice_comes_also_as_a_file_variable_of_a_run(http: httpx.Client, app_ids: dict[str, str]) -> None:
    answer = http.post(
        f"/webapi/apps/{app_ids['Invoice check']}/run",
        data={"json": json.dumps({"requiredVariables": ["total", "mismatches"]})},
        files={"invoice": ("march.csv", INVOICE, "text/csv")},
    )
    assert answer.json()["result"]["variables"] == {"total": "442.00", "mismatches": 1}
    assert "should be 59.97" in text(answer.json())


def test_a_file_that_is_no_text_is_an_error_the_user_can_read(talk: Talk, app_ids: dict[str, str]) -> None:
    records = talk(app_ids["Invoice check"], ("files", ("photo.csv", b"\xff\xfe\x00", "text/csv")))
    assert records[-1] == {"error": "the invoice must be a CSV file in UTF-8"}


def test_equipment_is_ordered_by_choices_and_a_form(talk: Talk, app_ids: dict[str, str]) -> None:
    app_id = app_ids["Equipment request"]
    greeting = talk(app_id, message="hello")[-1]["result"]
    conversation = greeting["conversation"]["id"]
    assert greeting["responses"][0]["multipleOption"] is True
    assert len(greeting["responses"][0]["chatOptionInfos"]) == 4
    form = talk(app_id, conversationId=conversation, choices="[2, 0]")[-1]["result"]
    assert form["responses"][0]["message"] == "Laptop and Headset: please fill in the form."
    assert [field["name"] for field in form["responses"][0]["form"]] == ["name", "quantity", "needed_by"]
    wrong = {"name": "김", "quantity": 11, "needed_by": "soon"}
    again = talk(app_id, conversationId=conversation, sendFormInput=json.dumps(wrong))[-1]["result"]
    assert again["responses"][0]["message"] == (
        "Please correct the form: quantity must be a number from 1 to 10; needed_by must be a date like 2026-01-31."
    )
    right = {"name": "김", "quantity": 3, "needed_by": "2026-03-01"}
    done = talk(app_id, conversationId=conversation, sendFormInput=json.dumps(right))[-1]["result"]
    assert done["responses"][0]["message"] == (
        "Thank you, 김. Ordered: 3 × Laptop and Headset by 2026-03-01, 6 pieces in all."
    )
    assert done["state"] == "end"


def test_equipment_can_be_ordered_in_words_and_cancelled(talk: Talk, app_ids: dict[str, str]) -> None:
    app_id = app_ids["Equipment request"]
    first = talk(app_id, message="I need a monitor")[-1]["result"]
    assert first["responses"][0]["message"] == "Monitor: please fill in the form."
    conversation = first["conversation"]["id"]
    filled = talk(app_id, conversationId=conversation, message="name: Lee\nquantity: 2")[-1]["result"]
    assert filled["responses"][0]["message"] == "Thank you, Lee. Ordered: 2 × Monitor, 2 pieces in all."
    other = talk(app_id, message="cancel")[-1]["result"]
    assert (other["responses"][0]["message"], other["state"]) == ("Nothing was ordered. Good-bye!", "end")


def test_two_conversations_do_not_mix(talk: Talk, app_ids: dict[str, str]) -> None:
    app_id = app_ids["Equipment request"]
    one, two = (talk(app_id)[-1]["result"]["conversation"]["id"] for _ in range(2))
    talk(app_id, conversationId=one, choices="[0]")
    answer = talk(app_id, conversationId=two, choices="[1]")[-1]["result"]["responses"][0]["message"]
    assert answer == "Monitor: please fill in the form."


@pytest.mark.parametrize(
    ("western", "era"),
    [
        ("2019年5月1日", "令和元年5月1日"),
        ("2019年4月30日", "平成31年4月30日"),
        ("1989年1月8日", "平成元年1月8日"),
        ("1989年1月7日", "昭和64年1月7日"),
        ("1926年12月25日", "昭和元年12月25日"),
        ("1926年12月24日", "大正15年12月24日"),
        ("1912年7月30日", "大正元年7月30日"),
        ("1912年7月29日", "明治45年7月29日"),
        ("1873年1月1日", "明治6年1月1日"),
        ("2019年4月", "平成31年4月"),
        ("2025年", "令和7年"),
    ],
)
def test_a_date_is_written_in_the_other_japanese_calendar_and_back(western: str, era: str) -> None:
    assert to_eras(f"期限は{western}です。") == (f"期限は{era}です。", 1)
    assert to_western(f"期限は{era}です。") == (f"期限は{western}です。", 1)


def test_dates_no_era_of_the_present_calendar_has_stay_as_they_are() -> None:
    assert to_eras("1603年に開かれた") == ("1603年に開かれた", 0)
    assert to_western("昭和６４年１月") == ("1989年1月", 1)


@pytest.mark.parametrize("text", ["平成元年1月7日", "昭和64年1月8日", "平成32年", "令和5年2月30日", "大正16年"])
def test_a_date_that_its_era_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(AppFailure, match="日付"):
        to_western(text)


def test_dates_are_changed_over_the_wire(http: httpx.Client, app_ids: dict[str, str]) -> None:
    app_id = app_ids["和暦変換"]
    answer = run(http, app_id, text="開始：2024年4月1日\n終了：2026年3月31日")
    assert text(answer) == "開始：令和6年4月1日\n終了：令和8年3月31日"
    assert text(run(http, app_id, text="令和6年4月1日", direction="seireki")) == "2024年4月1日"
    assert "direction" in run(http, app_id, text="x", direction="lunar")["error"]
