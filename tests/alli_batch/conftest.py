"""What the tests of `alli_batch` share. They need Ray, which scripts/test-ray installs beside .venv."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, TypeAlias

import pytest
from alli_batch.ray import AlliMap
from alli_emulator import App, AppFailure, AppInput, AppRun, Emulator

collect_ignore_glob = [] if find_spec("ray") else ["test_*.py"]


Make: TypeAlias = Callable[..., AlliMap]


@dataclass
class Service:
    """A local Alli with one app, which gives its text in capitals and fails for "bad"."""

    emulator: Emulator
    app: App
    ran: list[str] = field(default_factory=list)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    lock = threading.Lock()
    with Emulator(pace=0) as emulator:

        @emulator.app(name="Shout", inputs=[AppInput("text", "Text")])
        def shout(run: AppRun) -> str:
            text = run.text_input("text")
            with lock:
                made.ran.append(text)
            if text == "bad":
                raise AppFailure("no luck")
            return text.upper()

        made = Service(emulator, shout)
        monkeypatch.setenv("ALLI_API_KEY", emulator.api_key)
        monkeypatch.setenv("ALLI_BASE_URL", emulator.base_url)
        yield made


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes an AlliMap as in an actor that has just begun."""
    with ExitStack() as ends:

        def make(*arguments: Any, **options: Any) -> AlliMap:
            stage = AlliMap(*arguments, **options)
            ends.callback(stage.close)
            return stage

        yield make


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> None:
    """Ray keeps threads and processes until the last test."""


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    logging.getLogger("ray").setLevel(logging.ERROR)
