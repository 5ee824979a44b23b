"""Operations that a test serves itself, and those that nobody serves."""

from __future__ import annotations

import asyncio
import copy
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator, RequestRecord
from alli_emulator.contract.validation import load_document

ALREADY = Emulator().not_served
"""Of the package's own document."""

Connect = Callable[[Emulator], httpx.Client]


@pytest.fixture
def document() -> dict[str, Any]:
    """The package's document with three operations more, of which the emulator knows nothing."""
    made: dict[str, Any] = copy.deepcopy(dict(load_document()))
    project = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    ok = {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": project}}}}
    made["paths"]["/webapi/v2/gadgets"] = {"get": {"operationId": "list_gadgets", "responses": {"200": ok}}}
    made["paths"]["/webapi/v2/gadgets/{id}"] = {
        "get": {
            "operationId": "get_gadget",
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": project}}}},
        },
        "delete": {"operationId": "delete_gadget", "responses": {"204": {"description": "gone"}}},
    }
    made["paths"]["/webapi/v2/ask_gadget"] = {
        "post": {
            "operationId": "ask_gadget",
            "responses": {"200": {"description": "", "content": {"application/stream+json": {"schema": project}}}},
        }
    }
    return made


@pytest.fixture
def wider(document: dict[str, Any]) -> Iterator[Emulator]:
    with Emulator(pace=0, document=document) as emulator:
        yield emulator


def test_an_operation_of_the_document_that_nobody_serves_is_a_501_and_is_listed(
    wider: Emulator, connect: Connect
) -> None:
    assert [one for one in wider.not_served if one not in ALREADY] == [
        "GET /webapi/v2/gadgets",
        "GET /webapi/v2/gadgets/{id}",
        "DELETE /webapi/v2/gadgets/{id}",
        "POST /webapi/v2/ask_gadget",
    ]
    answer = connect(wider).get("/webapi/v2/gadgets/p1")
    assert answer.status_code == 501
    assert answer.json()["detail"] == (
        "the emulator does not serve GET /webapi/v2/gadgets/{id} (get_gadget); serve it by hand: "
        "alli.answer('GET', '/webapi/v2/gadgets/{id}', json=...)"
    )
    assert connect(wider).put("/webapi/v2/gadgets/p1").status_code == 405
    assert [one.kind for one in wider.findings()] == ["unknown_operations"] * 2


def test_an_answer_is_a_value_or_a_function_of_the_request(wider: Emulator, connect: Connect) -> None:
    http = connect(wider)
    wider.answer("GET", "/webapi/v2/gadgets", json=[{"id": "p1"}])

    def project(request: RequestRecord) -> dict[str, Any]:
        return {"id": request.path_params["id"], "asked_by": request.user_id}

    wider.answer("get", "/webapi/v2/gadgets/{project_id}", json=project)
    wider.answer("GET", "/webapi/v2/gadgets/p2", json={"id": "the second"})
    wider.answer("DELETE", "/webapi/v2/gadgets/{id}", status=204)
    wider.answer("POST", "/webapi/v2/ask_gadget", records=[{"id": "a"}, {"id": "b"}])
    assert http.get("/webapi/v2/gadgets").json() == [{"id": "p1"}]
    assert http.get("/webapi/v2/gadgets/p1", headers={"OWN-USER-ID": "emp-7"}).json() == {
        "id": "p1",
        "asked_by": "emp-7",
    }
    assert http.get("/webapi/v2/gadgets/p2").json() == {"id": "the second"}
    assert (http.delete("/webapi/v2/gadgets/p1").status_code, wider.not_served) == (204, ALREADY)
    streamed = http.post("/webapi/v2/ask_gadget")
    assert (streamed.text, streamed.headers["content-type"]) == ('{"id":"a"}\n{"id":"b"}\n', "application/stream+json")
    assert wider.findings() == []


def test_a_later_answer_takes_the_place_of_an_earlier_one_and_of_the_emulators_own(
    alli: Emulator, http: httpx.Client
) -> None:
    alli.answer("GET", "/webapi/v2/apps", json={"apps": [], "cursor": None})
    assert http.get("/webapi/v2/apps").json() == {"apps": [], "cursor": None}
    alli.answer("GET", "/webapi/v2/apps", status=429, json={"detail": "slow down"}, headers={"Retry-After": "1"})
    answer = http.get("/webapi/v2/apps")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    alli.reset()
    assert len(http.get("/webapi/v2/apps").json()["apps"]) == 5


def test_a_wrong_key_gets_no_answer_by_hand(alli: Emulator) -> None:
    alli.answer("GET", "/webapi/v2/apps", json={"apps": []})
    assert httpx.get(alli.base_url + "/webapi/v2/apps", headers={"API-KEY": "other"}).status_code == 401


def test_a_fault_spoils_an_answer_by_hand_also_of_an_undocumented_path(alli: Emulator, http: httpx.Client) -> None:
    alli.answer("GET", "/webapi/v3/new", json={"a": 1}, undocumented=True)
    alli.fault(path_contains="/v3/new", status=503)
    assert [http.get("/webapi/v3/new").status_code for _ in range(2)] == [503, 200]
    assert alli.findings() == []


def test_an_undocumented_path_is_refused_unless_it_is_meant(alli: Emulator, http: httpx.Client) -> None:
    with pytest.raises(ValueError, match="GET /webapi/v2/appz is not documented; the nearest are GET /webapi/v2/apps"):
        alli.answer("GET", "/webapi/v2/appz", json={})
    with pytest.raises(ValueError, match="DELETE /webapi/v2/apps is not documented"):
        alli.answer("DELETE", "/webapi/v2/apps", json={})
    alli.answer("DELETE", "/webapi/v2/apps", json={"gone": True}, undocumented=True)
    assert http.delete("/webapi/v2/apps").json() == {"gone": True}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"json": {"apps": "none"}}, "answer.apps must be array, as the API document says of GET /webapi/v2/apps"),
        ({"records": [{"a": 1}]}, "application/stream.json is not documented"),
        ({"content": b"x"}, "application/octet-stream is not documented"),
        ({"status": 204}, "status is not documented"),
    ],
)
def test_an_answer_that_breaks_the_document_is_refused_unless_it_is_meant(
    alli: Emulator, http: httpx.Client, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        alli.answer("GET", "/webapi/v2/apps", **arguments)
    alli.answer("GET", "/webapi/v2/apps", **arguments, undocumented=True)
    assert http.get("/webapi/v2/apps").is_success
    assert alli.findings() == []


@pytest.mark.parametrize(
    ("method", "path", "message"), [("FETCH", "/webapi/v2/apps", "method must be one of"), ("GET", "webapi", "slash")]
)
def test_what_is_no_method_or_path_is_refused(alli: Emulator, method: str, path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        alli.answer(method, path, json={}, undocumented=True)


def test_two_bodies_are_refused(alli: Emulator) -> None:
    with pytest.raises(TypeError, match="one of json, records and content"):
        alli.answer("GET", "/webapi/v2/apps", json={}, content=b"")


def test_what_is_no_json_is_refused(alli: Emulator) -> None:
    with pytest.raises((TypeError, ValueError)):
        alli.answer("GET", "/webapi/v2/apps", json={"a": {1, 2}}, undocumented=True)


def test_a_longer_literal_path_is_found_before_a_parameter_that_may_hold_a_slash(
    alli: Emulator, http: httpx.Client
) -> None:
    assert http.get("/webapi/v2/apps/a/run_conversation").status_code == 405
    assert http.get("/webapi/v2/apps/a/other").status_code == 404
    assert [one.operation for one in alli.requests] == [None, "get_app"]
    alli.reset()


async def slow(request: RequestRecord) -> dict[str, Any]:
    return {"apps": [], "cursor": request.user_id}


def test_a_function_may_be_async(alli: Emulator, http: httpx.Client) -> None:
    alli.answer("GET", "/webapi/v2/apps", json=slow)
    assert http.get("/webapi/v2/apps", headers={"OWN-USER-ID": "c"}).json() == {"apps": [], "cursor": "c"}


def test_a_function_that_takes_no_request_is_refused(alli: Emulator) -> None:
    def nothing() -> dict[str, Any]:
        return {}

    message = r"answer: the function must take one argument, the RequestRecord: def nothing\(request\)"
    with pytest.raises(TypeError, match=message):
        alli.answer("GET", "/webapi/v2/apps", json=nothing)


def test_a_streamed_answer_is_made_record_by_record(alli: Emulator, http: httpx.Client) -> None:
    def records(request: RequestRecord) -> Iterator[dict[str, Any]]:
        for number in range(3):
            yield {"result": {"responses": [{"message": f"{request.form['message']} {number}"}]}}

    path = f"/webapi/v2/apps/{alli.apps[0].id}/run_conversation"
    alli.answer("POST", path, records=records)
    answer = http.post(path, files={"message": (None, "desk")})
    assert [line["result"]["responses"][0]["message"] for line in map(json.loads, answer.text.splitlines())] == [
        "desk 0",
        "desk 1",
        "desk 2",
    ]
    assert alli.findings() == []


def test_records_may_come_from_an_async_generator(alli: Emulator, http: httpx.Client) -> None:
    async def records(_request: RequestRecord) -> AsyncIterator[dict[str, Any]]:
        for number in range(2):
            await asyncio.sleep(0)
            yield {"result": {"responses": [{"message": str(number)}]}}

    path = f"/webapi/v2/apps/{alli.apps[0].id}/run_conversation"
    alli.answer("POST", path, records=records)
    answer = http.post(path, files={"message": (None, "desk")})
    assert [line["result"]["responses"][0]["message"] for line in map(json.loads, answer.text.splitlines())] == [
        "0",
        "1",
    ]
    assert alli.findings() == []


def test_a_function_that_blocks_between_its_records_holds_up_no_other_request(
    alli: Emulator, http: httpx.Client
) -> None:
    go_on = threading.Event()

    def records(_request: RequestRecord) -> Iterator[dict[str, Any]]:
        yield {"result": {"responses": [{"message": "one"}]}}
        assert go_on.wait(10)
        yield {"result": {"responses": [{"message": "two"}]}}

    path = f"/webapi/v2/apps/{alli.apps[0].id}/run_conversation"
    alli.answer("POST", path, records=records)
    with http.stream("POST", path, files={"message": (None, "desk")}) as answer:
        lines = answer.iter_lines()
        assert "one" in next(lines)
        assert http.get("/webapi/v2/apps", timeout=5).status_code == 200
        go_on.set()
        assert "two" in next(lines)
    assert alli.findings() == []
