"""start_conversation, send_chat, end_conversation_by_agent."""

from __future__ import annotations

import json
from typing import Any

import httpx
from alli_emulator import Emulator


def start(http: httpx.Client, **body: Any) -> Any:
    answer = http.post("/webapi/start_conversation", json=body)
    assert answer.status_code == 200
    return answer.json()


def test_a_conversation_starts_with_the_app_of_its_placement(http: httpx.Client) -> None:
    started = start(http, placement="equipment")
    conversation = started["result"]["conversation"]
    (edge,) = conversation["chats"]["edges"]
    greeting = json.loads(edge["node"]["message"])
    assert greeting["blocks"][0]["text"] == "What do you need?"
    assert edge["node"]["chatOptionInfos"][0]["longOption"] == "Laptop"
    assert started["errors"] is None
    assert start(http)["result"]["conversation"]["id"] != conversation["id"]


def test_an_unknown_placement_is_an_error_inside_a_200(http: httpx.Client) -> None:
    assert list(start(http, placement="nowhere")) == ["errors"]


def test_chats_are_sent_kept_and_answered_by_the_app(alli: Emulator, http: httpx.Client) -> None:
    conversation = start(http)["result"]["conversation"]["id"]
    sent = http.post("/webapi/send_chat", json={"conversationId": conversation, "message": "a headset, please"})
    assert (sent.status_code, sent.json()) == (200, {"errors": None})
    kept = alli.conversation(conversation)
    assert kept is not None
    assert [chat.sender for chat in kept.chats] == ["BOT", "USER", "BOT"]
    assert kept.chats[-1].message == "Headset: please fill in the form."


def test_an_ended_conversation_takes_no_more_chats(http: httpx.Client) -> None:
    conversation = start(http)["result"]["conversation"]["id"]
    assert http.post("/webapi/end_conversation_by_agent", json={"id": conversation}).json() == {"errors": None}
    sent = http.post("/webapi/send_chat", json={"conversationId": conversation, "message": "hello?"})
    assert sent.json() == {"errors": {"message": "the conversation has ended"}}


def test_an_unknown_conversation_is_an_error_inside_a_200(http: httpx.Client) -> None:
    for path, body in (
        ("send_chat", {"conversationId": "nope", "message": "hello?"}),
        ("end_conversation_by_agent", {"id": "nope"}),
    ):
        answer = http.post(f"/webapi/{path}", json=body)
        assert (answer.status_code, answer.json()) == (200, {"errors": {"message": "unknown conversation"}})


def test_an_empty_chat_is_refused(http: httpx.Client) -> None:
    for message in ("", None):
        answer = http.post("/webapi/send_chat", json={"conversationId": "x", "message": message})
        assert (answer.status_code, answer.json()["code"]) == (400, 7003)
        assert "'message'" in answer.json()["message"]
