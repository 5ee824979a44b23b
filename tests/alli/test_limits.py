"""No answer takes for ever or fills the memory, whether or not a deadline was set."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import alli
import pytest
from alli._calls import deadlines, transport

from tests.alli.client_kind import ClientKind
from tests.alli.drips import DRIPS, STREAMED, dripping
from tests.alli.streams import record
from tests.answers import after_request
from tests.servers import Connection, ScriptedServer

READ = 1.0
"""The read timeout of these tests, which no drip reaches, not even on a busy machine."""


@pytest.fixture
def _two_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole answer may take twice as long, and not ten times."""
    monkeypatch.setattr(deadlines, "ANSWER_READS", 2)


Outcome = tuple[BaseException | None, float]
"""What a call raised, and after how many seconds."""


async def together(client_kind: ClientKind, calls: dict[str, Callable[[], Any]]) -> dict[str, Outcome]:
    """How each call ends. They all wait at the same time: one after the other, they would take a minute."""

    async def ended(call: Callable[[], Any]) -> Outcome:
        began = time.monotonic()
        try:
            await client_kind.get(call())
        except alli.AlliError as error:
            return error, time.monotonic() - began
        return None, time.monotonic() - began

    if client_kind.is_async:
        return dict(zip(calls, await asyncio.gather(*map(ended, calls.values())), strict=True))
    with ThreadPoolExecutor(len(calls)) as threads:
        outcomes = threads.map(lambda call: asyncio.run(ended(call)), calls.values())
        return dict(zip(calls, outcomes, strict=True))


@contextmanager
def dripping_servers(drips: dict[str, tuple[bytes, bytes]]) -> Iterator[dict[str, str]]:
    """The address of one server for each drip."""

    def answer(drip: str) -> Callable[[Connection], None]:
        return after_request(lambda connection: dripping(connection, *drips[drip]))

    with ExitStack() as servers:
        yield {drip: servers.enter_context(ScriptedServer(answer(drip))).url for drip in drips}


@pytest.mark.usefixtures("_two_reads")
@pytest.mark.parametrize("engine", ["own", "injected"])
async def test_an_answer_that_drips_ends_without_a_deadline(client_kind: ClientKind, engine: str) -> None:
    def running(url: str) -> Callable[[], Any]:
        injected = {"http_client": client_kind.http_client()} if engine == "injected" else {}
        client = client_kind.make(base_url=url, timeout=(20, READ, 20, 20), max_retries=0, **injected)
        return lambda: client.apps.run("a1", {"text": "x"})

    with dripping_servers(DRIPS) as urls:
        outcomes = await together(client_kind, {drip: running(url) for drip, url in urls.items()})
    assert outcomes.keys() == DRIPS.keys()
    for drip, (error, seconds) in outcomes.items():
        assert isinstance(error, (alli.APITimeoutError, alli.InternalServerError)), drip
        assert 2 * READ - 0.1 < seconds < 6 * READ, drip
        if drip != "error body":  # whose status is reported, whatever becomes of the rest
            assert error.outcome_unknown, drip
            assert "the answer was not complete after 2 s" in str(error), drip


STREAM_DRIPS = {name: DRIPS[name] for name in ("head", "1xx after 1xx", "error body")} | {
    "blanks": (STREAMED, b"1\r\n\n\r\n"),
    "half a record": (STREAMED, b"1\r\n \r\n"),
    "chunk extension": (STREAMED + b"1;a=", b"a"),
    "after a record": (STREAMED + b"%x\r\n%s\r\n1;a=" % (len(record("a")), record("a")), b"a"),
}


@pytest.mark.usefixtures("_two_reads")
async def test_a_stream_that_drips_ends_without_a_deadline(client_kind: ClientKind) -> None:
    def streaming(url: str) -> Callable[[], Any]:
        timeout = (20, READ, 20, 20)
        client = client_kind.make(base_url=url, timeout=timeout, idle_timeout=READ, max_retries=0)
        return lambda: client.apps.stream_conversation("a1", "x").result()

    with dripping_servers(STREAM_DRIPS) as urls:
        outcomes = await together(client_kind, {drip: streaming(url) for drip, url in urls.items()})
    assert outcomes.keys() == STREAM_DRIPS.keys()
    for drip, (error, seconds) in outcomes.items():
        assert isinstance(error, (alli.APITimeoutError, alli.InternalServerError)), drip
        assert seconds < 4 * READ, drip


@pytest.mark.parametrize("size", ["endless", "compressed"])
@pytest.mark.parametrize("status", [200, 502])
async def test_a_body_has_a_largest_size(
    client_kind: ClientKind, size: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    error_limit = 200_000
    monkeypatch.setattr(transport, "MAX_BODY_BYTES", 2 * error_limit)
    monkeypatch.setattr(transport, "MAX_ERROR_BYTES", error_limit)
    bomb = gzip.compress(b"x" * 50_000_000)

    def answer(connection: Connection) -> None:
        if size == "compressed":
            connection.start(status, {"Content-Encoding": "gzip"})
            connection.chunk(bomb)
            connection.end()
        else:
            connection.start(status)
            while not connection.closed:
                try:
                    connection.socket.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                except OSError:
                    return

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.APIStatusError) as caught:
            await client_kind.get(client.apps.run("a1", {"text": "x"}))
        assert server.all_ended()
    assert caught.value.status_code == status
    if status == 200:
        assert "larger than the 0 MiB that are read" in str(caught.value)
        assert caught.value.outcome_unknown
    else:
        assert isinstance(caught.value.body, str)
        assert len(caught.value.body) == error_limit


def test_the_limits_are_those_that_are_documented() -> None:
    assert (transport.MAX_BODY_BYTES, transport.MAX_FILE_BYTES, transport.MAX_ERROR_BYTES) == (2**26, 2**30, 2**20)
    assert deadlines.ANSWER_READS == 10
