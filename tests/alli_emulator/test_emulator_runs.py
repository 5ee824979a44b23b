"""Runs: sync, streamed, in the background, with files; skills."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from alli_emulator import AppFailure, AppRun, Citation, Emulator, FormField, Reply, RequestRecord, Step

from tests.alli_emulator.conftest import INVOICE, Talk, messages
from tests.waiting import eventually


def stream(http: httpx.Client, app_id: str, **body: Any) -> list[Any]:
    answer = http.post(f"/webapi/apps/{app_id}/run", json={"mode": "stream", **body})
    assert answer.headers["content-type"] == "application/stream+json"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_app_of_ones_own_gets_inputs_message_and_user(alli: Emulator, http: httpx.Client) -> None:
    seen: list[AppRun] = []

    @alli.app(name="Echo")
    def echo(run: AppRun) -> str:
        seen.append(run)
        return f"{run.text_input('word')} / {run.message}"

    user = "base64:" + base64.b64encode("사용자".encode()).decode()
    body = {"inputs": {"word": "말"}, "chat": {"message": "hi"}, "model": "sync", "conversationId": ""}
    answer = http.post(f"/webapi/apps/{echo.id}/run", json=body, headers={"OWN-USER-ID": user})
    result = answer.json()["result"]
    assert messages(result) == ["말 / hi"]
    assert (result["id"], result["name"], result["type"], result["category"]) == (
        echo.id,
        "Echo",
        "single_action",
        "General",
    )
    assert seen[0].user_id == "사용자"
    assert "말" not in repr(seen[0])


def test_a_stream_grows_by_snapshots_and_ends_completed(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Bits")
    def bits(run: AppRun) -> Iterator[Step]:
        yield "가"
        yield "나다"
        yield Reply("라", new_message=True)

    records = stream(http, bits.id)
    assert [messages(record["result"]) for record in records] == [
        [],
        ["가"],
        ["가나다"],
        ["가나다", "라"],
        ["가나다", "라"],
    ]
    assert [one["completed"] for one in records[-2]["result"]["responses"]] == [True, False]
    assert [one["completed"] for one in records[-1]["result"]["responses"]] == [True, True]
    assert records[-1]["result"]["conversation"]["state"] == "end"
    assert len({record["result"]["conversation"]["id"] for record in records}) == 1


def test_each_record_arrives_while_the_app_is_still_at_work(alli: Emulator, http: httpx.Client) -> None:
    go_on = threading.Event()

    @alli.app(name="Slow")
    def slow(run: AppRun) -> Iterator[Step]:
        yield "first"
        assert go_on.wait(10)
        yield " second"

    with http.stream("POST", f"/webapi/apps/{slow.id}/run", json={"mode": "stream"}) as answer:
        lines = answer.iter_lines()
        assert messages(json.loads(next(lines))["result"]) == []
        assert messages(json.loads(next(lines))["result"]) == ["first"]
        go_on.set()
        assert messages(json.loads(next(lines))["result"]) == ["first second"]


def test_a_replacement_is_the_text_of_a_run_and_a_last_record_of_a_conversation(
    alli: Emulator, http: httpx.Client, talk: Talk
) -> None:
    @alli.app(name="Changes its mind", type="agent")
    def changes(run: AppRun) -> Iterator[Step]:
        yield Reply("thinking", replacement="done")

    assert messages(http.post(f"/webapi/apps/{changes.id}/run", json={}).json()["result"]) == ["done"]
    assert [messages(record["result"]) for record in stream(http, changes.id)] == [[], ["thinking"], ["done"]]
    records = talk(changes.id, message="go")
    assert messages(records[-2]["result"]) == ["thinking"]
    assert records[-1] == {"type": "final_replaced_message", "response_index": 0, "content": "done"}


def test_citations_choices_forms_and_errors_stand_with_their_message(alli: Emulator, talk: Talk) -> None:
    @alli.app(name="Rich", type="campaign")
    def rich(run: AppRun) -> Iterator[Step]:
        yield Reply("a", citations=[Citation("rules.pdf", page=3)], choices=["x", "y"], multiple=True)
        yield Reply("b", new_message=True, form=[FormField("name", "Name")], error="half of it failed")

    one, two = talk(rich.id)[-1]["result"]["responses"]
    assert (one["citations"][0]["title"], one["citations"][0]["pageNo"]) == ("rules.pdf", 3)
    assert one["multipleOption"] is True
    assert [option["longOption"] for option in one["chatOptionInfos"]] == ["x", "y"]
    assert two["form"] == [{"name": "name", "label": "Name", "type": "text", "required": True}]
    assert two["error"] == "half of it failed"


def test_an_app_failure_is_an_error_inside_a_200(alli: Emulator, http: httpx.Client, talk: Talk) -> None:
    @alli.app(name="Fails")
    def fails(run: AppRun) -> Iterator[Step]:
        yield "Partial "
        raise AppFailure("no such contract")

    answer = http.post(f"/webapi/apps/{fails.id}/run", json={})
    assert (answer.status_code, answer.json()) == (200, {"error": "no such contract"})
    assert stream(http, fails.id)[-1] == {"error": "no such contract"}
    records = talk(fails.id)
    assert messages(records[-2]["result"]) == ["Partial "]
    assert records[-1] == {"error": "no such contract"}
    skill = http.post("/webapi/skill", json={"id": fails.skill_id, "text": ""}).json()
    assert skill == {"result": "Partial ", "errors": ["no such contract"]}


def test_any_other_exception_of_an_app_is_an_internal_error(
    alli: Emulator, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    @alli.app(name="Breaks")
    def breaks(run: AppRun) -> Iterator[Step]:
        yield "a"
        raise ZeroDivisionError("secret detail")

    answer = http.post(f"/webapi/apps/{breaks.id}/run", json={})
    assert (answer.status_code, answer.json()) == (500, {"errors": "internal error. ZeroDivisionError"})
    assert stream(http, breaks.id)[-1] == {"errors": "internal error. ZeroDivisionError"}
    assert "ZeroDivisionError" in caplog.text


def test_required_variables_are_returned_and_no_others(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Sets")
    def sets(run: AppRun) -> Reply:
        return Reply("ok", variables={"a": 1, "b": [2]})

    result = http.post(f"/webapi/apps/{sets.id}/run", json={"requiredVariables": ["b", "unknown"]}).json()["result"]
    assert result["variables"] == {"b": [2]}
    assert "variables" not in http.post(f"/webapi/apps/{sets.id}/run", json={}).json()["result"]


def test_a_background_run_answers_at_once_and_works_on(alli: Emulator, http: httpx.Client) -> None:
    may_end, ended = threading.Event(), threading.Event()

    @alli.app(name="Long")
    def long(run: AppRun) -> Iterator[Step]:
        assert may_end.wait(10)
        yield Reply("done", variables={"ready": True})
        ended.set()

    result = http.post(f"/webapi/apps/{long.id}/run", json={"mode": "background", "isStateful": True}).json()["result"]
    conversation = alli.conversation(result["conversation"]["id"])
    assert conversation is not None
    assert conversation.variables == {}
    may_end.set()
    assert ended.wait(10)
    # The app may be some steps ahead of what the emulator has done with them.
    assert eventually(lambda: conversation.variables == {"ready": True}, 10)


def test_a_run_takes_files_named_after_their_variables(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Files", type="agent")
    def files(run: AppRun) -> str:
        told = [f"{file.variable}={file.filename}:{file.content_type}:{len(file.read())}" for file in run.files]
        return ", ".join([run.text_input("NOTE"), *told])

    big = b"x" * (5 * 1024 * 1024)
    answer = http.post(
        f"/webapi/apps/{files.id}/run",
        data={"json": json.dumps({"inputs": {"NOTE": "first"}})},
        files={"CARD": ("카드.png", b"\x89PNG", "image/png"), "BIG": ("big.bin", big, "application/octet-stream")},
    )
    assert messages(answer.json()["result"]) == [
        "first, CARD=카드.png:image/png:4, BIG=big.bin:application/octet-stream:5242880"
    ]
    record = alli.requests[-1]
    assert [(part.name, part.filename, part.size) for part in record.parts] == [
        ("json", None, 29),
        ("CARD", "카드.png", 4),
        ("BIG", "big.bin", 5242880),
    ]
    assert record.body_size > len(big) > len(record.body)


def test_a_multipart_run_without_its_json_part_is_refused(http: httpx.Client, app_ids: dict[str, str]) -> None:
    answer = http.post(f"/webapi/apps/{app_ids['Invoice check']}/run", files={"file": ("a.csv", INVOICE, "text/csv")})
    assert (answer.status_code, answer.json()["code"]) == (400, 7003)
    assert "'json'" in answer.json()["message"]


def test_a_skill_runs_by_its_raw_id_and_gives_the_final_text(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Skill", type="campaign")
    def skill(run: AppRun) -> Iterator[Step]:
        yield Reply("draft", replacement=f"{run.message} {run.text_input('name')}")
        yield Reply("bye", new_message=True)

    assert len(skill.skill_id) == 24
    body = {"id": skill.skill_id, "text": "hello", "variables": {"name": "Ada"}}
    assert http.post("/webapi/skill", json=body).json() == {"result": "hello Ada\n\nbye"}
    assert http.post("/webapi/skill", json={**body, "id": "0" * 24}).status_code == 404


def test_a_client_that_leaves_ends_the_answer(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Endless")
    def endless(run: AppRun) -> Iterator[Step]:
        while True:
            yield "more "

    with http.stream("POST", f"/webapi/apps/{endless.id}/run", json={"mode": "stream"}) as answer:
        next(answer.iter_raw())
    record: RequestRecord = alli.requests[-1]
    assert record.wait(10)
    assert record.client_left
