"""A client that knows the public documentation and nothing of this project, written with `requests`.

https://docs.allganize.ai/api-reference/app-market and .../api_documentation/alli-llm-app-market-api
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from alli_emulator import Emulator

from tests.alli_emulator.conftest import INVOICE


class DocumentedClient:
    """Every call as the pages show it: paths, header names, bodies."""

    def __init__(self, host: str, key: str) -> None:
        self.host = host
        self.session = requests.Session()
        self.session.headers["API-KEY"] = key

    def get(self, path: str, **params: Any) -> Any:
        answer = self.session.get(self.host + path, params=params, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def send(self, method: str, path: str, body: Any) -> Any:
        answer = self.session.request(method, self.host + path, json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def stream(self, path: str, **request: Any) -> Iterator[Any]:
        with self.session.post(self.host + path, stream=True, timeout=20, **request) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                if line:
                    yield json.loads(line)


@pytest.fixture
def documented(alli: Emulator) -> Iterator[DocumentedClient]:
    client = DocumentedClient(alli.base_url, alli.api_key)
    yield client
    client.session.close()


@pytest.fixture
def ids(documented: DocumentedClient) -> dict[str, str]:
    return {app["name"]: app["id"] for app in documented.get("/webapi/apps", published="true")["result"]}


def test_it_lists_apps_in_both_ways(documented: DocumentedClient) -> None:
    old = documented.get("/webapi/apps", published="true")["result"]
    summary = next(app for app in old if app["name"] == "Summary")
    assert [field["value"] for field in summary["inputs"]] == ["text", "tone"]
    first = documented.get("/webapi/v2/apps", pageSize=2)
    second = documented.get("/webapi/v2/apps", pageSize=2, cursor=first["cursor"])
    assert [app["id"] for app in first["apps"] + second["apps"]] == [app["id"] for app in old[:4]]


def test_it_runs_an_app_at_once_and_streamed(documented: DocumentedClient, ids: dict[str, str]) -> None:
    path = f"/webapi/apps/{ids['글자 수']}/run"
    done = documented.send("POST", path, {"mode": "sync", "inputs": {"content": "가나다"}})["result"]
    records = list(documented.stream(path, json={"mode": "stream", "inputs": {"content": "가나다"}}))
    assert done["responses"][0]["message"] == "공백 포함 3자, 공백 제외 3자, 낱말 1개, 원고지 1매"
    assert records[-1]["result"]["responses"][0]["message"] == done["responses"][0]["message"]
    assert len(records) > 2


def test_it_talks_with_an_app_by_forms(documented: DocumentedClient, ids: dict[str, str]) -> None:
    path = f"/webapi/v2/apps/{ids['Equipment request']}/run_conversation"
    first = list(documented.stream(path, files={"message": (None, "hello")}))
    conversation = (None, first[0]["result"]["conversation"]["id"])
    list(documented.stream(path, files={"conversationId": conversation, "choices": (None, "[0, 2]")}))
    form = (None, json.dumps({"name": "이순신", "quantity": 2}))
    last = list(documented.stream(path, files={"conversationId": conversation, "sendFormInput": form}))
    assert "Ordered: 2 × Laptop and Headset, 4 pieces" in last[-1]["result"]["responses"][0]["message"]


def test_it_uploads_a_file_in_a_conversation(documented: DocumentedClient, ids: dict[str, str]) -> None:
    path = f"/webapi/v2/apps/{ids['Invoice check']}/run_conversation"
    files = [("message", (None, "check this")), ("files", ("송장.csv", INVOICE, "text/csv"))]
    last = list(documented.stream(path, files=files))[-1]
    assert last["type"] == "final_replaced_message"
    assert "442.00" in last["content"]


def test_it_creates_changes_and_runs_an_app(documented: DocumentedClient) -> None:
    made = documented.send(
        "POST",
        "/webapi/apps",
        {
            "type": "single_action", "name": "Letter", "description": "writes", "category": "HR",
            "published": True, "enabled": True,
            "single_action_app_input": {
                "name": "Letter", "inputs": [{"name": "To", "value": "to", "input_type": "text", "options": []}],
                "messages": [{"role": "system", "content": "Write to {{to}}."}],
            },
        },
    )["result"]["id"]  # fmt: skip
    changed = documented.send("PATCH", f"/webapi/v2/apps/{made}", {"description": "writes letters"})
    assert (changed["name"], changed["description"]) == ("Letter", "writes letters")
    assert documented.get("/webapi/apps", id=made)["result"][0]["description"] == "writes letters"
    result = documented.send("POST", f"/webapi/apps/{made}/run", {"inputs": {"to": "Desk"}})["result"]
    assert result["responses"][0]["message"] == "Write to Desk."


def test_it_uses_the_older_conversation_calls_and_the_config(documented: DocumentedClient) -> None:
    started = documented.send("POST", "/webapi/start_conversation", {"placement": "equipment"})
    assert started["errors"] is None
    conversation_id = started["result"]["conversation"]["id"]
    chat = {"conversationId": conversation_id, "message": "a laptop, please"}
    assert documented.send("POST", "/webapi/send_chat", chat)["errors"] is None
    assert documented.send("POST", "/webapi/end_conversation_by_agent", {"id": conversation_id})["errors"] is None
    documented.send("PATCH", "/webapi/v2/cognitive_config", {"useAnswerCache": True})
    assert documented.get("/webapi/v2/cognitive_config")["useAnswerCache"] is True


def test_it_runs_a_skill(documented: DocumentedClient, alli: Emulator, ids: dict[str, str]) -> None:
    skill_id = next(app.skill_id for app in alli.apps if app.id == ids["Summary"])
    answer = documented.send("POST", "/webapi/skill", {"id": skill_id, "text": "Only this.", "variables": {}})
    assert answer["result"] == "Only this."


def test_a_wrong_key_is_refused(documented: DocumentedClient) -> None:
    documented.session.headers["API-KEY"] = "wrong"
    with pytest.raises(requests.HTTPError) as caught:
        documented.get("/webapi/v2/apps")
    assert caught.value.response.json()["error"]["name"] == "INVALID_TOKEN"


def test_the_documented_errors_are_those_of_the_page() -> None:
    with Emulator(profile="documented") as alli:
        documented = DocumentedClient(alli.base_url, "wrong")
        answer = documented.session.get(alli.base_url + "/webapi/apps", timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (403, 7001)
        documented.session.close()
