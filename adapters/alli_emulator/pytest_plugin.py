"""Fixtures for pytest: a running emulator, clients of it, and its address in the environment.

    def test_my_program(alli, alli_client):
        @alli.app(type="campaign")
        def greeter(run):
            return f"Hello {run.message}"

        assert alli_client.apps.run(greeter.id, message="Desk").text == "Hello Desk"

pytest finds them by itself (entry point `pytest11`) wherever alli-sdk is installed, so this module loads nothing before a
test asks for one. Without the extra such a test fails with the command that installs it.

A test fails at its end, in the teardown of `alli`, for what a program under test hides: errors inside apps, faults that
never fired, answers that broke the API's document, requests for what is not documented or not served. A marker says what
is meant, and how the emulator is made:

    @pytest.mark.alli(allow=["app_errors"], profile="documented", builtin=False)

    @pytest.mark.alli_replay("recorded/summary")

`allow` takes names of `alli_emulator.findings.FindingKind`; any other argument is one of `Emulator`. With the ini option
`alli_scope = session` all tests share one emulator, which is reset before each; a test whose marker has arguments of
`Emulator` gets its own.

The fixture's name hides the package `alli` in a test of a module that says `import alli`. `alli_server` is the same
emulator by another name; for a third one, write `@pytest.fixture` / `def service(alli): return alli` in conftest.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from alli import Alli, AsyncAlli

    from alli_emulator.emulator import Emulator

__all__ = ["alli", "alli_async_client", "alli_client", "alli_env", "alli_server", "alli_session"]

SECONDS_TO_END = 1.0
"""How long the end of a test waits for answers that are under way."""

_async_clients: pytest.StashKey[list[object]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares the ini option `alli_scope`."""
    parser.addini("alli_scope", "test: an Alli emulator for each test (default); session: one for all", default="test")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker."""
    config.addinivalue_line(
        "markers",
        "alli(allow=(), **arguments): findings that don't fail the test, and arguments of alli_emulator.Emulator "
        "for the fixture `alli`",
    )
    config.addinivalue_line(
        "markers",
        "alli_replay(folder, speed=inf): the fixture `alli` answers from a folder that `python -m alli_emulator record` "
        "has filled; a relative one is beside the test's file",
    )


@pytest.fixture(scope="session")
def alli_session() -> Iterator[Emulator]:
    """One running `Emulator` for the whole session. Nothing is verified; call its `verify()` and `reset()` yourself."""
    from alli_emulator import Emulator

    with Emulator(pace=0) as emulator:
        yield emulator


@pytest.fixture
def alli(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A running `Emulator` with the built-in apps, without pauses in its streams, verified at the end of the test."""
    from alli_emulator import Emulator
    from alli_emulator.signatures import check_names

    marker = request.node.get_closest_marker("alli")
    arguments: dict[str, Any] = dict(marker.kwargs) if marker else {}
    allow = arguments.pop("allow", ())
    check_names("@pytest.mark.alli", ["allow", *signature(Emulator).parameters], arguments)
    if replay := request.node.get_closest_marker("alli_replay"):
        arguments |= _replay_arguments(request.path, *replay.args, **replay.kwargs)
    scope = request.config.getini("alli_scope")
    if scope not in ("test", "session"):
        raise pytest.UsageError(f"alli_scope must be test or session, not {scope!r}")
    if scope == "session" and not arguments:
        emulator: Emulator = request.getfixturevalue("alli_session")
        emulator.reset()
        yield emulator
        # An app may fail a moment after its program has given up; the next test would be blamed for it.
        emulator.wait(SECONDS_TO_END)
    else:
        arguments.setdefault("pace", 0)
        with Emulator(**arguments) as emulator:
            yield emulator
            emulator.wait(SECONDS_TO_END)
    if found := emulator.findings(allow=allow):
        from alli_emulator.findings import message_of

        pytest.fail(message_of(found), pytrace=False)


@pytest.fixture
def alli_server(alli: Emulator) -> Emulator:
    """The fixture `alli` by another name, for modules that say `import alli`."""
    return alli


@pytest.fixture
def alli_client(alli: Emulator) -> Iterator[Alli]:
    """An `Alli` of the fixture `alli`; closed after the test."""
    from alli import Alli

    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        yield client


@pytest.fixture
def alli_async_client(alli: Emulator, request: pytest.FixtureRequest) -> AsyncAlli:
    """An `AsyncAlli` of the fixture `alli`. It works with every plugin for async tests; its connections close with the loop."""
    from alli import AsyncAlli

    client = AsyncAlli(api_key=alli.api_key, base_url=alli.base_url)
    # A loop may outlive its tests. Kept until the end, the client isn't collected unclosed before its loop closes it.
    request.config.stash.setdefault(_async_clients, []).append(client)
    return client


@pytest.fixture
def alli_env(alli: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The fixture `alli`, with ALLI_API_KEY and ALLI_BASE_URL set for programs that call `Alli()` themselves."""
    monkeypatch.setenv("ALLI_API_KEY", alli.api_key)
    monkeypatch.setenv("ALLI_BASE_URL", alli.base_url)
    for name in ("ALLI_REGION", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return alli


def _replay_arguments(test: Path, folder: str | Path, speed: float = math.inf) -> dict[str, Any]:
    return {"replay": test.parent / folder, "speed": speed}
