"""和暦変換: a single action that writes the dates of a text in the other of Japan's two calendars.

`2019年5月1日` becomes `令和元年5月1日` and the reverse. An era begins on the day on which its emperor's reign does, so
that one year may belong to two eras; where only a year or a month is given, its last day decides, as usual.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppFailure, AppInput, AppInputOption, AppRun, Reply, Step

__all__ = ["app", "to_eras", "to_western"]

_BEGINS = {
    "令和": date(2019, 5, 1),
    "平成": date(1989, 1, 8),
    "昭和": date(1926, 12, 25),
    "大正": date(1912, 7, 30),
    # The Gregorian calendar came into use on the first day of 明治6年; earlier dates were counted by the moon.
    "明治": date(1873, 1, 1),
}
_FIRST_YEAR = {**{era: begins.year for era, begins in _BEGINS.items()}, "明治": 1868}
_DAY = r"(?:\s*(\d{1,2})月(?:\s*(\d{1,2})日)?)?"
_WESTERN = re.compile(rf"(?:西暦)?(\d{{4}})年{_DAY}")
_ERA = re.compile(rf"({'|'.join(_BEGINS)})\s*(\d{{1,2}}|元)年{_DAY}")
_DIRECTIONS = {"wareki": "和暦へ", "seireki": "西暦へ"}
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def app() -> App:
    """The app as it is registered."""
    return App(
        id=stable_id("LLMApp", "和暦変換"),
        name="和暦変換",
        handler=_run,
        description="文中の日付を和暦または西暦に書き換えます",
        category="GENERAL",
        weight=5,
        inputs=[
            AppInput("text", "文章", "paragraph", placeholder="日付を含む文章を入力してください"),
            AppInput(
                "direction", "変換", "single", options=[AppInputOption(name, key) for key, name in _DIRECTIONS.items()]
            ),
        ],
    )


def _run(run: AppRun) -> Iterator[Step]:
    text = run.text_input("text", run.message)
    direction = run.text_input("direction", "wareki")
    if direction not in _DIRECTIONS:
        raise AppFailure(f"direction は {'、'.join(_DIRECTIONS)} のいずれかです")
    if not text:
        yield "こんにちは。日付を含む文章を送ってください。"
        return
    changed, count = to_eras(text) if direction == "wareki" else to_western(text)
    # By lines, with their ends: each becomes a record of the stream.
    yield from changed.splitlines(keepends=True)
    yield Reply(variables={"dates": count})


def to_eras(text: str) -> tuple[str, int]:
    """The text with its western dates in eras, and how many there were. Dates before 1873 stay as they are.

    Raises:
        AppFailure: a date is none.
    """
    count = 0

    def changed(found: re.Match[str]) -> str:
        nonlocal count
        _, last = _span(int(found[1]), found[2], found[3])
        era = next((era for era, begins in _BEGINS.items() if begins <= last), None)
        if era is None:
            return found[0]
        count += 1
        year = last.year - _FIRST_YEAR[era] + 1
        return f"{era}{'元' if year == 1 else year}年" + _rest(found[2], found[3])

    return _WESTERN.sub(changed, text.translate(_DIGITS)), count


def to_western(text: str) -> tuple[str, int]:
    """The text with the dates of its eras in western years, and how many there were.

    Raises:
        AppFailure: a date is none, or is not in the era it names.
    """
    count = 0

    def changed(found: re.Match[str]) -> str:
        nonlocal count
        era = found[1]
        year = _FIRST_YEAR[era] + (1 if found[2] == "元" else int(found[2])) - 1
        first, last = _span(year, found[3], found[4])
        ends = min((begins for begins in _BEGINS.values() if begins > _BEGINS[era]), default=date.max)
        starts = _BEGINS[era] if found[3] else date(_FIRST_YEAR[era], 1, 1)
        if last < starts or first >= ends:
            raise AppFailure(f"{era}にない日付があります")
        count += 1
        return f"{year}年" + _rest(found[3], found[4])

    return _ERA.sub(changed, text.translate(_DIGITS)), count


def _span(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    """First and last day of what is named."""
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, int(month), 1), date(year, int(month), monthrange(year, int(month))[1])
        return (one := date(year, int(month), int(day))), one
    except ValueError:
        raise AppFailure("暦にない日付があります") from None


def _rest(month: str | None, day: str | None) -> str:
    return (f"{month}月" if month else "") + (f"{day}日" if day else "")
