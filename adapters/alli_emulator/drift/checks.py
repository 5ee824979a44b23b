"""What the answers say of the statements. One function a row of spec/README.md; a row without one can't be checked by GETs.

A message names types, fields and numbers, never values: those are ids, names and texts of a real project.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, cast

from alli_emulator.apps.checks import APP_TYPES, INPUT_TYPES
from alli_emulator.contract.validation import Contract
from alli_emulator.drift.history_checks import HISTORY_CHECKS
from alli_emulator.drift.questions import Answer, Asked
from alli_emulator.drift.statements import Statement
from alli_emulator.drift.verdict import HOLDS, Check, Verdict, by_status

__all__ = ["check_contract", "check_statement"]

_INVALID_TOKEN = {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"}
_CODES = (7000, 7001, 7002, 7003, 7004)


def check_statement(statement: Statement, asked: Asked) -> Verdict:
    """What the answers say of a statement."""
    if not statement.is_about_the_service:
        return Verdict("can't tell", "a decision of this project, not a statement on the service")
    check = _CHECKS.get(statement.row)
    return Verdict("can't tell", "no GET shows it") if check is None else check(asked)


def check_contract(contract: Contract, asked: Asked) -> dict[str, Verdict]:
    """For each documented GET, whether its answer keeps to the document."""
    found: dict[str, Verdict] = {}
    for operation, answer in asked.operations.items():
        if answer is None:
            verdict = Verdict("can't tell", "it needs an argument that is not known here")
        elif (by := by_status(answer)) is not None:
            verdict = by
        else:
            # Of what is not JSON, the document has only the content type to say.
            value = answer.json if "json" in answer.media_type else ""
            problems = contract.answer_problems(operation.id, 200, answer.media_type, value)
            verdict = Verdict("differs", "; ".join(map(str, problems[:5]))) if problems else HOLDS
        found[str(operation)] = verdict
    return found


def _is_code(answer: Answer, *codes: int) -> bool:
    return answer.fields.get("code") in codes and isinstance(answer.fields.get("message"), str)


def _key_is_refused(asked: Asked) -> Verdict:
    for name, answer in (("wrong", asked.wrong_key), ("missing", asked.no_key)):
        if not answer.status and (verdict := by_status(answer, 401)):
            return verdict
        if answer.status != 401 or answer.json != _INVALID_TOKEN:
            alternative = "E8" if answer.status == 403 and _is_code(answer, *_CODES) else None
            what = f"status {answer.status}" if answer.status != 401 else "another body"
            return Verdict("differs", f"a {name} key is answered with {what}", alternative)
    return HOLDS


def _error_is_an_object(asked: Asked) -> Verdict:
    errors = [answer.fields.get("error") for answer in (asked.wrong_key, asked.no_key)]
    if any(isinstance(error, dict) and {"value", "name"} <= error.keys() for error in errors):
        return HOLDS
    return Verdict("can't tell", "no answer had such an error")


def _method_in_html(asked: Asked) -> Verdict:
    answer = asked.wrong_method
    if (verdict := by_status(answer, 405)) is not None:
        return verdict
    if answer.media_type == "text/html" and answer.text == "Method not allowed":
        return HOLDS
    return Verdict("differs", f"a 405 in {answer.media_type}", _method_row(answer))


def _method_row(answer: Answer) -> str | None:
    for name, row in (("error", "E6"), ("errors", "E7")):
        told = answer.fields.get(name)
        if isinstance(told, str) and told.startswith("Method Not Allowed"):
            return row
    return "E3" if answer.media_type == "text/html" else None


def _method_as(row: str) -> Check:
    def check(asked: Asked) -> Verdict:
        answer = asked.wrong_method
        if (verdict := by_status(answer, 405)) is not None:
            return verdict
        seen = _method_row(answer)
        return HOLDS if seen == row else Verdict("differs", f"answered as {seen or 'in none of the rows'}", seen)

    return check


def _table_of_codes(asked: Asked) -> Verdict:
    answers = (asked.wrong_key, asked.wrong_parameter, asked.unknown_id)
    if any(_is_code(answer, *_CODES) for answer in answers):
        return HOLDS
    return Verdict("can't tell", "no answer had such a code")


def _details(asked: Asked) -> Verdict:
    for what, answer, status in (
        ("an unknown id", asked.unknown_id, 404),
        ("a wrong parameter", asked.wrong_parameter, 422),
    ):
        if (verdict := by_status(answer, status)) is not None:
            alternative = "E8" if _is_code(answer, *_CODES) else None
            return Verdict(verdict.word, f"{what}: {verdict.reason}", alternative)
        if not isinstance(answer.fields.get("detail"), str | list):
            return Verdict("differs", f"{what}: a {status} without `detail`")
    return HOLDS


def _inputs(asked: Asked) -> Verdict:
    if not asked.old_inputs:
        return Verdict("can't tell", "no app in the v1 list has an input")
    for one in asked.old_inputs:
        if not (isinstance(one.get("value"), str) and isinstance(one.get("name"), str)):
            return Verdict("differs", f"an input without text in `value` and `name`; it has {_names(one)}")
        options: object = one.get("options") or []
        if not isinstance(options, list) or not all(
            {"name", "value"} <= _keys(option) for option in cast("list[object]", options)
        ):
            return Verdict("differs", "`options` of an input hold others than `name` and `value`")
        if one.get("inputType") not in INPUT_TYPES:
            return Verdict("differs", f"a kind of input that was not seen before: {_word(one.get('inputType'))}")
    return HOLDS


def _permissions(asked: Asked) -> Verdict:
    if not asked.apps:
        return Verdict("can't tell", "the list has no app")
    for app in asked.apps:
        for name in ("agentPermission", "userPermission"):
            if name in app and not isinstance(app[name], dict | None):
                return Verdict("differs", f"`{name}` is {type(app[name]).__name__}")
    return Verdict("can't tell", "reads are objects or null; whether an update takes them, no GET shows")


def _types(asked: Asked) -> Verdict:
    types = {str(app.get("type")) for app in [*asked.apps, *asked.old_apps]}
    if not types:
        return Verdict("can't tell", "the lists have no app")
    others = sorted(_word(one) for one in types - set(APP_TYPES))
    return Verdict("differs", f"other types: {', '.join(others)}") if others else HOLDS


def _always_there(asked: Asked) -> Verdict:
    if not asked.old_apps:
        return Verdict("can't tell", "the v1 list has no app")
    for what, objects, names in (
        ("a v1 app", asked.old_apps, ("id", "name", "type")),
        ("an input", asked.old_inputs, ("name", "value")),
    ):
        for one in objects:
            if missing := [name for name in names if one.get(name) is None]:
                return Verdict("differs", f"{what} without {', '.join(missing)}")
    return HOLDS


def _ids(asked: Asked) -> Verdict:
    if not asked.apps:
        return Verdict("can't tell", "the list has no app")
    for app in asked.apps:
        if not _is_id(app.get("id")):
            return Verdict("differs", "an id that is not padded base64 of a kind and 24 hex digits")
    one = asked.one_app
    if one is None or not one.status:
        return Verdict("can't tell", "no app could be asked for by its id")
    if (verdict := by_status(one)) is not None:
        return verdict
    if one.fields.get("id") != asked.apps[0].get("id"):
        return Verdict("differs", "the app that was asked for by its id has another one")
    return HOLDS


def _pages_end(asked: Asked) -> Verdict:
    last = asked.pages[-1]
    if (verdict := by_status(last)) is not None:
        return verdict
    if asked.repeated_cursor:
        return Verdict("differs", "a cursor came twice")
    if not asked.ended:
        return Verdict("can't tell", f"the list did not end within {len(asked.pages)} pages")
    cursor = last.fields.get("cursor")
    return HOLDS if cursor is None else Verdict("differs", f"the last cursor is {_word(cursor)}, not null")


def _as_row(row: str) -> Check:
    return lambda asked: _CHECKS[row](asked)


_CHECKS: Mapping[str, Check] = {
    "1": _key_is_refused,
    "2": _error_is_an_object,
    "4": _method_in_html,
    "7": _details,
    "18": _inputs,
    "21": _permissions,
    "27": _types,
    "31": _always_there,
    "32": _ids,
    "37": _pages_end,
    "E1": _as_row("1"),
    "E3": _method_as("E3"),
    "E6": _method_as("E6"),
    "E7": _method_as("E7"),
    "E8": _table_of_codes,
    **HISTORY_CHECKS,
}


def _is_id(value: Any) -> bool:
    try:
        decoded = base64.b64decode(value, validate=True).decode("ascii") if isinstance(value, str) else ""
    except (binascii.Error, ValueError):
        return False
    return re.fullmatch(r"\w+:[0-9a-f]{24}", decoded) is not None


def _keys(value: Any) -> set[str]:
    return set(cast("dict[str, object]", value)) if isinstance(value, dict) else set()


def _names(value: Mapping[str, Any]) -> str:
    return ", ".join(sorted(value)) or "nothing"


def _word(value: Any) -> str:
    """A word that may be shown: a short name is, anything else by its type."""
    shown = isinstance(value, str) and re.fullmatch(r"\w{1,32}", value, re.ASCII)
    return repr(value) if shown or value == "" else f"a {type(value).__name__}"
