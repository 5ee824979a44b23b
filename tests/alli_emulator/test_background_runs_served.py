"""Background runs by the SDK's own clients: started, followed, taken up by their id, stopped; the conversations they leave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from alli import Alli, NotFoundError, UnprocessableEntityError
from alli_emulator import AppFailure, AppRun, Citation, Emulator, Reply, Step


@pytest.fixture
def client(alli: Emulator) -> Iterator[Alli]:
    with Alli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as made:
        yield made


def test_a_run_goes_on_while_it_is_polled_and_shows_what_it_has_said(alli: Emulator, client: Alli) -> None:
    may_go_on = threading.Semaphore(0)

    @alli.app
    def report(run: AppRun) -> Iterator[Step]:
        may_go_on.acquire(timeout=10)
        yield "First"
        may_go_on.acquire(timeout=10)
        yield Reply("Second", new_message=True, citations=[Citation("rules.pdf", page=3)])

    run = client.apps.start(report.id, message="Write it")
    assert run.status() == "running"
    assert [chat.message for chat in client.conversations.chats(run.conversation_id)] == ["Write it"]
    seen: list[str] = []

    def go_on(result: object) -> None:
        seen.append(str(getattr(result, "text", "")))
        may_go_on.release()

    may_go_on.release()
    other = client.apps.background(run.id)
    assert other.result(on_progress=go_on, interval=0.01, timeout=20).text == "First\n\nSecond"
    assert seen[0] == "First"
    assert run.done()
    assert not client.conversations.is_running(run.conversation_id)
    chats = list(client.conversations.chats(run.conversation_id))
    assert [(chat.sender, chat.message) for chat in chats] == [
        ("USER", "Write it"),
        ("BOT", "First"),
        ("BOT", "Second"),
    ]
    assert [citation.title for citation in chats[-1].citations or ()] == ["rules.pdf"]


def test_a_stopped_run_keeps_what_it_has_said(alli: Emulator, client: Alli) -> None:
    is_left = threading.Event()

    @alli.app
    async def endless(run: AppRun) -> AsyncIterator[Step]:
        try:
            yield "Begun"
            await asyncio.sleep(60)
        finally:
            is_left.set()

    run = client.apps.start(endless.id, message="Go")
    while not [chat for chat in client.conversations.chats(run.conversation_id) if chat.sender == "BOT"]:
        assert client.conversations.is_running(run.conversation_id)
    run.stop()
    assert is_left.is_set()
    assert not client.conversations.is_running(run.conversation_id)
    assert run.result().text == "Begun"
    client.conversations.stop(run.conversation_id)


def test_a_run_that_fails_is_over(alli: Emulator, client: Alli) -> None:
    @alli.app
    def fails(run: AppRun) -> Iterator[Step]:
        yield "So far"
        raise AppFailure("no more")

    run = client.apps.start(fails.id)
    assert run.result(interval=0.01, timeout=20).text == "So far"


def test_a_reset_ends_the_runs(alli: Emulator, client: Alli) -> None:
    is_left = threading.Event()

    @alli.app
    async def endless(run: AppRun) -> str:
        try:
            await asyncio.sleep(60)
        finally:
            is_left.set()
        return ""

    run = client.apps.start(endless.id)
    assert client.conversations.is_running(run.conversation_id)
    alli.reset()
    assert is_left.wait(10)
    with pytest.raises(NotFoundError):
        client.conversations.is_running(run.conversation_id)


def test_chats_come_a_hundred_a_page_and_a_run_reads_on_after_them(alli: Emulator, client: Alli) -> None:
    @alli.app(type="campaign")
    def echo(run: AppRun) -> str:
        return f"You said {run.message}"

    first = client.apps.run(echo.id, message="0", is_stateful=True)
    assert first.conversation_id is not None
    for number in range(1, 60):
        client.apps.run(echo.id, message=str(number), conversation_id=first.conversation_id, is_stateful=True)
    chats = [chat.message for chat in client.conversations.chats(first.conversation_id)]
    assert chats == [text for number in range(60) for text in (str(number), f"You said {number}")]
    assert [one.query_params.get("pageNo") for one in alli.requests[-2:]] == [None, "2"]
    run = client.apps.start(echo.id, message="last", conversation_id=first.conversation_id)
    assert run.result(interval=0.01, timeout=20).text == "You said last"
    with pytest.raises(UnprocessableEntityError):
        list(client.conversations.chats(first.conversation_id, page_no=0))
    details = client.conversations.get(first.conversation_id)
    assert (details.chat_count, len(details.chats or ())) == (122, 20)


def test_conversations_are_listed_the_last_one_first_and_filtered(alli: Emulator, client: Alli) -> None:
    @alli.app(name="Greeter")
    def greeter(run: AppRun) -> Reply:
        return Reply(f"Hello {run.message}", variables={"name": run.message, "seen": 1})

    @alli.app(name="Other", type="campaign")
    def other(run: AppRun) -> str:
        return "Other"

    ada = client.with_options(user_id="ada")
    ids = [
        ada.apps.run(greeter.id, message="Ada").conversation_id,
        client.apps.run(greeter.id, message="Bob").conversation_id,
        client.apps.run(other.id, message="Cy", is_stateful=True).conversation_id,
    ]
    assert [one.id for one in client.conversations.list(page_size=2)] == ids[::-1]
    assert alli.requests[-1].query_params.get("cursor")

    def found(**filters: object) -> list[str]:
        return [one.id for one in client.conversations.list(**filters)]  # type: ignore[arg-type]

    assert found(user_ids=["ada"]) == ids[:1]
    assert found(app_id=greeter.id) == [ids[1], ids[0]]
    assert found(search_term="hello bob") == ids[1:2]
    assert found(active_only=True) == ids[2:]
    assert found(background_running=True) == []
    assert found(category_id="none has one") == []
    first = client.conversations.get(ids[0] or "")
    assert first.last_chat_time is not None
    assert found(last_chat_after=first.last_chat_time) == [ids[2], ids[1]]
    assert found(last_chat_before=first.last_chat_time + 0.0001, user_ids=["ada"]) == ids[:1]
    assert (first.title, first.is_end, first.user and first.user.user_id) == ("Ada", True, "ada")
    assert first.llm_app is not None
    assert first.llm_app.name == "Greeter"
    assert client.conversations.get(ids[0] or "", variables="name").to_dict()["variables"] == {"name": "Ada"}
    with pytest.raises(UnprocessableEntityError):
        found(cursor="made up")
    with pytest.raises(NotFoundError):
        client.conversations.get("unknown")
