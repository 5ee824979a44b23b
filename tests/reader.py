"""What a reader has who pastes an example: a project with dangerous apps in it, and the id of one that the reader chose."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from alli_emulator import App, AppInput, AppRun, Emulator, app

from tests.markdown import Block

__all__ = ["Project", "project", "run"]

DANGEROUS = {
    "Delete all tickets": "single_action",
    "Send newsletter to everybody": "campaign",
    "Pay all open invoices": "agent",
}


class Patch(Protocol):
    """What changes the environment: pytest's `monkeypatch`, or scripts/first_steps.py without pytest."""

    def setenv(self, name: str, value: str) -> None: ...
    def delenv(self, name: str, raising: bool = True) -> None: ...


@dataclass
class Project:
    """The reader's project: the service it is on, and the names of the dangerous apps that were run."""

    service: Emulator
    harm: list[str]


@contextmanager
def project(patch: Patch, chosen: str | None) -> Iterator[Project]:
    """A project whose key and host are in the environment, and the id of the app called `chosen` in APP_ID.

    Dangerous apps of every type stand first and last in its lists. With `chosen=None` they are the only ones, and there is no APP_ID.
    """
    for name in [name for name in os.environ if name.startswith("ALLI_") or name.lower().endswith("_proxy")]:
        patch.delenv(name)
    patch.delenv("APP_ID", raising=False)
    harm: list[str] = []
    apps = [_dangerous(f"{name} {place}", type, harm) for place in ("now", "later") for name, type in DANGEROUS.items()]
    if chosen is not None:
        (wanted,) = [one for one in Emulator().apps if one.name == chosen]
        apps.insert(len(DANGEROUS), wanted)
        patch.setenv("APP_ID", wanted.id)
    with Emulator(builtin=False, apps=apps, pace=0) as service:
        patch.setenv("ALLI_API_KEY", service.api_key)
        patch.setenv("ALLI_BASE_URL", service.base_url)
        yield Project(service, harm)


def run(block: Block) -> None:
    """Runs a block as it stands; a traceback names the line of its page."""
    program = "\n" * (block.line - 1) + block.code
    exec(compile(program, f"{block.page}.md", "exec"), {"__name__": "__main__"})


def _dangerous(name: str, type: str, harm: list[str]) -> App:
    @app(name=name, type=type, inputs=[AppInput("text", "Text")] if type == "single_action" else ())
    def dangerous(_run: AppRun) -> str:
        harm.append(name)
        return "done"

    return dangerous
