"""Conversations with the emulator's apps: stateful runs, and turns by run_conversation."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from alli_emulator import AppRun, Emulator, Reply

from tests.alli_emulator.conftest import Talk, messages


def test_a_stateful_run_goes_on_and_one_that_is_not_is_over(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Counter", type="campaign")
    def counter(run: AppRun) -> str:
        return f"turn {run.conversation.turn}"

    def run(**body: Any) -> httpx.Response:
        return http.post(f"/webapi/apps/{counter.id}/run", json=body)

    first = run(isStateful=True).json()["result"]
    assert first["conversation"]["state"] == "waiting"
    second = run(isStateful=True, conversationId=first["conversation"]["id"], chat={"message": "go on"}).json()[
        "result"
    ]
    assert messages(second) == ["turn 2"]
    assert second["conversation"]["id"] == first["conversation"]["id"]
    kept = alli.conversation(first["conversation"]["id"])
    assert kept is not None
    assert [(chat.sender, chat.message) for chat in kept.chats] == [
        ("BOT", "turn 1"),
        ("USER", "go on"),
        ("BOT", "turn 2"),
    ]
    once = run().json()["result"]["conversation"]
    assert once["state"] == "end"
    assert run(conversationId=once["id"]).json()["code"] == 7003


def test_an_unknown_conversation_is_a_404(http: httpx.Client, app_ids: dict[str, str]) -> None:
    answer = http.post(f"/webapi/apps/{app_ids['Summary']}/run", json={"conversationId": "nope"})
    assert answer.status_code == 404


@pytest.mark.parametrize("call", ["run", "run_conversation"])
def test_a_conversation_of_another_app_is_a_404(
    http: httpx.Client, app_ids: dict[str, str], talk: Talk, call: str
) -> None:
    other = talk(app_ids["Equipment request"])[0]["result"]["conversation"]["id"]
    path = f"/webapi{'/v2' * (call == 'run_conversation')}/apps/{{}}/{call}"
    named: dict[str, Any] = {"files": {"conversationId": (None, other)}}
    if call == "run":
        named = {"json": {"conversationId": other, "chat": {"message": "hi"}}}
    assert http.post(path.format(app_ids["Invoice check"]), **named).status_code == 404
    assert http.post(path.format(app_ids["Equipment request"]), **named).status_code == 200


def test_a_conversation_takes_text_choices_form_and_files(alli: Emulator, talk: Talk) -> None:
    runs: list[AppRun] = []

    @alli.app(name="All of it", type="campaign")
    def all_of_it(run: AppRun) -> Reply:
        runs.append(run)
        told = f"{len(run.files)} files, {sum(len(file.read()) for file in run.files)} bytes"
        return Reply(told, choices=["a", "b", "c"], multiple=True)

    first = talk(all_of_it.id, message="hello")
    conversation = first[0]["result"]["conversation"]["id"]
    second = talk(
        all_of_it.id,
        ("files", ("a.txt", b"aa", "text/plain")),
        ("files", ("b.txt", b"b", "text/plain")),
        ("media_files", ("c.png", b"cccc", "image/png")),
        conversationId=conversation,
        choices="[0, 2]",
        sendFormInput='{"name": "김"}',
    )
    assert second[-1]["result"]["conversation"]["id"] == conversation
    assert second[-1]["result"]["state"] == "waiting"
    assert messages(second[-1]["result"]) == ["3 files, 7 bytes"]
    assert (runs[0].message, runs[0].choices, runs[0].form) == ("hello", (), None)
    assert (runs[1].choices, runs[1].form) == ((0, 2), {"name": "김"})
    assert [file.variable for file in runs[1].files] == ["files", "files", "media_files"]
    talk(all_of_it.id, send_form_input="{}")
    assert runs[2].form == {}


@pytest.mark.parametrize("choices", ["[0]", "[1, 2]", "[-1]", "[7]"])
def test_choices_that_the_last_turn_did_not_offer_are_refused_and_run_nothing(
    alli: Emulator, http: httpx.Client, choices: str
) -> None:
    runs: list[AppRun] = []

    @alli.app(name="Shop", type="campaign")
    def shop(run: AppRun) -> str | Reply:
        runs.append(run)
        return Reply("Which?", choices=["Lamp", "Chair"]) if run.message == "hi" else "Well."

    path = f"/webapi/v2/apps/{shop.id}/run_conversation"
    first = http.post(path, files={"message": (None, "hi")}).text.splitlines()[0]
    conversation = json.loads(first)["result"]["conversation"]["id"]
    # What is offered is over after the next turn.
    before = {"conversationId": (None, conversation), "message": (None, "no" if choices == "[0]" else "hi")}
    http.post(path, files=before)
    refused = http.post(path, files={"conversationId": (None, conversation), "choices": (None, choices)})
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", "choices"]
    assert len(runs) == 2


def test_a_conversation_begins_with_its_id_in_the_first_record(talk: Talk, app_ids: dict[str, str]) -> None:
    first = talk(app_ids["Equipment request"])[0]["result"]
    assert base64.b64decode(first["conversation"]["id"]).startswith(b"Conversation:")
    assert (first["responses"], first["state"]) == ([], "running")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"choices": "[0"}, 400),
        ({"choices": '{"0": 1}'}, 422),
        ({"choices": '["first"]'}, 422),
        ({"sendFormInput": "[1]"}, 422),
        ({"conversationId": "nope"}, 404),
    ],
    ids=["no-json", "object-for-list", "text-for-index", "list-for-object", "unknown-conversation"],
)
def test_a_conversation_refuses_what_the_spec_does_not_allow(
    http: httpx.Client, app_ids: dict[str, str], fields: dict[str, str], status: int
) -> None:
    parts = {name: (None, value) for name, value in fields.items()}
    answer = http.post(f"/webapi/v2/apps/{app_ids['Equipment request']}/run_conversation", files=parts)
    assert answer.status_code == status


def test_a_conversation_is_always_multipart(http: httpx.Client, app_ids: dict[str, str]) -> None:
    path = f"/webapi/v2/apps/{app_ids['Equipment request']}/run_conversation"
    for answer in (http.post(path, data={"message": "hi"}), http.post(path, json={"message": "hi"})):
        assert answer.status_code == 422
        assert "multipart/form-data" in answer.text
    broken = http.post(path, content=b"no parts", headers={"content-type": "multipart/form-data"})
    assert broken.status_code == 422
