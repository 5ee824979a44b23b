"""The command as a person runs it: in a separate process, against an emulator."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alli_emulator import Emulator

KEY = "key-nobody-may-see-4711"


@dataclass(frozen=True)
class Terminal:
    """A terminal whose environment names a service."""

    environment: dict[str, str]

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs `alli` with the arguments; `settings` are changes to the environment."""
        done = subprocess.run(
            [sys.executable, "-m", "alli_cli", *arguments],
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert KEY not in done.stdout + done.stderr
        return done


@pytest.fixture
def service() -> Iterator[Emulator]:
    with Emulator(api_key=KEY, pace=0) as emulator:
        yield emulator


@pytest.fixture
def terminal(service: Emulator) -> Terminal:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ALLI_") and "proxy" not in name.lower()
    }
    return Terminal(
        kept | {"ALLI_API_KEY": KEY, "ALLI_BASE_URL": service.base_url, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    )
