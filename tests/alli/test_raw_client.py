"""`client.raw`: the raw layer over the connections of a client, one function per operation."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import alli
import httpx
import pytest
from alli import RetryPolicy
from alli.raw.api.apps import get_app, list_apps, run_app
from alli.raw.models import App, AppsResponse, RunAppRequest, RunAppResponse

from tests.alli.client_kind import ClientKind
from tests.answers import after_request, answering
from tests.programs import printed_by
from tests.servers import Connection, ScriptedServer

APPS = b'{"apps": [{"id": "a1", "name": "One"}], "cursor": null}'


async def called(
    kind: ClientKind, module: Any, *arguments: Any, client: Any, detailed: bool = False, **named: Any
) -> Any:
    name = ("asyncio" if kind.is_async else "sync") + ("_detailed" if detailed else "")
    return await kind.get(getattr(module, name)(*arguments, client=client.raw, **named))


async def test_a_function_sends_with_the_key_identity_and_options_of_the_client(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, APPS, {"Content-Type": "application/json", "X-Left": "9"})) as server:
        client = client_kind.make(base_url=f"{server.url}/prefix", user_id="emp-7").with_options(
            extra_query={"beta": "on"}
        )
        page = await called(client_kind, list_apps, client=client, search_term="계약")
        response = await called(client_kind, list_apps, client=client, detailed=True)
    assert isinstance(page, AppsResponse)
    assert [app.id for app in page.apps or ()] == ["a1"]
    assert (response.status_code, response.headers["x-left"], response.content) == (200, "9", APPS)
    first = server.requests[0]
    assert first.target == "/prefix/webapi/v2/apps?searchTerm=%EA%B3%84%EC%95%BD&beta=on"
    assert (first.headers["api-key"], first.headers["own-user-id"]) == ("test-key", "emp-7")
    assert len(server.connections) == 1


async def test_a_body_is_sent_and_the_answer_read_as_its_model(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b'{"result": {"id": "a1"}}')) as server:
        client = client_kind.make(base_url=server.url)
        answer = await called(client_kind, run_app, "a1", client=client, body=RunAppRequest.from_dict({"mode": "sync"}))
    assert isinstance(answer, RunAppResponse)
    assert server.requests[0].body == b'{"mode":"sync"}'


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, b'{"detail": "Not Found"}', alli.NotFoundError),
        (418, b"{}", alli.APIStatusError),
        (200, b'{"error": {"code": 7004, "message": "no money"}}', alli.PaymentError),
    ],
    ids=["documented", "undocumented", "told in a 200"],
)
async def test_an_error_raises_its_class_and_has_the_response(
    client_kind: ClientKind, status: int, body: bytes, kind: type[alli.AlliError]
) -> None:
    with ScriptedServer(answering(status, body)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(kind, match="^raw: GET /webapi/v2/apps/a1") as caught:
            await called(client_kind, get_app, "a1", client=client)
    assert caught.value.response is not None
    assert (caught.value.response.status_code, caught.value.response.content) == (status, body)


async def test_a_good_answer_that_is_not_as_documented_is_none(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b"<html>")) as server:
        client = client_kind.make(base_url=server.url)
        assert await called(client_kind, get_app, "a1", client=client) is None
        response = await called(client_kind, get_app, "a1", client=client, detailed=True)
        assert (response.parsed, response.content) == (None, b"<html>")


async def test_a_get_is_sent_again_and_a_post_is_not(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(500, b"{}")) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(base=0.001))
        with pytest.raises(alli.InternalServerError):
            await called(client_kind, list_apps, client=client)
        assert len(server.requests) == 3
        with pytest.raises(alli.InternalServerError):
            await called(client_kind, run_app, "a1", client=client, body=RunAppRequest())
        assert len(server.requests) == 4


async def test_no_answer_is_an_error_of_this_package_without_the_key(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(Connection.reset)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.APIConnectionError, match="^raw: POST /webapi/apps/a1/run") as caught:
            await called(client_kind, run_app, "a1", client=client, body=RunAppRequest())
    assert caught.value.outcome_unknown
    assert "test-key" not in repr(client.raw) + str(caught.value)


async def test_a_function_of_the_other_kind_is_refused_before_anything_is_sent(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, b"{}")) as server:
        client = client_kind.make(base_url=server.url)
        if client_kind.is_async:
            with pytest.raises(TypeError, match=r"^sync\(client=…\) takes client\.raw of Alli;"):
                run_app.sync("a1", client=client.raw, body=RunAppRequest())
        else:
            with pytest.raises(TypeError, match=r"^asyncio\(client=…\) takes client\.raw of AsyncAlli;"):
                await run_app.asyncio("a1", client=client.raw, body=RunAppRequest())
        assert server.requests == []


@pytest.mark.parametrize("given", ["the client itself", None, "k"])
async def test_what_sends_nothing_is_refused_with_what_to_pass(client_kind: ClientKind, given: Any) -> None:
    client = client_kind.make() if given == "the client itself" else given
    call = list_apps.asyncio if client_kind.is_async else list_apps.sync
    with pytest.raises(TypeError, match=r"^client= takes client\.raw of Alli or AsyncAlli.*, not \w+$"):
        await client_kind.get(call(client=client))


@pytest.mark.parametrize("travel", [pickle.dumps, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_it_is_not_pickled_and_shows_no_key(client_kind: ClientKind, travel: Any) -> None:
    raw = client_kind.make(api_key="canary-7f3a").raw
    with pytest.raises(TypeError) as caught:
        travel(raw)
    assert "canary-7f3a" not in f"{caught.value} {raw!r} {vars(raw)!r}"


async def test_the_functions_take_a_client_of_the_http_library_as_well(client_kind: ClientKind) -> None:
    """For those who want nothing but the request and the model; an error is then no exception, and has no model."""
    with ScriptedServer(answering(200, APPS)) as server:
        if client_kind.is_async:
            async with httpx.AsyncClient(base_url=server.url, headers={"API-KEY": "k"}) as waiting:
                page = await list_apps.asyncio(client=waiting, page_size=2)
        else:
            with httpx.Client(base_url=server.url, headers={"API-KEY": "k"}) as client:
                page = list_apps.sync(client=client, page_size=2)
        assert page is not None
        assert [app.name for app in page.apps or ()] == ["One"]
        assert server.requests[0].headers["api-key"] == "k"


def test_the_raw_layer_is_found_from_the_package_alone() -> None:
    program = """
import sys, alli
assert "alli.raw" not in sys.modules
function = alli.raw.api.apps.list_apps.sync
assert "alli.raw.api.apps.run_app" not in sys.modules
assert not hasattr(alli.raw.api, "nothing") and not hasattr(alli.raw.api.apps, "nothing")
assert (alli.raw.Client.__name__, alli.raw.AsyncClient.__name__) == ("Client", "AsyncClient")
"""
    printed_by(program)


def test_models_of_both_layers_are_the_same() -> None:
    assert alli.App is App
