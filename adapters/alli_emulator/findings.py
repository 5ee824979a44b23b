"""What makes a test wrong although it has passed: a program that handles errors hides them from its test."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from alli_emulator.apps.model import App
from alli_emulator.faults.fault import Fault
from alli_emulator.routes.context import Context

__all__ = ["Finding", "FindingKind", "findings_in", "message_of"]

FindingKind: TypeAlias = Literal["app_errors", "unused_faults", "violations", "unknown_operations"]
"""An app raised something else than `AppFailure`; a fault met no request; an answer broke the document; a request was for a
path or method that is not documented, or that the emulator does not serve."""

_TITLES: dict[FindingKind, str] = {
    "app_errors": "apps raised errors; say @alli.app(may_fail=True) where that is meant, or raise AppFailure",
    "unused_faults": "faults met no request",
    "violations": "answers broke the API's document",
    "unknown_operations": "requests asked for operations that are not documented or not served; serve them with alli.answer(...)",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One of them, in words."""

    kind: FindingKind
    message: str


def findings_in(context: Context, allow: Collection[FindingKind]) -> list[Finding]:
    """All findings, without the kinds in `allow`.

    Raises:
        ValueError: `allow` names an unknown kind.
    """
    kinds = get_args(FindingKind)
    if isinstance(allow, str) or not set(allow) <= set(kinds):
        raise ValueError(f"allow must hold some of {', '.join(kinds)}, not {allow!r}")
    found = [
        *(Finding("app_errors", str(one)) for one in context.app_errors.all()),
        *(Finding("unused_faults", _shown(one)) for one in context.faults.unused()),
        *(Finding("violations", str(one)) for one in list(context.violations)),
        *(Finding("unknown_operations", repr(one)) for one in list(context.unknown_operations)),
    ]
    return [one for one in found if one.kind not in allow]


def message_of(findings: Sequence[Finding]) -> str:
    """All findings in one text, grouped by kind."""
    lines: list[str] = []
    for kind, title in _TITLES.items():
        if messages := [one.message for one in findings if one.kind == kind]:
            lines += [f"{title}:", *(f"  {message}" for message in messages)]
    return "\n".join(lines)


def _shown(fault: Fault) -> str:
    settings = fault.settings(shown=True)
    shown = [f"{name}={value.name if isinstance(value, App) else value!r}" for name, value in settings.items()]
    return f"fault({', '.join(shown)})"
