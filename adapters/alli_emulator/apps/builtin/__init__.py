"""The apps every emulator starts with. Each does its work on what it is sent, without any network."""

from __future__ import annotations

from alli_emulator.apps.builtin import equipment, eras, invoice, letters, summary
from alli_emulator.apps.model import App

__all__ = ["builtin_apps"]


def builtin_apps() -> list[App]:
    """Summary, Invoice check, Equipment request, 글자 수 and 和暦変換, with the same ids in every process."""
    return [summary.app(), invoice.app(), equipment.app(), letters.app(), eras.app()]
