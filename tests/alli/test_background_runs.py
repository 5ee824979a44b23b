"""Runs that go on while nobody waits: started, followed, taken up by their id, stopped."""

from __future__ import annotations

from typing import Any

import pytest
from alli import APIStatusError, InvalidArgumentError, JobFailedError, WaitTimeoutError
from alli._jobs import background
from alli_emulator import Emulator, RequestRecord

from tests.alli.client_kind import ClientKind

BEFORE = [{"id": f"b{n}", "sender": "USER" if n % 2 else "BOT", "message": f"before {n}"} for n in range(103)]


class Conversation:
    """What a conversation holds, and how often it says that a run goes on."""

    def __init__(self, emulator: Emulator, before: list[dict[str, Any]], running: int, said: list[str]) -> None:
        self.chats = [*before]
        self.running = running
        self.asked = 0
        self.said = said
        self.starts: list[Any] = []
        emulator.answer("POST", "/webapi/apps/{app_id}/run", json=self._start)
        emulator.answer("GET", "/webapi/v2/conversations/{conversation_id}/running", json=self._is_running)
        emulator.answer("GET", "/webapi/v2/conversations/{conversation_id}/chats", json=self._chats)
        emulator.answer("POST", "/webapi/v2/conversations/{conversation_id}/stop")

    def _start(self, request: RequestRecord) -> object:
        self.starts.append(request.json)
        self.chats.append({"id": "u", "sender": "USER", "message": "the question"})
        return {"result": {"conversation": {"id": "CONV=="}}}

    def _is_running(self, request: RequestRecord) -> object:
        self.asked += 1
        if self.said and self.asked > 1:
            self.chats.append({"id": f"a{self.asked}", "sender": "BOT", "message": self.said.pop(0)})
        return {"isRunning": self.asked <= self.running}

    def _chats(self, request: RequestRecord) -> object:
        first = (int(request.query_params.get("pageNo", "1")) - 1) * 100
        return {"chats": self.chats[first : first + 100]}


def connected(kind: ClientKind, emulator: Emulator) -> Any:
    return kind.make(api_key=emulator.api_key, base_url=emulator.base_url)


