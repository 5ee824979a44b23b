"""No call waits for ever: the timeouts of its steps, and what may be given for one. Deadlines are in test_deadlines.py."""

from __future__ import annotations

import math
from typing import Any

import alli
import httpx
import pytest
from alli import ConfigurationError, DeadlineExceededError
from alli._http.early_answers import AsyncUploadTransport, UploadTransport

from tests.alli.client_kind import ClientKind
from tests.answers import after_request, silent
from tests.servers import ScriptedServer

GOOD = b'{"id": "a1", "name": "One", "result": {"id": "a1"}}'


def timeouts_of(client_kind: ClientKind, seen: list[dict[str, float]], **options: Any) -> Any:
    """A client that notes the timeouts of each request."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, content=GOOD)

    return client_kind.mocked(answer, **options)


async def test_by_default_a_run_may_read_for_ten_minutes_and_all_else_for_one(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[float, ...]] = []

    def answer(_: object, request: httpx.Request) -> httpx.Response:
        seen.append(tuple(request.extensions["timeout"][step] for step in ("connect", "read", "write", "pool")))
        return httpx.Response(200, content=GOOD)

    async def aanswer(_: object, request: httpx.Request) -> httpx.Response:
        return answer(_, request)

    # A client given to ours would bring its own timeouts, so the one that ours makes is caught at its last step.
    monkeypatch.setattr(UploadTransport, "handle_request", answer)
    monkeypatch.setattr(AsyncUploadTransport, "handle_async_request", aanswer)
    client = client_kind.make()
    await client_kind.get(client.apps.get("a1"))
    await client_kind.get(client.cognitive_config.update({"a": 1}))
    await client_kind.get(client.apps.run("a1"))
    await client_kind.get(client.skills.run("s1", "x"))
    assert seen == [(10, 60, 60, 60), (10, 60, 60, 60), (10, 600, 60, 60), (10, 600, 60, 60)]


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [(7, (7, 7, 7, 7)), (0.5, (0.5, 0.5, 0.5, 0.5)), ((1, 2, 3, 4), (1, 2, 3, 4))],
)
async def test_a_timeout_is_a_number_or_one_per_step_and_holds_for_runs_too(
    client_kind: ClientKind, timeout: Any, expected: tuple[float, ...]
) -> None:
    seen: list[dict[str, float]] = []
    client = timeouts_of(client_kind, seen, timeout=timeout)
    await client_kind.get(client.apps.get("a1"))
    await client_kind.get(client.apps.run("a1"))
    assert seen == [dict(zip(("connect", "read", "write", "pool"), expected, strict=True))] * 2


async def test_the_timeouts_of_a_given_http_client_hold_where_ours_are_not_set(client_kind: ClientKind) -> None:
    seen: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, content=GOOD)

    http = client_kind.http_client(
        transport=httpx.MockTransport(answer), timeout=httpx.Timeout(1, read=2, write=3, pool=4)
    )
    client = client_kind.make(base_url="https://mock.test", http_client=http)
    await client_kind.get(client.apps.run("a1"))
    await client_kind.get(client.with_options(timeout=9).apps.run("a1"))
    assert seen == [
        {"connect": 1, "read": 2, "write": 3, "pool": 4},
        {"connect": 9, "read": 9, "write": 9, "pool": 9},
    ]


@pytest.mark.parametrize(
    "timeout", [0, -1, math.inf, math.nan, "5", True, (1, 2), (1, 2, 3, None), [1, 2, 3, 4]], ids=repr
)
def test_a_timeout_that_is_none_or_without_end_is_refused(client_kind: ClientKind, timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^timeout: must be"):
        client_kind.make(timeout=timeout)


@pytest.mark.parametrize("option", ["deadline", "idle_timeout"])
@pytest.mark.parametrize("seconds", [0, -1, math.inf, math.nan, "5", False], ids=repr)
def test_a_deadline_that_is_none_or_without_end_is_refused(client_kind: ClientKind, option: str, seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^{option}: must be a finite number of seconds above 0\n"):
        client_kind.make(**{option: seconds})


async def test_a_silent_service_is_given_up_after_the_read_timeout(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(silent)) as server:
        client = client_kind.make(base_url=server.url, timeout=(20, 0.3, 20, 20), max_retries=0)
        with pytest.raises(alli.APITimeoutError, match=r"timed out \(ReadTimeout\)") as caught:
            await client_kind.get(client.apps.run("a1", conversation_id="c1"))
    assert not isinstance(caught.value, DeadlineExceededError)
    assert (caught.value.request_sent, caught.value.outcome_unknown) == (True, True)
    assert caught.value.conversation_id == "c1"
    assert isinstance(caught.value.__cause__, httpx.ReadTimeout)
