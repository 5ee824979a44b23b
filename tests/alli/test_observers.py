"""Observers see whole calls, of every client, and can't harm one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import alli
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.alli.streams import good
from tests.alli.test_downloads import file_of
from tests.answers import answering, give_app
from tests.servers import ScriptedServer


class Noting(alli.CallObserver):
    def __init__(self, notes: list[Any]) -> None:
        self.notes = notes

    @contextmanager
    def running(self) -> Iterator[None]:
        self.notes.append("in")
        yield
        self.notes.append("out")

    def retried(self, error: alli.AlliError, attempt: int, pause: float) -> None:
        self.notes.append((type(error).__name__, attempt, pause > 0))

    def text_began(self) -> None:
        self.notes.append("text")

    def ended(self, error: BaseException | None, status_code: int | None, attempts: int, conversation_id: Any) -> None:
        self.notes.append((type(error).__name__, status_code, attempts, conversation_id))


@contextmanager
def observing(observer: Any) -> Iterator[list[alli.ObservedCall]]:
    seen: list[alli.ObservedCall] = []

    def begin(call: alli.ObservedCall) -> Any:
        seen.append(call)
        return observer

    stop = alli.observe_calls(begin)
    try:
        yield seen
    finally:
        stop()


async def test_an_observer_sees_a_call_from_its_beginning_to_its_end(client_kind: ClientKind) -> None:
    notes: list[Any] = []
    with ScriptedServer(answering(503, b"{}")) as server, observing(Noting(notes)) as seen:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(max_retries=1, base=0.001))
        with pytest.raises(alli.InternalServerError):
            await client_kind.get(client.apps.get("a1"))
    (call,) = seen
    assert (call.operation, call.method, call.path, call.template) == (
        "apps.get",
        "GET",
        "/webapi/v2/apps/a1",
        "/webapi/v2/apps/{app_id}",
    )
    assert (call.generates, call.model, call.is_stream) == (False, None, False)
    assert call.request_id == server.requests[0].headers["x-request-id"]
    assert notes == ["in", ("InternalServerError", 1, True), "out", ("InternalServerError", 503, 2, None)]


async def test_a_stream_is_over_when_it_is_read(client_kind: ClientKind) -> None:
    notes: list[Any] = []
    with ScriptedServer(good) as server, observing(Noting(notes)) as seen:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream("a1")) as stream:
            assert notes == ["in", "out"]
            await client_kind.get(stream.result())
    assert seen[0].is_stream
    assert notes == ["in", "out", "text", ("NoneType", 200, 1, "CONV")]


async def test_what_an_observer_raises_is_logged_by_its_class_and_changes_nothing(
    client_kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    class Faulty(alli.CallObserver):
        def headers(self) -> Any:
            raise ValueError("secret")

        def running(self) -> Any:
            raise ValueError("secret")

        def ended(self, *args: Any) -> None:
            raise ValueError("secret")

    with ScriptedServer(give_app) as server, observing(Faulty()):
        client = client_kind.make(base_url=server.url)
        assert (await client_kind.get(client.apps.get("a1"))).id == "a1"
    assert caplog.messages == ["an observer of calls raised ValueError"] * 3


@pytest.mark.parametrize("name", ["API-KEY", "own-user-id", "Content-Length"])
async def test_an_observer_can_not_set_a_header_of_the_client(client_kind: ClientKind, name: str) -> None:
    class Meddling(alli.CallObserver):
        def headers(self) -> dict[str, str]:
            return {name: "9"}

    with ScriptedServer(give_app) as server, observing(Meddling()):
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.get("a1"))
    assert server.requests[0].headers["api-key"] == "test-key"
    assert server.requests[0].headers.get(name.lower()) != "9"


async def test_two_observers_see_the_same_call_and_each_stops_alone(client_kind: ClientKind) -> None:
    notes: list[Any] = []
    with ScriptedServer(give_app) as server:
        client = client_kind.make(base_url=server.url)
        with observing(Noting(notes)):
            with observing(None) as seen:
                await client_kind.get(client.apps.get("a1"))
            await client_kind.get(client.apps.get("a1"))
        await client_kind.get(client.apps.get("a1"))
    assert len(seen) == 1
    assert len(notes) == 6


async def test_a_file_is_over_when_it_is_read_or_closed_and_a_refused_one_at_once(client_kind: ClientKind) -> None:
    over = ("NoneType", 200, 1, None)
    pdf = {"Content-Type": "application/pdf"}
    for take in ("read", "close"):
        notes: list[Any] = []
        with ScriptedServer(answering(200, b"%PDF", pdf)) as server, observing(Noting(notes)) as seen:
            file = await file_of(client_kind, client_kind.make(base_url=server.url))
            assert notes == ["in", "out"]
            await (client_kind.get(file.read()) if take == "read" else client_kind.close(file))
            assert notes == ["in", "out", over]
            await client_kind.close(file)
        assert notes == ["in", "out", over]
        assert seen[0].is_stream
    for answer, error in (
        (answering(404, b"{}"), ("NotFoundError", 404, 1, None)),
        (answering(200, b'{"error": "gone"}'), ("AppError", 200, 1, None)),
    ):
        notes = []
        with ScriptedServer(answer) as server, observing(Noting(notes)), pytest.raises(alli.AlliError):
            await file_of(client_kind, client_kind.make(base_url=server.url))
        assert notes == ["in", "out", error]


def test_observers_that_register_and_stop_in_many_threads_lose_none() -> None:
    began: list[int] = []
    stops: list[Any] = []

    def register(number: int) -> None:
        stops.append(alli.observe_calls(lambda call: began.append(number)))

    threads = [threading.Thread(target=register, args=(number,)) for number in range(50)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with ScriptedServer(give_app) as server, alli.Alli(api_key="k", base_url=server.url) as client:
            client.apps.get("a1")
            assert sorted(began) == list(range(50))
            for stop in [*stops, *stops]:  # a second time does nothing
                stop()
            client.apps.get("a1")
        assert len(began) == 50
    finally:
        for stop in stops:
            stop()
