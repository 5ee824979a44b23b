"""The command as a person runs it, against an emulator: in a separate process, or in this one, which takes a tenth of the time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from alli_cli import main
from alli_emulator import AppFailure, AppInput, AppRun, Emulator

KEY = "key-nobody-may-see-4711"


@dataclass(frozen=True)
class Terminal:
    """A terminal whose environment names a service."""

    environment: dict[str, str]

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs `alli` in this process with the arguments; `settings` are changes to the environment."""
        out, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        environment = patch.dict(os.environ, {**self.environment, **settings}, clear=True)
        with environment, redirect_stdout(out), redirect_stderr(errors):
            status = main(arguments)
        texts = [stream.buffer.getvalue().decode() for stream in (out, errors)]  # type: ignore[attr-defined]
        assert KEY not in "".join(texts)
        return subprocess.CompletedProcess(arguments, status, *texts)

    def process(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The same in a separate process."""
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


@pytest.fixture
def ran(service: Emulator) -> list[str]:
    """The texts that the apps Shout and Talk were given; "bad" makes Shout fail."""
    texts: list[str] = []

    @service.app(name="Shout", inputs=[AppInput("text", "Text")])
    def shout(run: AppRun) -> str:
        texts.append(run.text_input("text"))
        if texts[-1] == "bad":
            raise AppFailure("no luck")
        return texts[-1].upper()

    @service.app(name="Talk", type="campaign")
    def talk(run: AppRun) -> str:
        texts.append(run.message)
        return f"{run.message} to you"

    return texts
