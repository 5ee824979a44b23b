"""What is written of conversations and documents of the service, beside a service that has some, and odd ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alli import Alli
from alli_emulator import AppRun, Citation, Emulator, Reply
from alli_emulator.state.passages import best_passages

from tests.alli_emulator.odd_service import JSON, Patch, drift, odd_service, rows


@pytest.fixture
def used(alli: Emulator) -> Iterator[Emulator]:
    """A service with a conversation whose messages cite a document."""
    document = alli.documents.add("leave.txt", "Everybody has 15 days of leave a year.")
    (passage,) = best_passages("leave", [document], 1)

    @alli.app(name="HR chat", type="campaign")
    def talk(run: AppRun) -> Reply:
        cited = Citation("leave.txt", clue_id=passage.clue_id, document_id=document.id, text=passage.text, page=1)
        return Reply("15 days.", citations=[cited])

    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        client.apps.run_conversation(talk.id, "How many days of leave?")
    yield alli
    alli.reset()


NEWER = {
    "GET /webapi/hashtags",
    "GET /webapi/v2/conversations",
    "GET /webapi/v2/conversations/{conversation_id}",
    "GET /webapi/v2/conversations/{conversation_id}/chats",
    "GET /webapi/v2/conversations/{conversation_id}/running",
    "GET /webapi/v2/highlights/{clue_id}",
    "GET /webapi/v2/ingestion_status/{kb_id}",
    "GET /webapi/v2/projects",
}


def test_conversations_documents_and_projects_are_asked_with_get_alone(
    used: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(used.requests)
    code, report = drift(capsys, monkeypatch, used.base_url, used.api_key)
    assert code == 0
    assert rows(report, "holds") >= {"13", "43", "45", "47", "52", "53"} | NEWER
    assert report["44"] == "can't tell"  # all messages have text
    assert {one.method for one in used.requests[before:]} == {"GET"}


def test_without_conversations_and_documents_nothing_is_said_of_them(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, report = drift(capsys, monkeypatch, alli.base_url, alli.api_key)
    assert rows(report, "can't tell") >= {"13", "43", "44", "45", "52", "53"}
    assert report["47"] == "holds"
    alli.reset()


CHATS = "/chats"


def in_chats(change: Callable[[list[dict[str, Any]]], object]) -> Patch:
    """Changes the messages of a conversation."""

    def patch(path: str, right: bool, status: int, body: Any) -> tuple[int, str, Any] | None:
        if not (right and status == 200 and path.endswith(CHATS)):
            return None
        change(body["chats"])
        return 200, JSON, body

    return patch


def to_end(end: str, body: Any) -> Patch:
    return lambda path, right, _status, _body: (200, JSON, body) if right and path.endswith(end) else None


PATHS = "/webapi/v2/conversations/{conversation_id}"
ODD_HISTORY: dict[str, tuple[Patch, set[str]]] = {
    "order": (in_chats(lambda chats: chats[0].update(timestamp=chats[-1]["timestamp"] + 9)), {"43"}),
    "many": (in_chats(lambda chats: chats.extend(chats[-1:] * 100)), {"43"}),
    "another-page": (to_end("pageNo=2", {"chats": [{"id": "c"}]}), {"43"}),
    "message": (
        in_chats(lambda chats: chats[0].update(message=["hi"])),
        {"44", f"GET {PATHS}/chats"},
    ),
    "citation": (
        in_chats(lambda chats: [one.pop("clueId") for chat in chats for one in chat["citations"]]),
        {"13"},
    ),
    "running": (to_end("/running", {"running": 1}), {"45", f"GET {PATHS}/running"}),
    "projects": (to_end("/projects", {"result": []}), {"47", "GET /webapi/v2/projects"}),
    "status": (
        lambda path, right, _s, _b: (
            (200, JSON, {"state": "completed"}) if right and "/ingestion_status/" in path else None
        ),
        {"52", "53", "GET /webapi/v2/ingestion_status/{kb_id}"},
    ),
    "state": (
        lambda path, right, _s, body: (
            (200, JSON, {**body, "status": "parsing"}) if right and "/ingestion_status/" in path else None
        ),
        {"53"},
    ),
}


@pytest.mark.parametrize("name", ODD_HISTORY)
def test_a_service_whose_history_differs_in_one_place_is_told_so(
    used: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    patch, expected = ODD_HISTORY[name]
    with odd_service(used, [patch]) as url:
        code, report = drift(capsys, monkeypatch, url, used.api_key)
    assert code == 1
    assert rows(report, "differs") == expected | {"E6", "E7"}


def test_a_message_without_text_shows_that_there_are_such(
    used: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with odd_service(used, [in_chats(lambda chats: chats[0].update(message=None))]) as url:
        _, report = drift(capsys, monkeypatch, url, used.api_key)
    assert report["44"] == "holds"
