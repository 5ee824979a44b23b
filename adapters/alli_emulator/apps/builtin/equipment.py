"""Equipment request: a campaign of three turns. It offers choices, asks for a form, checks it, and confirms.

    greeting with choices → (choices or their names) → form → (form, or `field: value` lines) → confirmation, end

`cancel` ends it at any time. A form that can't be accepted is asked for again, and the message says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import cast

from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppRun, FormField, Reply

__all__ = ["app"]

_ITEMS = ("Laptop", "Monitor", "Headset", "Docking station")
_MOST_OF_EACH = 10
_FORM = (
    FormField("name", "Your name"),
    FormField("quantity", "How many of each", "number"),
    FormField("needed_by", "Needed by (YYYY-MM-DD)", "date", required=False),
)
_TEXT_FIELD = re.compile(r"^\s*(name|quantity|needed[ _]by)\s*[:=]\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)


def app() -> App:
    """The app as it is registered."""
    return App(
        id=stable_id("LLMApp", "Equipment request"),
        name="Equipment request",
        handler=_run,
        type="campaign",
        description="Orders equipment: asks what, how many and by when",
        category="HR",
        weight=20,
        placement="equipment",
    )


def _run(run: AppRun) -> Reply:
    memory = run.conversation.memory
    if run.message.strip().casefold() == "cancel":
        return Reply("Nothing was ordered. Good-bye!", ends=True)
    if "items" not in memory:
        if "asked" not in memory:
            memory["asked"] = True
            if not _picked(run):
                return _offer("What do you need?")
        items = _picked(run)
        if not items:
            return _offer("Please pick at least one of these.")
        memory["items"] = items
        return Reply(f"{_joined(items)}: please fill in the form.", form=_FORM)
    form = _form(run)
    wrong = _complaints(form)
    if wrong:
        return Reply("Please correct the form: " + "; ".join(wrong) + ".", form=_FORM)
    return _confirmation(cast(tuple[str, ...], memory["items"]), form, run)


def _offer(question: str) -> Reply:
    listed = "\n".join(f"{number}. {item}" for number, item in enumerate(_ITEMS))
    return Reply(f"{question}\n{listed}", choices=_ITEMS, multiple=True)


def _picked(run: AppRun) -> tuple[str, ...]:
    """The items chosen by index, else those named in the message; in the order in which they are offered."""
    if run.choices:
        return tuple(item for index, item in enumerate(_ITEMS) if index in run.choices)
    said = run.message.casefold()
    return tuple(item for item in _ITEMS if item.casefold() in said)


def _form(run: AppRun) -> dict[str, str]:
    sent: Mapping[str, object]
    if run.form is not None:
        sent = run.form
    else:
        sent = {key.casefold().replace(" ", "_"): value for key, value in _TEXT_FIELD.findall(run.message)}
    return {name: str(value).strip() for name, value in sent.items() if value is not None}


def _complaints(form: Mapping[str, str]) -> list[str]:
    wrong = [f"{field.name} is missing" for field in _FORM if field.required and not form.get(field.name)]
    quantity = form.get("quantity", "")
    if quantity and not (quantity.isdecimal() and 1 <= int(quantity) <= _MOST_OF_EACH):
        wrong.append(f"quantity must be a number from 1 to {_MOST_OF_EACH}")
    if form.get("needed_by"):
        try:
            date.fromisoformat(form["needed_by"])
        except ValueError:
            wrong.append("needed_by must be a date like 2026-01-31")
    return wrong


def _confirmation(items: tuple[str, ...], form: Mapping[str, str], run: AppRun) -> Reply:
    quantity = int(form["quantity"])
    due = f" by {form['needed_by']}" if form.get("needed_by") else ""
    return Reply(
        f"Thank you, {form['name']}. Ordered: {quantity} × {_joined(items)}{due}, {quantity * len(items)} pieces in all.",
        variables={"items": list(items), "pieces": quantity * len(items), "turns": run.conversation.turn},
        ends=True,
    )


def _joined(items: tuple[str, ...]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
