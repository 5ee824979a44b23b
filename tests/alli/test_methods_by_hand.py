"""Methods that are written by hand can be called as those are that are made from the document."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import alli
import pytest
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind

WRITTEN_BY_HAND: dict[str, Callable[[Any, str], Any]] = {
    "apps.inputs": lambda client, app_id: client.apps.inputs(app_id),
    "apps.conversation": lambda client, app_id: client.apps.conversation(app_id).send("hi"),
    "answers.thread": lambda client, app_id: client.answers.thread().ask("hi"),
    "documents.replace": lambda client, app_id: client.documents.replace("d1", ("a.txt", b"a")),
    "apps.map": lambda client, app_id: client.apps.map(app_id, [alli.MapRow(message="hi")]),
}
"""A call of each method that is not made from the document; those that are, are all called by test_every_method.py."""


def methods_written_by_hand() -> list[str]:
    """`resource.method` of what the classes of the resources inherit."""
    return [
        f"{resource}.{method}"
        for resource, holder in vars(alli.Alli(api_key="k")).items()
        if not resource.startswith("_")
        for method in sorted(set(dir(holder)) - set(vars(type(holder))))
        if not method.startswith("_")
    ]


@pytest.mark.parametrize("name", methods_written_by_hand())
async def test_a_method_written_by_hand_can_be_called(emulator: Emulator, client_kind: ClientKind, name: str) -> None:
    assert name in WRITTEN_BY_HAND, f"add a call of client.{name} to WRITTEN_BY_HAND"
    app = emulator.app(name="Chat", type="campaign")(lambda run: run.message)
    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    emulator.answer("POST", "/webapi/generative_answer", json={"answer": "hi"})
    emulator.answer("POST", "/webapi/v2/knowledge_base_nodes/upload", json=[{"result": {"id": "d2", "name": "a.txt"}}])
    emulator.answer("GET", "/webapi/v2/ingestion_status/{kb_id}", json={"status": "completed"})
    emulator.answer("DELETE", "/webapi/v2/knowledge_base_nodes/{node_id}")
    given = await client_kind.get(WRITTEN_BY_HAND[name](client, app.id))
    if isinstance(given, Iterator | AsyncIterator):
        await client_kind.list(given)
    assert {request.status for request in emulator.requests} == {200}
