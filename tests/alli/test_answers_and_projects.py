"""Generated answers and their threads; projects and hashtags."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from alli import Answer, APIStatusError, InvalidArgumentError
from alli_emulator import Emulator, RequestRecord

from tests.alli.client_kind import ClientKind

PATH = "/webapi/generative_answer"
CLUES = [{"clue_id": "c1", "page_no": 3, "kb_id": "k"}, {"clueId": "c2", "pageNo": 4, "kbId": "l"}]


def connected(kind: ClientKind, emulator: Emulator) -> Any:
    return kind.make(api_key=emulator.api_key, base_url=emulator.base_url, user_id="emp-7")


@pytest.mark.parametrize("envelope", [False, True])
async def test_an_answer_has_its_parts_in_both_spellings_and_asks_for_markdown(
    client_kind: ClientKind, emulator: Emulator, envelope: bool
) -> None:
    answer = {"answer": "**15** days", "intent": "SEARCH", "clues": CLUES, "threadId": "t1", "fuQuestion": "leave?"}
    emulator.answer("POST", PATH, json={"result": answer} if envelope else answer, undocumented=True)
    client = connected(client_kind, emulator)
    found = await client_kind.get(client.answers.generate("How many days?", citations=True))
    assert isinstance(found, Answer)
    assert (found.text, found.intent, found.thread_id) == ("**15** days", "SEARCH", "t1")
    assert found.follow_up_question == "leave?"
    assert [(one.clue_id, one.page, one.document_id) for one in found.citations] == [("c1", 3, "k"), ("c2", 4, "l")]
    (request,) = emulator.requests
    assert request.json == {"query": "How many days?", "clues": True, "mode": "sync", "answerFormat": "MARKDOWN"}
    assert "days" not in repr(found)


async def test_an_answer_that_is_bare_text_is_not_an_empty_one(client_kind: ClientKind, emulator: Emulator) -> None:
    emulator.answer("POST", PATH, json="15 days", undocumented=True)
    found = await client_kind.get(connected(client_kind, emulator).answers.generate("How many days?"))
    assert (found.text, found.raw) == ("15 days", "15 days")


async def test_a_streamed_answer_is_deltas_that_end_in_the_same_class(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    deltas = [
        {"answer": piece, "clues": CLUES, "intent": "SEARCH", "threadId": "t1"} for piece in ("15 ", "일", "입니다")
    ]
    emulator.answer("POST", PATH, records=deltas)
    async with client_kind.entered(connected(client_kind, emulator).answers.stream("?")) as stream:
        pieces = [event.text async for event in client_kind.each(stream) if event.type == "text.delta"]
        answer = await client_kind.get(stream.result())
    assert pieces == ["15 ", "일", "입니다"]
    assert isinstance(answer, Answer)
    assert (answer.text, answer.intent, answer.thread_id) == ("15 일입니다", "SEARCH", "t1")
    assert len(answer.citations) == 2


async def test_a_thread_keeps_its_id_from_query_to_query(client_kind: ClientKind, emulator: Emulator) -> None:
    def answer(request: RequestRecord) -> object:
        return {"answer": "ok", "threadId": request.json["threadId"]}

    emulator.answer("POST", PATH, json=answer)
    client = connected(client_kind, emulator)
    thread = client.answers.thread()
    assert uuid.UUID(thread.id)
    for query in ("one", "two"):
        assert (await client_kind.get(thread.ask(query))).thread_id == thread.id
    assert [request.json["threadId"] for request in emulator.requests] == [thread.id] * 2
    assert all(request.json["isStateful"] for request in emulator.requests)
    assert client.answers.thread("t9").id == "t9"
    with pytest.raises(InvalidArgumentError, match="thread_id must be the id of a thread"):
        client.answers.thread("")


async def test_the_secret_of_a_project_is_in_no_repr(client_kind: ClientKind, emulator: Emulator) -> None:
    emulator.answer("GET", "/webapi/v2/projects", json=[{"id": "p", "name": "Demo", "cognitiveSearchApiKey": "SECRET"}])
    (project,) = found = await client_kind.get(connected(client_kind, emulator).projects.list())
    assert project.cognitive_search_api_key == "SECRET"
    assert "SECRET" not in repr(found)


@pytest.mark.parametrize("wrong", [{"result": []}, {"result": "x"}])
async def test_hashtags_are_numbers_by_name(client_kind: ClientKind, emulator: Emulator, wrong: Any) -> None:
    client = connected(client_kind, emulator)
    emulator.answer("GET", "/webapi/hashtags", json={"result": {"hr": 3, "it": 0}})
    assert await client_kind.get(client.hashtags.list()) == {"hr": 3, "it": 0}
    emulator.answer("GET", "/webapi/hashtags", json=wrong, undocumented=True)
    with pytest.raises(APIStatusError):
        await client_kind.get(client.hashtags.list())


async def test_passages_come_bare_and_under_result_and_the_limit_in_both_spellings(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    passage = {"ranking": 1, "title": "Leave", "text": "15 days", "page_no": 2}
    client = connected(client_kind, emulator)
    for answer in ({"result": [passage]}, [passage]):
        emulator.answer("POST", "/webapi/retrieval", json=answer, undocumented=True)
        (found,) = await client_kind.get(client.retrieval.search("leave", limit=1))
        assert (found.ranking, found.title, found.text, found.page_no) == (1, "Leave", "15 days", 2)
        assert "15 days" not in repr(found)
        assert emulator.requests[-1].json == {"question": "leave", "maxDocumentClues": 1, "max_document_clues": 1}
