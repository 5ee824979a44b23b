"""Where the pages and the service contradict each other: what each switch of the emulator changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from alli_emulator import AppRun, Emulator

Connect = Callable[[Emulator], httpx.Client]


@pytest.mark.parametrize("key", [None, "", "wrong", "wröng"], ids=["missing", "empty", "wrong", "latin-1"])
def test_a_bad_key_is_told_as_the_service_was_seen_to_tell_it(alli: Emulator, key: str | None) -> None:
    headers = [] if key is None else [(b"API-KEY", key.encode("latin-1"))]
    answer = httpx.get(alli.base_url + "/webapi/v2/apps", headers=headers)
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"},
    )


def test_a_body_that_is_no_json_is_told_as_seen(http: httpx.Client, app_ids: dict[str, str]) -> None:
    for path in (f"/webapi/apps/{app_ids['Summary']}/run", "/webapi/skill", "/webapi/start_conversation"):
        for content in (b"", b"{", b"\xff\xfe"):
            answer = http.post(path, content=content)
            assert (answer.status_code, answer.json()) == (
                400,
                {"result": [], "errors": "content must be JSON deserializable!"},
            )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/webapi/v2/apps"),
        ("PUT", "/webapi/v2/apps/x"),
        ("GET", "/webapi/v2/apps/x/run_conversation"),
        ("GET", "/webapi/apps/x/run"),
        ("GET", "/webapi/skill"),
        ("OPTIONS", "/webapi/send_chat"),
    ],
)
def test_a_wrong_method_is_html_as_seen(http: httpx.Client, method: str, path: str) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.text) == (405, "Method not allowed")
    assert answer.headers["content-type"].startswith("text/html")


def test_an_unknown_path_is_a_404_and_is_not_redirected(http: httpx.Client) -> None:
    for path in ("/", "/webapi/v2/nothing", "/webapi/skill/"):
        assert (http.get(path).status_code, http.get(path).json()) == (404, {"detail": "Not Found"})


def test_the_documented_profile_speaks_as_the_pages_print(connect: Connect) -> None:
    with Emulator(profile="documented") as alli:
        http = connect(alli)
        summary = next(app.id for app in alli.apps if app.name == "Summary")
        key = httpx.get(alli.base_url + "/webapi/apps")
        assert (key.status_code, key.json()["code"], key.json()["type"]) == (403, 7001, "APIError")
        no_json = http.post(f"/webapi/apps/{summary}/run", content=b"{")
        assert (no_json.status_code, no_json.json()["code"]) == (403, 7002)
        method = http.put("/webapi/apps")
        assert (method.status_code, method.json()) == (405, {"error": "Method Not Allowed PUT: /webapi/apps"})
        empty = http.post(f"/webapi/apps/{summary}/run", json={})
        told = {"errors": "internal error. Expecting value: line 1 column 1 (char 0)"}
        assert (empty.status_code, empty.json()) == (500, told)
        invalid = http.get("/webapi/v2/apps?pageSize=0")
        assert (invalid.status_code, invalid.json()["code"]) == (400, 7003)
    assert alli.violations == []


def test_a_run_without_inputs_is_greeted_as_seen(http: httpx.Client, app_ids: dict[str, str]) -> None:
    answer = http.post(f"/webapi/apps/{app_ids['Summary']}/run", json={"inputs": {}})
    assert answer.status_code == 200
    assert answer.json()["result"]["responses"][0]["message"].startswith("Hello!")


def test_answers_may_stand_under_the_old_key_choices(connect: Connect) -> None:
    with Emulator(run_shape="choices") as alli:
        echo = alli.app(name="Echo")(lambda run: run.message)
        result = connect(alli).post(f"/webapi/apps/{echo.id}/run", json={"chat": {"message": "hi"}}).json()["result"]
    assert "responses" not in result
    (choice,) = result["choices"]
    assert (choice["type"], choice["message"], set(choice)) == ("llm", "hi", {"id", "type", "message"})
    assert alli.violations == []


def test_messages_may_be_draftjs_in_a_string(connect: Connect) -> None:
    with Emulator(message_format="draftjs", pace=0) as alli:
        echo = alli.app(name="Echo")(lambda run: "첫 줄\nsecond")
        answer = connect(alli).post(f"/webapi/apps/{echo.id}/run", json={"mode": "stream"})
    last = json.loads(answer.text.splitlines()[-1])["result"]["responses"][0]["message"]
    content = json.loads(last)
    assert content["entityMap"] == {}
    assert [block["text"] for block in content["blocks"]] == ["첫 줄", "second"]
    assert alli.violations == []


def test_the_users_own_message_may_be_echoed(connect: Connect) -> None:
    with Emulator(echo_user=True, pace=0) as alli:

        @alli.app(name="Echo", type="campaign")
        def echo(run: AppRun) -> str:
            return "answer"

        answer = connect(alli).post(f"/webapi/apps/{echo.id}/run", json={"chat": {"message": "question"}})
    items: list[dict[str, Any]] = answer.json()["result"]["responses"]
    assert [(item["sender"], item["message"]) for item in items] == [("USER", "question"), ("BOT", "answer")]


@pytest.mark.parametrize("option", ["profile", "run_shape", "message_format"])
def test_an_unknown_dialect_is_refused_with_the_known_ones(option: str) -> None:
    wrong: dict[str, Any] = {option: "loud"}
    with pytest.raises(ValueError, match=rf"{option} must be one of \w+, \w+"):
        Emulator(**wrong)
