"""Requests read as people think of them."""

from __future__ import annotations

import json
from urllib.parse import quote

import httpx
from alli_emulator import Emulator


def test_a_path_is_decoded_whatever_the_client_encodes(alli: Emulator, http: httpx.Client) -> None:
    app = alli.app(name="Odd", id="a/b+c==")(lambda run: "x")
    http.post(f"/webapi/apps/{quote(app.id, safe='')}/run", json={"inputs": {"a": "b"}})
    http.post("/webapi/apps/a/b+c==/run", json={"inputs": {"a": "b"}})
    for record in alli.requests:
        assert record.path == f"/webapi/apps/{app.id}/run"
        assert (record.operation, record.app, record.path_params) == ("run_app", app, {"app_id": app.id})
    assert [one.raw_path for one in alli.requests] == ["/webapi/apps/a%2Fb%2Bc%3D%3D/run", "/webapi/apps/a/b+c==/run"]


def test_a_user_is_decoded(alli: Emulator, http: httpx.Client) -> None:
    http.get("/webapi/v2/apps", headers={"OWN-USER-ID": "base64:6rmA"})
    http.get("/webapi/v2/apps")
    assert [one.user_id for one in alli.requests] == ["김", None]


def test_json_is_the_body_or_the_part_of_a_run_with_files(alli: Emulator, http: httpx.Client) -> None:
    run = f"/webapi/apps/{alli.apps[0].id}/run"
    http.post(run, json={"inputs": {"text": "A."}})
    http.post(
        run, data={"json": json.dumps({"inputs": {"text": "B."}})}, files={"CARD": ("card.png", b"\x89P", "image/png")}
    )
    http.post(run, content=b"no json")
    first, second, third = alli.requests
    assert first.json["inputs"] == {"text": "A."}
    # As one writes it with requests and httpx.
    assert first.json() == {"inputs": {"text": "A."}}
    assert second.json == {"inputs": {"text": "B."}}
    assert (third.json, third.body) == (None, b"no json")
    card = second.files["CARD"]
    assert (card.filename, card.content_type, card.size, card.content) == ("card.png", "image/png", 2, b"\x89P")
    assert (not first.form, not first.files) == (True, True)


def test_a_form_reads_by_name(alli: Emulator, http: httpx.Client) -> None:
    parts = [("message", (None, "hi")), ("files", ("a.txt", b"a")), ("files", ("b.txt", b"bb"))]
    http.post(f"/webapi/v2/apps/{alli.apps[0].id}/run_conversation", files=parts)
    record = alli.requests[0]
    assert record.form["message"] == "hi"
    assert [one.filename for one in record.files.getlist("files")] == ["a.txt", "b.txt"]
    assert [one.name for one in record.parts] == ["message", "files", "files"]


def test_a_query_reads_by_name(alli: Emulator, http: httpx.Client) -> None:
    http.get("/webapi/v2/apps?searchTerm=%EA%B9%80&categories=HR&categories=LEGAL")
    assert alli.requests[0].query_params["searchTerm"] == "김"
    assert alli.requests[0].query_params.getlist("categories") == ["HR", "LEGAL"]


def test_the_repr_helps_in_a_failing_assert_and_shows_no_text_and_no_key(alli: Emulator, http: httpx.Client) -> None:
    app = alli.app(name="Desk")(lambda run: "x")
    http.post(f"/webapi/apps/{app.id}/run", json={"inputs": {"text": "s3cret"}}, headers={"OWN-USER-ID": "emp-7"})
    talk = f"/webapi/v2/apps/{app.id}/run_conversation"
    http.post(talk, files=[("message", (None, "s3cret")), ("files", ("a.txt", b"a"))])
    http.get("/webapi/v2/nothing%0Aforged")
    assert [repr(one) for one in alli.requests] == [
        f"<POST /webapi/apps/{app.id}/run -> 200, operation=run_app, app='Desk', user_id='emp-7', json keys: inputs>",
        f"<POST {talk} -> 200, operation=run_conversation, app='Desk', form: message, files: files>",
        "<GET /webapi/v2/nothing\\nforged -> 404, operation=None>",
    ]
    alli.reset()


def test_a_skill_and_a_conversation_name_their_app(alli: Emulator, http: httpx.Client) -> None:
    app = alli.app(name="Desk", type="campaign", placement="desk")(lambda run: "x")
    http.post("/webapi/skill", json={"id": app.skill_id, "text": "a"})
    started = http.post("/webapi/start_conversation", json={"placement": "desk"}).json()["result"]["conversation"]["id"]
    http.post("/webapi/send_chat", json={"conversationId": started, "message": "a"})
    http.post("/webapi/end_conversation_by_agent", json={"id": started})
    assert [(one.operation, one.app) for one in alli.requests] == [
        ("run_skill", app),
        ("start_conversation", app),
        ("send_chat", app),
        ("end_conversation", app),
    ]
