"""The emulator on a free port, with a plain HTTP client: these tests know nothing of the SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator

INVOICE = (
    b'item,qty,price,amount\nDesk,2,100.00,200.00\nLamp,3,19.99,60.00\n"Chair, oak",4,45.50,182.00\nTotal,,,442.00\n'
)


Talk = Callable[..., list[Any]]
"""One turn of a conversation; see the fixture `talk`."""


def messages(result: Any) -> list[str]:
    """The texts of a result."""
    return [one["message"] for one in result["responses"]]


@pytest.fixture
def alli() -> Iterator[Emulator]:
    """An emulator in its own dialect; none of its answers may break the spec."""
    with Emulator(pace=0) as emulator:
        yield emulator
    assert emulator.violations == []


@pytest.fixture
def connect() -> Iterator[Callable[[Emulator], httpx.Client]]:
    """Makes clients that hold the emulator's key."""
    clients: list[httpx.Client] = []

    def make(emulator: Emulator) -> httpx.Client:
        headers = {"API-KEY": emulator.api_key}
        # verify=False: loading certificates takes longer than a test does, and loopback uses none.
        clients.append(httpx.Client(base_url=emulator.base_url, headers=headers, timeout=20, verify=False))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def http(alli: Emulator, connect: Callable[[Emulator], httpx.Client]) -> httpx.Client:
    """A client of the fixture `alli`."""
    return connect(alli)


@pytest.fixture
def app_ids(alli: Emulator) -> dict[str, str]:
    """Name to id of the built-in apps."""
    return {app.name: app.id for app in alli.apps}


@pytest.fixture
def talk(http: httpx.Client) -> Talk:
    """One turn by run_conversation, as the list of its records."""

    def turn(app_id: str, *files: tuple[str, tuple[str, bytes, str]], **fields: str) -> list[Any]:
        parts: list[Any] = [(name, (None, value)) for name, value in fields.items()]
        answer = http.post(f"/webapi/v2/apps/{app_id}/run_conversation", files=[*parts, *files] or {"": (None, "")})
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    return turn
