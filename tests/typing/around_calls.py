"""What programs put around calls, such as middleware, and calls of any path. Only type-checked, never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, assert_type

from alli import (
    Alli,
    AlliError,
    AsyncAlli,
    AsyncHTTPClient,
    AsyncRecordStream,
    AsyncSend,
    Attempt,
    CallObserver,
    Middleware,
    ObservedCall,
    RecordStream,
    Response,
    Send,
    aiohttp_client,
    capture_responses,
    observe_calls,
)


def timed(attempt: Attempt, send: Send) -> Response:
    attempt.headers["X-Try"] = str(attempt.number)
    assert_type(attempt.operation + attempt.method + attempt.path + attempt.request_id, str)
    return send(attempt)


async def atimed(attempt: Attempt, send: AsyncSend) -> Response:
    response = await send(attempt)
    assert_type(response.status_code, int)
    return response


def engine() -> None:
    http = aiohttp_client()
    assert_type(http, AsyncHTTPClient)
    AsyncAlli(http_client=http)


class Counting(CallObserver):
    def headers(self) -> Mapping[str, str]:
        return {"traceparent": "00"}

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()

    def retried(self, error: AlliError, attempt: int, pause: float) -> None:
        assert_type(error.attempts + attempt + pause, float)

    def text_began(self) -> None: ...

    def ended(
        self, error: BaseException | None, status_code: int | None, attempts: int, conversation_id: str | None
    ) -> None: ...


def observing() -> None:
    def begin(call: ObservedCall) -> CallObserver | None:
        assert_type(call.operation + call.method + call.base_url + call.path + call.template + call.request_id, str)
        assert_type(call.model, str | None)
        return Counting() if call.generates or call.is_stream else None

    assert_type(observe_calls(begin), Callable[[], None])


def any_path(client: Alli) -> None:
    functions: list[Middleware] = [timed]
    with Alli(middleware=functions), capture_responses() as responses:
        client.with_options(middleware=[timed]).apps.list()
    assert_type(responses, list[Response])
    response = client.request(
        "POST", "/webapi/x", params={"a": 1}, json={"b": [2]}, headers={"X-C": "d"}, idempotent=True
    )
    assert_type(response, Response)
    assert_type(response.headers, Mapping[str, str])
    assert_type(response.content, bytes)
    assert_type(response.text, str)
    assert_type(response.json(), Any)
    assert_type(response.request_id, str | None)
    assert_type(response.attempts, int)
    with client.stream_request("POST", "/webapi/x", files={"f": ("a.txt", b"x")}) as records:
        assert_type(records, RecordStream[Any])
        for record in records:
            assert_type(record, Any)


async def any_path_async(client: AsyncAlli) -> None:
    copy = client.with_options(middleware=[atimed])
    assert_type(await copy.request("GET", "/webapi/x"), Response)
    async with copy.stream_request("GET", "/webapi/x") as records:
        assert_type(records, AsyncRecordStream[Any])
