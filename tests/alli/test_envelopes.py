"""Answers bare, or in `{"result": …}`: the facade reads each operation in both, as it reads what the pages show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alli_emulator import AppInput, AppRun, Emulator
from alli_emulator.state.passages import best_passages
from alli_emulator.wire.dialect import Dialect, Envelope

from tests.alli.client_kind import ClientKind

pytestmark = pytest.mark.usefixtures("quick_pauses")


@pytest.fixture(params=["documented", "bare", "result"])
def service(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """The service, in each envelope."""
    with Emulator(pace=0, envelope=request.param, builtin=False) as emulator:
        yield emulator
    assert emulator.violations == []


@pytest.fixture
def client(service: Emulator, client_kind: ClientKind) -> Any:
    """A client of it."""
    return client_kind.make(api_key=service.api_key, base_url=service.base_url, user_id="emp-7")


async def test_apps_and_runs_are_read(service: Emulator, client_kind: ClientKind, client: Any) -> None:
    @service.app(name="Rewrite", inputs=[AppInput("text", "Text")])
    def rewrite(run: AppRun) -> str:
        return f"Rewritten: {run.text_input('text')}"

    get = client_kind.get
    assert [app.name async for app in client_kind.each(client.apps.list())] == ["Rewrite"]
    assert (await get(client.apps.get(rewrite.id))).name == "Rewrite"
    assert (await get(client.apps.update(rewrite.id, description="d"))).description == "d"
    assert [app.name for app in await get(client.apps.list_v1())] == ["Rewrite"]
    assert [one.variable for one in await get(client.apps.inputs(rewrite.id))] == ["text"]
    assert [tool.display_name for tool in await get(client.apps.tools())] == ["Rewrite"]
    result = await get(client.apps.run(rewrite.id, {"text": "a line"}))
    assert result.text == "Rewritten: a line"
    assert result.conversation_id
    run = await get(client.apps.start(rewrite.id, {"text": "a line"}))
    assert (await get(run.result(timeout=20))).text == "Rewritten: a line"
    new = {"description": "", "category": "GENERAL", "published": False, "enabled": True}
    created = await get(client.apps.create(type="single_action", name="New", **new))
    assert created.id
    assert (await get(client.skills.run(rewrite.skill_id, "a line"))).text


async def test_conversations_are_read(service: Emulator, client_kind: ClientKind, client: Any) -> None:
    @service.app(name="Chat", type="campaign")
    def chat(run: AppRun) -> str:
        return f"turn {run.conversation.turn}"

    get = client_kind.get
    id = (await get(client.apps.run_conversation(chat.id, "hi"))).conversation_id
    assert [one.id async for one in client_kind.each(client.conversations.list())] == [id]
    assert (await get(client.conversations.get(id))).chat_count == 2
    assert [one.message async for one in client_kind.each(client.conversations.chats(id))] == ["hi", "turn 1"]
    assert await get(client.conversations.is_running(id)) is False
    await get(client.conversations.stop(id))
    started = await get(client.conversations.start())
    await get(client.conversations.send(started.conversation_id, "hi"))
    await get(client.conversations.end(started.conversation_id))


async def test_documents_and_what_is_found_in_them_are_read(
    service: Emulator, client_kind: ClientKind, client: Any
) -> None:
    get = client_kind.get
    document = await get(client.documents.upload(("leave.txt", b"15 days of leave a year."), hashtags=["hr"]))
    assert document.name == "leave.txt"
    assert (await get(client.documents.wait(document.id, timeout=20))).status == "post_completed"
    assert [one.id async for one in client_kind.each(client.documents.search("leave"))] == [document.id]
    assert await get(client.hashtags.list()) == {"hr": 1}
    (passage,) = await get(client.retrieval.search("leave"))
    assert passage.text == "15 days of leave a year."
    answer = await get(client.answers.generate("leave"))
    assert answer.text == "15 days of leave a year."
    (found,) = best_passages("leave", service.documents.all(), 1)
    assert (await get(client.highlights.get(found.clue_id))).type == "PARAGRAPH"
    await get(client.documents.delete(document.id))


async def test_a_second_reading_of_the_upload(client_kind: ClientKind, emulator: Emulator) -> None:
    """The pages show a list of one envelope; a transcription of them says a list of nodes."""
    node = {"id": "n1", "name": "leave.txt"}
    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    for body in ([{"result": node}], [node], {"result": node}, node):
        emulator.answer("POST", "/webapi/v2/knowledge_base_nodes/upload", json=body, undocumented=True)
        document = await client_kind.get(client.documents.upload(("leave.txt", b"text")))
        assert (document.id, document.name) == ("n1", "leave.txt")


async def test_projects_and_the_configuration_are_read(client_kind: ClientKind, client: Any) -> None:
    assert [one.name for one in await client_kind.get(client.projects.list())] == ["Emulator"]
    before = await client_kind.get(client.cognitive_config.get())
    assert "result" not in before
    assert await client_kind.get(client.cognitive_config.update(before)) == before


@pytest.mark.parametrize(
    ("envelope", "shown"),
    [("documented", [1]), ("bare", [1]), ("result", {"result": [1]})],
)
def test_an_answer_without_an_envelope(envelope: Envelope, shown: object) -> None:
    assert Dialect(envelope=envelope).enveloped([1]) == shown


@pytest.mark.parametrize("envelope", ["documented", "bare", "result"])
def test_an_error_in_a_200_keeps_its_form(envelope: Envelope) -> None:
    for told in ({"error": "no"}, {"result": "a", "errors": ["no"]}, {"errors": None}):
        assert Dialect(envelope=envelope).enveloped(told) == told
