"""Answers, passages, highlights and tools by the SDK's own clients, from the documents and apps that the emulator holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from alli import Alli, NotFoundError
from alli_emulator import AppInput, AppRun, Emulator

LEAVE = "Everybody has 15 days of leave.\nThey end in March.\n\nHalf a day counts as half."
TRAVEL = "Trains are booked by the office.\fHotels cost 120 at most, also in 서울."


@pytest.fixture
def client(alli: Emulator) -> Iterator[Alli]:
    alli.documents.add("leave.txt", LEAVE, hashtags=["hr"])
    alli.documents.add("travel.txt", TRAVEL, hashtags=["it"], folder_id="F")
    alli.documents.add("unread.txt", "Hotels are free.", states=["parsing"])
    alli.documents.add("scan.pdf", b"%PDF\xff hotels")
    with Alli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as made:
        yield made


def test_an_answer_is_what_the_documents_say(client: Alli) -> None:
    answer = client.answers.generate("How many days of leave?", citations=True, citation_text=True)
    assert (answer.text, answer.intent) == ("Everybody has 15 days of leave.\nThey end in March.", "SEARCH")
    first = answer.citations[0]
    assert (first.title, first.page, first.text) == ("leave.txt", 1, answer.text)
    assert not client.answers.generate("leave").citations
    assert client.answers.generate("leave", search_from=["web"]).text.startswith("I found nothing")
    assert client.answers.generate("hotels", hashtags={"docsExclude": ["it"]}).text.startswith("I found nothing")


def test_a_streamed_answer_comes_word_by_word(client: Alli) -> None:
    with client.answers.stream("What do hotels cost?", citations=True) as stream:
        pieces = [event.text for event in stream if event.type == "text.delta"]
        answer = stream.result()
    assert pieces == ["Hotels ", "cost ", "120 ", "at ", "most, ", "also ", "in ", "서울."]
    assert answer.text == "Hotels cost 120 at most, also in 서울."
    assert [(one.title, one.page) for one in answer.citations] == [("travel.txt", 2)]


def test_a_thread_belongs_to_a_user_and_knows_what_was_asked(alli: Emulator, client: Alli) -> None:
    assert client.answers.generate("leave").thread_id is None
    ada = client.with_options(user_id="ada")
    assert ada.answers.generate("leave").thread_id
    thread = ada.answers.thread()
    assert thread.ask("Tell me about hotels").follow_up_question is None
    answer = thread.ask("And there?")
    assert (answer.thread_id, answer.follow_up_question) == (thread.id, "Tell me about hotels And there?")
    assert answer.text.startswith("Hotels cost")
    other = client.with_options(user_id="bob").answers.thread(thread.id)
    assert other.ask("And there?").follow_up_question is None
    alli.reset()
    assert thread.ask("And there?").follow_up_question is None


@pytest.mark.parametrize(("profile", "name"), [("observed", "clue_id"), ("documented", "clueId")])
def test_clues_are_spelled_as_seen_or_as_printed(
    connect: Callable[[Emulator], httpx.Client], profile: str, name: str
) -> None:
    with Emulator(profile=profile) as alli:  # type: ignore[arg-type]
        alli.documents.add("leave.txt", LEAVE)
        answer = connect(alli).post("/webapi/generative_answer", json={"query": "leave", "clues": True}).json()
    assert name in answer["clues"][0]
    assert '"blocks"' in answer["answer"]
    assert alli.violations == []


def test_passages_fit_the_question_best_first(client: Alli) -> None:
    found = list(client.retrieval.search("How many days of leave, or half a day?"))
    assert [(one.ranking, one.title, one.page_no) for one in found] == [(1, "leave.txt", 1), (2, "leave.txt", 1)]
    assert len(list(client.retrieval.search("days leave half", limit=1))) == 1
    assert [one.title for one in client.retrieval.search("hotels")] == ["travel.txt"]
    assert list(client.retrieval.search("hotels", hashtags=["hr"])) == []
    assert list(client.retrieval.search("hotels", exclude_hashtags=["it"])) == []
    assert list(client.retrieval.search("hotels", target_folders=["G"])) == []
    assert len(list(client.retrieval.search("hotels", target_folders=["F"]))) == 1
    client.documents.delete(next(one.id for one in client.documents.search("travel")))
    assert list(client.retrieval.search("hotels")) == []


def test_a_highlight_is_where_the_clue_stands(client: Alli) -> None:
    (clue, *_) = client.answers.generate("days of leave", citations=True).citations
    assert clue.clue_id is not None
    highlight = client.highlights.get(clue.clue_id)
    assert (highlight.type, len(highlight.bboxes)) == ("PARAGRAPH", 2)
    with pytest.raises(NotFoundError):
        client.highlights.get("unknown")


def test_tools_are_the_single_action_apps() -> None:
    with Emulator(builtin=False) as alli, Alli(api_key=alli.api_key, base_url=alli.base_url) as client:

        @alli.app(name="Sum up", type="single_action", inputs=[AppInput("text", "Text", "paragraph")])
        def sum_up(run: AppRun) -> str:
            return ""

        alli.app(name="Talk", type="campaign")(lambda run: "")
        (tool,) = client.apps.tools()
    assert (tool.id, tool.display_name) == (sum_up.id, "Sum up")
    assert [(one.name, one.type) for one in tool.single_action_inputs or ()] == [("text", "paragraph")]
    assert alli.violations == []
