"""The service, for each test."""

from collections.abc import Iterator

import pytest
from alli_emulator import Emulator

from tests.alli_mcp.desk import service


@pytest.fixture
def alli() -> Iterator[Emulator]:
    """The service, with an app of each kind."""
    with service() as emulator:
        yield emulator