async def test_a_run_is_started_once_and_its_answer_is_what_was_said_since(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    conversation = Conversation(emulator, [], running=3, said=["Half", "The rest"])
    client = connected(client_kind, emulator)
    run = await client_kind.get(client.apps.start("a1", {"text": "x"}))
    result = await client_kind.get(run.result(interval=0.01))
    assert result.text == "Half\n\nThe rest"
    assert result.conversation_id == run.conversation_id == run.id == "CONV=="
    assert conversation.starts == [{"inputs": {"text": "x"}, "mode": "background"}]
    assert await client_kind.get(run.done())


async def test_a_run_in_a_conversation_of_a_hundred_messages_gives_what_came_after_them(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    Conversation(emulator, BEFORE, running=2, said=["New"])
    client = connected(client_kind, emulator)
    run = await client_kind.get(client.apps.start("a1", conversation_id="CONV=="))
    assert run.id == "CONV==:103"
    # Another process knows no more than the id.
    other = connected(client_kind, emulator).apps.background(run.id)
    assert (await client_kind.get(other.result(interval=0.01))).text == "New"


async def test_progress_is_told_whenever_there_is_more(client_kind: ClientKind, emulator: Emulator) -> None:
    Conversation(emulator, [], running=4, said=["One", "Two"])
    client = connected(client_kind, emulator)
    run = await client_kind.get(client.apps.start("a1"))
    seen: list[str] = []
    await client_kind.get(run.result(on_progress=lambda result: seen.append(result.text), interval=0.01))
    assert seen == ["One", "One\n\nTwo"]


async def test_a_listener_may_be_a_coroutine_function_for_the_async_client_alone(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    Conversation(emulator, [], running=3, said=["One"])
    run = await client_kind.get(connected(client_kind, emulator).apps.start("a1"))
    seen: list[str] = []

    async def listen(result: Any) -> None:
        seen.append(result.text)

    if client_kind.is_async:
        await run.result(on_progress=listen, interval=0.01)
        assert seen == ["One"]
    else:
        with pytest.raises(InvalidArgumentError, match="Alli takes a plain function"):
            run.result(on_progress=listen, interval=0.01)


async def test_a_run_that_has_not_begun_is_waited_for(client_kind: ClientKind, emulator: Emulator) -> None:
    """Nothing runs yet and nothing was said: that is not the end."""
    Conversation(emulator, [], running=0, said=["Late"])
    client = connected(client_kind, emulator)
    run = await client_kind.get(client.apps.start("a1"))
    assert await client_kind.get(run.status()) == "silent"
    assert (await client_kind.get(run.result(interval=0.01))).text == "Late"


async def test_a_run_of_which_nothing_is_heard_ends_with_what_can_not_be_known(
    client_kind: ClientKind, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "SILENCE", 0.05)
    Conversation(emulator, [], running=0, said=[])
    run = await client_kind.get(connected(client_kind, emulator).apps.start("a1"))
    with pytest.raises(JobFailedError, match="may have ended without a word, or may not have begun") as caught:
        await client_kind.get(run.result(interval=0.01))
    assert caught.value.outcome_unknown
    assert caught.value.conversation_id == "CONV=="


async def test_a_run_that_was_seen_running_may_end_without_a_word(client_kind: ClientKind, emulator: Emulator) -> None:
    Conversation(emulator, [], running=2, said=[])
    run = await client_kind.get(connected(client_kind, emulator).apps.start("a1"))
    assert (await client_kind.get(run.result(interval=0.01))).text == ""


async def test_a_timeout_leaves_the_run_alone_and_says_how_to_go_on(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    Conversation(emulator, [], running=10**6, said=[])
    run = await client_kind.get(connected(client_kind, emulator).apps.start("a1"))
    with pytest.raises(WaitTimeoutError, match=r"client\.apps\.background\('CONV=='\)\.result\(\)"):
        await client_kind.get(run.result(timeout=0.05, interval=0.01))
    assert not [request for request in emulator.requests if request.path.endswith("/stop")]
    assert await client_kind.get(run.status()) == "running"


async def test_a_stopped_run_gives_what_was_said_by_then(client_kind: ClientKind, emulator: Emulator) -> None:
    conversation = Conversation(emulator, [], running=0, said=[])
    run = await client_kind.get(connected(client_kind, emulator).apps.start("a1"))
    await client_kind.get(run.stop())
    assert [request.path for request in emulator.requests][-1] == "/webapi/v2/conversations/CONV==/stop"
    assert (await client_kind.get(run.result())).text == ""
    assert conversation.asked == 1


async def test_an_answer_that_names_no_conversation_leaves_the_outcome_unknown(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    emulator.answer("POST", "/webapi/apps/{app_id}/run", json={"result": {"responses": []}})
    with pytest.raises(APIStatusError, match="did not name the run's conversation") as caught:
        await client_kind.get(connected(client_kind, emulator).apps.start("a1"))
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("run_id", ["", ":3", "CONV:x", "CONV:-1", None, 7])
def test_what_is_not_the_id_of_a_run_is_refused(client_kind: ClientKind, run_id: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="run_id must be the `.id` of a background run"):
        client_kind.make().apps.background(run_id)


@pytest.mark.parametrize("arguments", [{"timeout": 0}, {"timeout": "1"}, {"interval": -1}, {"interval": True}])
async def test_a_wait_without_a_length_is_refused(client_kind: ClientKind, arguments: dict[str, Any]) -> None:
    run = client_kind.make(base_url="http://127.0.0.1:1").apps.background("CONV==")
    with pytest.raises(InvalidArgumentError, match="must be a number of seconds above 0"):
        await client_kind.get(run.result(**arguments))
