"""What the tests of the facade share."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.clock import Clock

# scripts/test-oldest has no FastAPI, whose test client warns with the emulator's lowest starlette; scripts/test has it.
collect_ignore = [] if find_spec("httpx2") else ["test_httpx2_client.py"]
collect_ignore += [] if find_spec("fastapi") else ["test_as_json.py", "test_fastapi_program.py", "test_responses.py"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module with `EVERY_ENGINE = True` runs with the engines that are extras, too, but for tests marked `own_engine`."""
    if "client_kind" in metafunc.fixturenames:
        is_for_all = vars(sys.modules[metafunc.function.__module__]).get("EVERY_ENGINE") and find_spec("aiohttp")
        is_own = any(mark.name == "own_engine" for mark in metafunc.definition.iter_markers())
        more = ["aiohttp"] if is_for_all and not is_own else []
        metafunc.parametrize("client_kind", ["sync", "async", *more], indirect=True)


@pytest.fixture
async def client_kind(request: pytest.FixtureRequest) -> AsyncIterator[ClientKind]:
    """The test runs once with each client: `Alli`, `AsyncAlli`, and `AsyncAlli` over aiohttp where its module says so."""
    kind = ClientKind(request.param)
    yield kind
    await kind.close_all()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A local Alli; none of its answers may break the spec."""
    with Emulator(pace=0) as running:
        yield running
    assert running.violations == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that the test puts forward."""
    return Clock(monkeypatch)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A file of a known type with every byte there is."""
    path = tmp_path / "contract.pdf"
    path.write_bytes(b"%PDF " + bytes(range(256)) * 300)
    return path


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine reaches a test, and no handler of `ALLI_LOG` outlives one."""
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    for name in ("ALLI_API_KEY", "ALLI_BASE_URL", "ALLI_REGION", "ALLI_LOG", *names, *(name.lower() for name in names)):
        monkeypatch.delenv(name, raising=False)
    logger = logging.getLogger("alli")
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)
