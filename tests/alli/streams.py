"""Answers that stream, and readers of what came, for the tests of streams."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from alli import AlliError, StreamInterruptedError

from tests.alli.client_kind import ClientKind
from tests.answers import Answer
from tests.servers import Connection

__all__ = [
    "HEADERS",
    "close_from_elsewhere",
    "collect",
    "failure",
    "first",
    "good",
    "keeps_alive",
    "record",
    "saying_hello",
    "starting",
    "until_it_is_read",
]

HEADERS = {"Content-Type": "application/stream+json", "X-Served-By": "test"}


def record(text: str, **fields: object) -> bytes:
    message = {"id": "m1", "type": "llm", "message": text}
    result = {"conversation": {"id": "CONV"}, "responses": [message], "state": "running", **fields}
    return json.dumps({"result": result}, ensure_ascii=False).encode() + b"\n"


def starting(*pieces: bytes, then: Answer) -> Answer:
    """An answer that begins with these pieces and goes on with `then`."""

    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.start(200, HEADERS)
            for piece in pieces:
                connection.chunk(piece)
            then(connection)

    return answer


def keeps_alive(connection: Connection) -> None:
    while not connection.server.release.wait(0.02):
        connection.chunk(b"\n")


def saying_hello(*, besides: bytes) -> Answer:
    """A stream of one record, "Hello", to a turn of a conversation; `besides`, whole, to any other call."""

    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request is not None and "run_conversation" in request.target:
            connection.start(200, HEADERS)
            connection.chunk(record("Hello"))
            connection.end()
        elif request is not None:
            connection.respond(200, besides)

    return answer


good = starting(record("안녕"), record("안녕하세요"), then=Connection.end)


async def first(kind: ClientKind, stream: Any) -> Any:
    """The next event."""
    return await anext(stream) if kind.is_async else next(stream)


async def until_it_is_read(stream: Any) -> None:
    """Waits until another thread or task waits for the stream's next bytes."""
    while not stream._reading.locked() or stream._response is None:
        await asyncio.sleep(0.001)


async def close_from_elsewhere(kind: ClientKind, stream: Any) -> None:
    """Closes a stream that another thread or task is reading; the read then raises that it was closed."""
    reading = asyncio.create_task(kind.get(stream.result()) if kind.is_async else asyncio.to_thread(stream.result))
    await until_it_is_read(stream)
    await kind.close(stream)
    with pytest.raises(StreamInterruptedError):
        await reading


async def collect(kind: ClientKind, stream: Any, events: list[Any]) -> None:
    async for event in kind.each(stream):
        events.append(event)


async def failure(kind: ClientKind, stream: Any) -> tuple[list[Any], AlliError]:
    """The events before the error that ends a stream, and the error."""
    events: list[Any] = []
    with pytest.raises(AlliError) as raised:
        await collect(kind, stream, events)
    return events, raised.value
