"""Fixtures: the emulated service, and the two ways each test calls it."""

from collections.abc import AsyncIterator

import pytest
from alli import Alli, AsyncAlli
from alli_emulator import Emulator

from tests.alli_tools.desk import Desk, Way, add_apps


@pytest.fixture(params=["sync", "async"])
def way(request: pytest.FixtureRequest) -> Way:
    """Whether a test calls synchronously or asynchronously."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """The service and its clients."""
    with Emulator(pace=0) as alli:
        add_apps(alli)
        with Alli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as client:
            async with AsyncAlli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as async_client:
                yield Desk(alli, client, async_client)
