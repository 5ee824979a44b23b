"""Invoice check: an agent that reads a CSV invoice, checks every line and adds it up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppFailure, AppRun, Citation, Reply, Step

__all__ = ["Checked", "app", "check"]

_COLUMNS: Mapping[str, Sequence[str]] = {
    "item": ("item", "description", "product", "품목", "品目"),
    "qty": ("qty", "quantity", "count", "수량", "数量"),
    "price": ("price", "unit price", "unit_price", "rate", "단가", "単価"),
    "amount": ("amount", "total", "line total", "line_total", "금액", "金額"),
}
_REQUIRED = ("qty", "price", "amount")
_SUM_ROWS = frozenset({"total", "sum", "grand total", "합계", "合計"})
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice; `expected` is quantity times price, to the cent."""

    number: int
    item: str
    expected: Decimal
    stated: Decimal

    @property
    def is_right(self) -> bool:
        return self.expected == self.stated


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked invoice. `stated_total` is the file's own sum row, None where it has none."""

    lines: Sequence[Line]
    stated_total: Decimal | None

    @property
    def total(self) -> Decimal:
        """The sum of the amounts as stated."""
        return sum((line.stated for line in self.lines), Decimal("0.00"))

    @property
    def expected_total(self) -> Decimal:
        """The sum of quantity times price."""
        return sum((line.expected for line in self.lines), Decimal("0.00"))

    @property
    def mismatches(self) -> list[Line]:
        return [line for line in self.lines if not line.is_right]


def app() -> App:
    """The app as it is registered."""
    return App(
        id=stable_id("LLMApp", "Invoice check"),
        name="Invoice check",
        handler=_run,
        type="agent",
        description="Reads an attached CSV invoice, checks each line and adds it up",
        category="IT",
        weight=30,
    )


def _run(run: AppRun) -> Iterator[Step]:
    if not run.files:
        yield "Hello! Attach an invoice as CSV with the columns item, qty, price and amount, and I check it."
        return
    file = run.files[0]
    yield f"Reading {file.filename or 'the file'}… "
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AppFailure("the invoice must be a CSV file in UTF-8") from None
    checked = check(text)
    yield f"Checking {_counted(len(checked.lines))}… "
    for line in checked.mismatches:
        yield f"Line {line.number} does not add up. "
    yield Reply(
        "Adding up.",
        citations=[Citation(title=file.filename or "invoice", text=_counted(len(checked.lines)))],
        replacement=_report(checked),
        variables={
            "lines": len(checked.lines),
            "total": str(checked.total),
            "expected_total": str(checked.expected_total),
            "mismatches": len(checked.mismatches),
        },
    )


def check(text: str) -> Checked:
    """Reads a CSV invoice and checks it.

    Columns are found by their names, in English, Korean or Japanese; commas, semicolons and tabs may part them.

    Raises:
        AppFailure: a column is missing, a number is none, or there are no lines; the message says where.
    """
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise AppFailure("the invoice needs a row of column names and at least one line")
    places = _places(rows[0])
    lines: list[Line] = []
    stated_total: Decimal | None = None
    for number, row in enumerate(rows[1:], start=1):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if not cells["qty"] and row[0].strip().casefold() in _SUM_ROWS:
            stated_total = _number(cells["amount"], number, "amount").quantize(_CENT)
            continue
        qty, price, amount = (_number(cells[name], number, name) for name in _REQUIRED)
        lines.append(Line(number, cells.get("item", ""), (qty * price).quantize(_CENT), amount.quantize(_CENT)))
    return Checked(lines, stated_total)


def _places(names: Sequence[str]) -> dict[str, int]:
    known = [name.strip().casefold() for name in names]
    places = {column: known.index(name) for column, accepted in _COLUMNS.items() for name in accepted if name in known}
    missing = [column for column in _REQUIRED if column not in places]
    if missing:
        raise AppFailure(f"the invoice has no column {', '.join(missing)}; it needs {', '.join(_REQUIRED)}")
    return places


def _number(text: str, line: int, column: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").lstrip("$€₩¥"))
    except InvalidOperation:
        raise AppFailure(f"line {line}: {column} must be a number") from None


def _report(checked: Checked) -> str:
    lines = [f"Checked {_counted(len(checked.lines))}. Sum of the stated amounts: {checked.total:,}."]
    if not checked.mismatches:
        lines.append("Every line adds up.")
    else:
        wrong = _counted(len(checked.mismatches))
        lines.append(f"Found {wrong} wrong; by quantity and price the sum is {checked.expected_total:,}:")
        lines += [
            f"- line {line.number}, {line.item or 'no item'}: stated {line.stated:,}, should be {line.expected:,}"
            for line in checked.mismatches
        ]
    if checked.stated_total is not None and checked.stated_total != checked.total:
        lines.append(f"The stated total {checked.stated_total:,} is not the sum of the lines.")
    return "\n".join(lines)


def _counted(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
