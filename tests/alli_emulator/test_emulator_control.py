"""The control path: faults and the log of requests over HTTP, as a program in another language uses them."""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator, Fault
from alli_emulator.faults.fault_json import FAULT_SCHEMA

FAULTS = "/_emulator/faults"
REQUESTS = "/_emulator/requests"


def test_every_field_of_a_fault_can_be_set_over_http() -> None:
    known = {one.name for one in fields(Fault)}
    assert set(FAULT_SCHEMA["properties"]) == known | {"body_base64"}


def test_a_fault_is_set_listed_used_up_and_forgotten(alli: Emulator, http: httpx.Client) -> None:
    fault = {"path_contains": "/v2/apps", "status": 429, "headers": {"Retry-After": "2"}, "body": {"detail": "later"}}
    made = http.post(FAULTS, json={**fault, "times": 2})
    assert (made.status_code, made.json()) == (201, {"faults": [{**fault, "times": 2}]})
    answer = http.get("/webapi/v2/apps")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (429, "2", {"detail": "later"})
    assert http.get(FAULTS).json() == {"faults": [{**fault, "times": 1}]}
    assert http.delete(FAULTS).status_code == 204
    assert http.get("/webapi/v2/apps").status_code == 200
    assert (http.get(FAULTS).json(), alli.faults) == ({"faults": []}, [])


def test_a_fault_may_hold_bytes_and_a_fault_of_pythons_is_shown(alli: Emulator, http: httpx.Client) -> None:
    coded = base64.b64encode(b"\xff\x00").decode()
    http.post(FAULTS, json={"status": 502, "body_base64": coded})
    assert http.get(FAULTS).json()["faults"][0]["body_base64"] == coded
    assert http.get("/webapi/v2/apps").content == b"\xff\x00"
    alli.fault(app=alli.apps[0], cut="reset", drop=True, times=None)
    assert http.get(FAULTS).json() == {
        "faults": [{"app": alli.apps[0].id, "cut": "reset", "drop": True, "times": None}]
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("no json", "JSON object"),
        ("[]", "fault must be object"),
        ('{"cut_afterr": 1}', "fault.cut_afterr is not known; known are method, path_contains"),
        ('{"times": 0, "delay": -1}', "fault.times must not be below 1"),
        ('{"cut": "softly"}', "fault.cut must be one of close, reset, end"),
        ('{"headers": {"a": 1}}', "fault.headers.a must be string"),
        ('{"body_base64": "?"}', "fault.body_base64 must be base64"),
        ('{"final_replaced_message": true}', "fault.final_replaced_message"),
    ],
)
def test_a_fault_that_cannot_be_read_says_which_field(http: httpx.Client, body: str, told: str) -> None:
    answer = http.post(FAULTS, content=body)
    assert answer.status_code == 422
    assert told in " ".join(answer.json()["detail"])
    assert http.get(FAULTS).json() == {"faults": []}


def test_requests_are_shown_as_they_came(http: httpx.Client, app_ids: dict[str, str]) -> None:
    path = f"/webapi/apps/{app_ids['Invoice check']}/run"
    http.post(path, json={"chat": {"message": "말"}}, headers={"X-Note": "n"})
    http.post(
        path,
        files={"json": (None, json.dumps({"mode": "sync"})), "FILE": ("송장.csv", b"a,b\n", "text/csv")},
    )
    http.post("/webapi/skill", content=b"plain text")
    http.post("/webapi/skill", content=b"\xff")
    shown: list[Any] = http.get(REQUESTS).json()["requests"]
    assert [(one["method"], one["path"].startswith("/webapi"), one["status"]) for one in shown] == [
        ("POST", True, 200),
        ("POST", True, 200),
        ("POST", True, 400),
        ("POST", True, 400),
    ]
    assert (shown[0]["json"], shown[0]["headers"]["x-note"]) == ({"chat": {"message": "말"}}, "n")
    assert shown[1]["form"] == [
        {"name": "json", "filename": None, "content_type": None, "size": 16, "text": '{"mode": "sync"}'},
        {"name": "FILE", "filename": "송장.csv", "content_type": "text/csv", "size": 4, "text": None},
    ]
    assert "json" not in shown[1]
    assert (shown[2]["text"], shown[3]["body_base64"]) == ("plain text", "/w==")
    assert len(http.get(REQUESTS, params={"last": 1}).json()["requests"]) == 1
    assert http.get(REQUESTS, params={"last": "x"}).status_code == 422


def test_requests_can_be_forgotten_and_the_control_path_is_not_among_them(alli: Emulator, http: httpx.Client) -> None:
    http.get("/webapi/v2/apps")
    http.get(REQUESTS)
    assert [one.path for one in alli.requests] == ["/webapi/v2/apps"]
    assert http.delete(REQUESTS).status_code == 204
    assert alli.requests == []
    http.get("/webapi/v2/apps")
    alli.clear_requests()
    assert http.get(REQUESTS).json() == {"requests": []}


def test_the_control_path_takes_the_same_key_and_meets_no_fault(alli: Emulator, http: httpx.Client) -> None:
    for path in ("/_emulator", FAULTS, REQUESTS):
        assert httpx.get(alli.base_url + path).status_code == 401
        assert httpx.post(alli.base_url + path, json={"status": 500}).status_code == 401
    alli.fault(status=500)
    assert http.get(FAULTS).status_code == 200
    assert len(alli.faults) == 1


def test_the_control_path_says_what_there_is(http: httpx.Client) -> None:
    index = http.get("/_emulator").json()
    assert index["paths"] == [FAULTS, REQUESTS]
    assert index["fault"] == FAULT_SCHEMA
    assert http.put(FAULTS).status_code == 405
    assert http.post(REQUESTS).status_code == 405
    assert http.get("/_emulator/nothing").status_code == 404
