"""Fixtures: the emulated service, and the two ways each test asks it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from alli import Alli, AsyncAlli
from alli_emulator import AppRun, Emulator, FormField, Reply

from tests.langchain_alli.desk import Desk, Way, add_apps


@pytest.fixture(params=["sync", "async"])
def way(request: pytest.FixtureRequest) -> Way:
    """Whether a test asks synchronously or asynchronously."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def alli() -> Iterator[Emulator]:
    """An emulated service with the apps these tests use."""
    with Emulator(pace=0) as emulator:
        add_apps(emulator)
        yield emulator


@pytest.fixture
async def desk(alli: Emulator) -> AsyncIterator[Desk]:
    """The service and its clients."""
    with Alli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as client:
        async with AsyncAlli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as async_client:
            yield Desk(alli, client, async_client)


@pytest.fixture
def shop(desk: Desk) -> str:
    """Name of an app that offers choices, then a form, then is done."""

    @desk.alli.app(name="Shop", type="campaign")
    def order(run: AppRun) -> str | Reply:
        if run.choices:
            return Reply(f"Number {run.choices[0]}. Where to?", form=[FormField("place", "Place")])
        if run.form is not None:
            return f"To {run.form['place']} it is."
        if run.message == "never mind":
            return "As you say: never mind"
        return Reply("What?", choices=["Lamp", "Chair"])

    return order.name
