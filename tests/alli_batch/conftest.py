"""What the tests of `alli_batch` share. Those in Ray itself need scripts/test-ray, which installs it beside .venv."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, TypeAlias

import pytest
from alli_batch.ray import AlliMap
from alli_emulator import App, AppFailure, AppInput, AppRun, Emulator

collect_ignore = [] if find_spec("ray") else ["test_in_ray.py"]

Make: TypeAlias = Callable[..., AlliMap]


@dataclass
class Service:
    """A local Alli with one app, which gives its text in capitals and fails for "bad"."""

    emulator: Emulator
    app: App
    ran: list[str] = field(default_factory=list)


@contextmanager
def served(patch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service whose key and address are in the environment."""
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
        patch.setenv("ALLI_API_KEY", emulator.api_key)
        patch.setenv("ALLI_BASE_URL", emulator.base_url)
        yield made


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with served(monkeypatch) as made:
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
