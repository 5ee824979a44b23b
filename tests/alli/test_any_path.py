"""`client.request` and `client.stream_request`: any path of the service, with all that every call has."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import alli
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.alli.multipart import part_named, parts_of
from tests.alli.streams import HEADERS, starting
from tests.answers import answering, silent
from tests.servers import Connection, ScriptedServer, SentRequest

USAGE = b'{"tokens": 7}'
QUICK = RetryPolicy(base=0.001)


async def sent(kind: ClientKind, *arguments: Any, options: dict[str, Any] | None = None, **named: Any) -> SentRequest:
    """The one request that such a call sends."""
    with ScriptedServer(answering(200, USAGE)) as server:
        client = kind.make(base_url=server.url, **(options or {}))
        await kind.get(client.request(*arguments, **named))
    (request,) = server.requests
    return request


async def test_any_path_is_called_with_the_key_and_the_identity(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, USAGE, {"Content-Type": "application/json", "X-Left": "9"})) as server:
        client = client_kind.make(base_url=f"{server.url}/prefix", user_id="emp-7", default_headers={"X-Team": "a"})
        response = await client_kind.get(
            client.request(
                "get", "/webapi/v2/usage", params={"month": "2026-11", "tag": ["a", "b"], "deep": True, "no": None}
            )
        )
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/prefix/webapi/v2/usage")
    assert request.target.partition("?")[2] == "month=2026-11&tag=a&tag=b&deep=true"
    assert (request.headers["api-key"], request.headers["own-user-id"]) == ("test-key", "emp-7")
    assert (request.headers["x-team"], request.body) == ("a", b"")
    assert (response.status_code, response.json(), response.content, response.text) == (
        200,
        {"tokens": 7},
        USAGE,
        USAGE.decode(),
    )
    assert response.headers["X-Left"] == response.headers["x-left"] == response.headers.get("X-LEFT") == "9"
    assert (response.request_id, response.attempts) == (request.headers["x-request-id"], 1)


async def test_a_body_is_json_and_headers_of_the_call_win_over_those_of_the_client(client_kind: ClientKind) -> None:
    request = await sent(
        client_kind,
        "POST",
        "/webapi/x",
        json={"query": "뭐", "all": [1, None]},
        headers={"x-team": "b"},
        options={"default_headers": {"X-Team": "a"}},
    )
    assert json.loads(request.body) == {"query": "뭐", "all": [1, None]}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-team"] == "b"


async def test_files_go_as_parts_and_json_beside_them_as_a_part_named_json(
    client_kind: ClientKind, contract: Path
) -> None:
    request = await sent(
        client_kind,
        "POST",
        "/webapi/x",
        json={"a": 1},
        files={"doc": contract, "more": [("a.txt", b"A"), ("b.txt", b"B")]},
    )
    assert json.loads(part_named(request, "json").content) == {"a": 1}
    assert [(part.name, part.filename, part.content) for part in parts_of(request)[1:]] == [
        ("doc", "contract.pdf", contract.read_bytes()),
        ("more", "a.txt", b"A"),
        ("more", "b.txt", b"B"),
    ]


@pytest.mark.parametrize(
    ("arguments", "named", "text"),
    [
        (("GET", "https://evil.test/webapi/x"), {}, "not a URL"),
        (("GET", "//evil.test/webapi/x"), {}, "not a URL"),
        (("GET", "webapi/x"), {}, "must begin with one /"),
        (("GET", ""), {}, "must begin with one /"),
        (("GET", "/webapi//x"), {}, "no //"),
        (("GET", "/webapi/../x"), {}, r"'\.' or '\.\.'"),
        (("GET", "/webapi/%2e%2E/x"), {}, r"'\.' or '\.\.'"),
        (("GET", "/webapi/x\r\nX-Evil: 1"), {}, "control character"),
        (("GET", "/webapi/x?a=1"), {}, "params="),
        (("GET", "/webapi/x#a"), {}, "params="),
        (("GET", "/\\evil.test"), {}, "params="),
        (("GET", b"/webapi/x"), {}, "path must be a str, not bytes"),
        (("CONNECT", "/webapi/x"), {}, "one of GET, HEAD"),
        ((7, "/webapi/x"), {}, "one of GET, HEAD"),
        (("GET", "/webapi/x"), {"params": [("a", 1)]}, "params: must be a dict, not list"),
        (("GET", "/webapi/x"), {"params": {"a": {"b": 1}}}, "query parameter 'a'|params"),
        (("GET", "/webapi/x"), {"headers": {"API-KEY": "other"}}, "must not hold API-KEY"),
        (("GET", "/webapi/x"), {"headers": {"own-user-id": "other"}}, "must not hold own-user-id"),
        (("GET", "/webapi/x"), {"headers": {"X-A": "1\r\nX-B: 2"}}, r"headers\['X-A'\]: must not hold CR"),
        (("POST", "/webapi/x"), {"json": {"a": float("nan")}}, "request: json: .* can't be written as JSON"),
        (("POST", "/webapi/x"), {"json": {"a": object()}}, "request: json: .* can't be written as JSON"),
        (("POST", "/webapi/x"), {"files": {"a": "text"}}, r"files\['a'\]: a str is not"),
        (("POST", "/webapi/x"), {"json": {}, "files": {"json": ("a", b"b")}}, "name the file otherwise"),
    ],
)
async def test_what_can_not_be_sent_is_refused_before_anything_is_sent(
    client_kind: ClientKind, arguments: Any, named: dict[str, Any], text: str
) -> None:
    with ScriptedServer(answering(200, USAGE)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.InvalidArgumentError, match=text) as caught:
            await client_kind.get(client.request(*arguments, **named))
        assert not caught.value.request_sent
    assert server.connections == []


@pytest.mark.parametrize("value", [object(), {"b": 1}, b"x", [object()]], ids=["object", "dict", "bytes", "list"])
async def test_a_query_holds_only_what_has_one_form_as_text(client_kind: ClientKind, value: Any) -> None:
    with ScriptedServer(answering(200, b"{}")) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.InvalidArgumentError, match="^request: query parameter 'a'"):
            await client_kind.get(client.request("GET", "/webapi/x", params={"a": value}))
        with pytest.raises(alli.InvalidArgumentError, match="query parameter 'a'"):
            await client_kind.get(client.with_options(extra_query={"a": value}).apps.get("a1"))
    assert server.requests == []


@pytest.mark.parametrize(
    ("method", "idempotent", "expected"),
    [("GET", None, 3), ("get", None, 3), ("HEAD", None, 3), ("OPTIONS", None, 3), ("PUT", None, 3), ("DELETE", None, 3),
     ("POST", None, 1), ("PATCH", None, 1), ("POST", True, 3), ("GET", False, 1)],
)  # fmt: skip
async def test_a_call_is_sent_again_as_its_method_allows_or_as_it_is_told(
    client_kind: ClientKind, method: str, idempotent: bool | None, expected: int
) -> None:
    with ScriptedServer(answering(500, b"{}")) as server:
        client = client_kind.make(base_url=server.url, retry_policy=QUICK)
        with pytest.raises(alli.InternalServerError) as caught:
            await client_kind.get(client.request(method, "/webapi/x", idempotent=idempotent))
    assert len(server.requests) == caught.value.attempts == expected


async def test_errors_are_those_of_all_calls_and_have_the_response(client_kind: ClientKind) -> None:
    answer = b'{"error": {"message": "no such thing"}}'
    with ScriptedServer(answering(404, answer, {"Content-Type": "application/json", "X-Left": "9"})) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.NotFoundError, match="request: GET /webapi/x: HTTP 404: no such thing") as caught:
            await client_kind.get(client.request("GET", "/webapi/x"))
    response = caught.value.response
    assert response is not None
    assert (response.status_code, response.content, response.headers["X-Left"]) == (404, answer, "9")
    assert response.request_id == caught.value.request_id


async def test_an_error_reported_in_a_200_is_raised(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b'{"error": {"code": 7004, "message": "unpaid"}}')) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.PaymentError, match="unpaid") as caught:
            await client_kind.get(client.request("POST", "/webapi/x"))
    assert caught.value.response is not None


async def test_an_answer_that_is_no_json_is_given_as_it_came(client_kind: ClientKind) -> None:
    page = "<p>caf\xe9</p>".encode("latin-1")
    with ScriptedServer(answering(200, page, {"Content-Type": "text/html; charset=latin-1"})) as server:
        client = client_kind.make(base_url=server.url)
        response = await client_kind.get(client.request("GET", "/webapi/x"))
    assert (response.content, response.text) == (page, "<p>caf\xe9</p>")
    with pytest.raises(alli.AlliError, match=r"not JSON \(text/html, 11 bytes\)") as caught:
        response.json()
    assert "caf\xe9" not in str(caught.value)
    assert "caf\xe9" not in repr(response)  # "caf" may be in the request id


async def test_the_deadline_ends_a_call_of_any_path(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            silent(connection)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=0.2)
        with pytest.raises(alli.DeadlineExceededError) as caught:
            await client_kind.get(client.request("POST", "/webapi/x"))
        server.release.set()
    assert caught.value.outcome_unknown


async def test_redirects_are_not_followed(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(302, b"", {"Location": "http://127.0.0.1:1/"})) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.APIStatusError, match="redirects are not followed"):
            await client_kind.get(client.request("GET", "/webapi/x"))


RECORDS = starting(b'{"a": 1}\n{"a"', b": 2}\n", b"[3]", then=Connection.end)


async def test_a_streamed_answer_gives_its_records(client_kind: ClientKind) -> None:
    with ScriptedServer(RECORDS) as server:
        client = client_kind.make(base_url=server.url)
        stream = client.stream_request("POST", "/webapi/x", json={"q": "a"})
        assert server.connections == []
        async with client_kind.entered(stream) as records:
            assert await client_kind.list(records) == [{"a": 1}, {"a": 2}, [3]]
    assert records.complete
    assert records.headers["x-served-by"] == "test"
    assert (records.response.status_code, records.response.request_id) == (
        200,
        server.requests[0].headers["x-request-id"],
    )
    assert json.loads(server.requests[0].body) == {"q": "a"}
    with pytest.raises(alli.AlliError, match="no body"):
        _ = records.response.content


async def test_a_record_that_reports_an_error_ends_the_stream(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(b'{"a": 1}\n{"error": "broken"}\n{"a": 2}\n', then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        got: list[Any] = []
        async with client_kind.entered(client.stream_request("GET", "/webapi/x")) as records:
            with pytest.raises(alli.AppError, match="stream_request: GET /webapi/x.*broken"):
                async for record in client_kind.each(records):
                    got.append(record)
    assert got == [{"a": 1}]


async def test_a_stream_that_is_cut_says_so(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(b'{"a": 1}\n', then=Connection.reset)) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.stream_request("GET", "/webapi/x")) as records:
            with pytest.raises(alli.StreamInterruptedError):
                await client_kind.list(records)
    assert HEADERS["X-Served-By"] == records.headers["x-served-by"]


async def test_a_stream_answered_with_an_error_status_raises_its_class(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(401, b"{}")) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.AuthenticationError):
            async with client_kind.entered(client.stream_request("GET", "/webapi/x")):
                pass


async def test_a_cancelled_call_of_any_path_ends_at_once() -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            silent(connection)

    with ScriptedServer(answer) as server:
        async with alli.AsyncAlli(api_key="k", base_url=server.url) as client:
            task = asyncio.create_task(client.request("POST", "/webapi/x"))
            while not server.requests:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(server.connections[0].wait_until_peer_closes)
            server.release.set()
