"""What the methods mean to a program, called against the emulator: what goes over the wire, and what comes back."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, unquote

import alli
import pytest
from alli import UNSET, AppInput, AppInputOption
from alli_emulator import AppInput as EmulatedInput
from alli_emulator import AppInputOption as EmulatedOption
from alli_emulator import AppRun, Emulator, Reply

from tests.alli.client_kind import ClientKind
from tests.answers import answering
from tests.servers import ScriptedServer


@pytest.fixture
def client(emulator: Emulator, client_kind: ClientKind) -> Any:
    return client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)


@pytest.fixture
def echo(emulator: Emulator) -> str:
    """Id of an app that repeats what it was sent."""

    @emulator.app(
        name="Echo",
        type="single_action",
        category="HR",
        inputs=[
            EmulatedInput("text", "Text", "paragraph", placeholder="say something"),
            EmulatedInput("tone", "Tone", "single", options=[EmulatedOption("Kind", "kind")]),
        ],
    )
    def app(run: AppRun) -> str:
        return f"{run.text_input('tone', 'plain')}: {run.text_input('text') or run.message}"

    return app.id


@pytest.fixture
def desk(emulator: Emulator) -> str:
    """Id of a campaign app that keeps count of the turns of a conversation."""

    @emulator.app(name="Desk", type="campaign", placement="help")
    def app(run: AppRun) -> Reply:
        told = f"turn {run.conversation.turn}: {run.message}{run.choices or ''}{run.form or ''}"
        return Reply(told, choices=["Lamp", "Chair"])

    return app.id


def last(emulator: Emulator) -> tuple[str, str, Any]:
    """Method, decoded path and JSON body (None for none) of the last request."""
    record = emulator.requests[-1]
    body = record.json() if record.headers.get("content-type") == "application/json" and record.body else None
    return record.method, unquote(record.path), body


async def test_apps_are_listed_by_what_is_asked_for(
    emulator: Emulator, client_kind: ClientKind, client: Any, echo: str
) -> None:
    page = await client_kind.get(client.apps.list(search_term="Ech", categories=["HR"], type="single_action"))
    assert [(app.id, app.name, app.type, app.published) for app in page.items] == [
        (echo, "Echo", "single_action", True)
    ]
    assert type(page.items[0]) is alli.App
    assert last(emulator)[:2] == ("GET", "/webapi/v2/apps")
    assert parse_qs(emulator.requests[-1].query) == {
        "searchTerm": ["Ech"],
        "categories": ["HR"],
        "type": ["single_action"],
    }
    names = [app.name async for app in client_kind.each(client.apps.list(published=True, page_size=2))]
    assert sorted(names) == sorted(app.name for app in emulator.apps)


async def test_an_app_is_got_by_its_id(emulator: Emulator, client_kind: ClientKind, client: Any, echo: str) -> None:
    app = await client_kind.get(client.apps.get(echo))
    assert (app.id, app.name, app.category) == (echo, "Echo", "HR")
    assert last(emulator)[:2] == ("GET", f"/webapi/v2/apps/{echo}")


async def test_apps_update_sends_null_for_none_and_nothing_for_what_is_not_given(
    emulator: Emulator, client_kind: ClientKind, client: Any, echo: str
) -> None:
    app = await client_kind.get(client.apps.update(echo, name="Echo 2", description=None, user_permission=None))
    assert last(emulator) == (
        "PATCH",
        f"/webapi/v2/apps/{echo}",
        {"name": "Echo 2", "description": None, "userPermission": None},
    )
    assert (app.name, app.description, app.category) == ("Echo 2", None, "HR")
    await client_kind.get(client.apps.update(echo, published=False, description=UNSET))
    assert last(emulator)[2] == {"published": False}
    permission = {"ownUserIds": ["emp-7"], "customerGroups": [], "viewAccessToUser": True}
    app = await client_kind.get(client.apps.update(echo, user_permission=permission))
    assert last(emulator)[2] == {"userPermission": permission}
    assert app.user_permission.to_dict() == permission
    await client_kind.get(client.apps.update(echo, user_permission=app.user_permission))
    assert last(emulator)[2] == {"userPermission": permission}


async def test_an_app_that_was_created_can_be_got(emulator: Emulator, client_kind: ClientKind, client: Any) -> None:
    wanted: dict[str, Any] = {
        "type": "single_action",
        "name": "Made",
        "description": "by a test",
        "category": "IT",
        "published": True,
        "enabled": True,
    }
    made = await client_kind.get(client.apps.create(**wanted))
    assert last(emulator) == ("POST", "/webapi/apps", wanted)
    assert (await client_kind.get(client.apps.get(made.id))).name == "Made"


async def test_the_first_list_of_apps_has_their_inputs(
    emulator: Emulator, client_kind: ClientKind, client: Any, echo: str
) -> None:
    apps = await client_kind.get(client.apps.list_v1(id=[echo], published=True, user="emp-7", locale="ko"))
    assert isinstance(apps, list)
    assert [(app.id, app.name) for app in apps] == [(echo, "Echo")]
    assert [item.variable for item in apps[0].inputs] == ["text", "tone"]
    assert last(emulator)[:2] == ("GET", "/webapi/apps")
    assert parse_qs(emulator.requests[-1].query) == {
        "id": [echo],
        "published": ["true"],
        "user": ["emp-7"],
        "locale": ["ko"],
    }


async def test_the_inputs_of_an_app_are_those_of_the_first_list(
    client_kind: ClientKind, client: Any, echo: str, desk: str
) -> None:
    text, tone = await client_kind.get(client.apps.inputs(echo))
    assert (type(text), text.variable, text.label, text.input_type) == (AppInput, "text", "Text", "paragraph")
    assert text.placeholder == "say something"
    assert (tone.variable, tone.input_type, type(tone.options[0])) == ("tone", "single", AppInputOption)
    assert [(option.name, option.value) for option in tone.options] == [("Kind", "kind")]
    assert await client_kind.get(client.apps.inputs(desk)) == []
    with pytest.raises(alli.NotFoundError, match="apps.inputs: the service lists no app with this id"):
        await client_kind.get(client.apps.inputs("absent"))


async def test_a_run_gives_the_answer_and_the_id_of_its_request(
    emulator: Emulator, client_kind: ClientKind, client: Any, echo: str
) -> None:
    result = await client_kind.get(client.apps.run(echo, {"text": "hello", "tone": "kind"}))
    assert type(result) is alli.RunResult
    assert (result.text, result.app_id, result.name, result.attempts) == ("kind: hello", echo, "Echo", 1)
    assert result.request_id == emulator.requests[-1].headers["x-request-id"]
    assert last(emulator) == (
        "POST",
        f"/webapi/apps/{echo}/run",
        {"mode": "sync", "inputs": {"text": "hello", "tone": "kind"}},
    )


async def test_a_run_sends_all_that_it_is_given_and_nothing_else(client_kind: ClientKind) -> None:
    answer = answering(200, b'{"result": {"responses": []}}')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(
            client.apps.run(
                "a1",
                {},
                message="look",
                source={"knowledgeBaseIds": ["k1"], "webSites": ("w",)},
                conversation_id="c1",
                is_stateful=False,
                llm_model="gpt-x",
                llm_prompt_id="p1",
                ga_prompt_group_id="g1",
                temperature=0,
                required_variables=("A", "B"),
            )
        )
        await client_kind.get(client.apps.run("a1"))
    assert json.loads(server.requests[0].body) == {
        "mode": "sync",
        "inputs": {},
        "chat": {"message": "look", "source": {"knowledgeBaseIds": ["k1"], "webSites": ["w"]}},
        "conversationId": "c1",
        "isStateful": False,
        "llmModel": "gpt-x",
        "llmPromptId": "p1",
        "gaPromptGroupId": "g1",
        "temperature": 0,
        "requiredVariables": ["A", "B"],
    }
    assert json.loads(server.requests[1].body) == {"mode": "sync"}


async def test_the_pieces_of_a_stream_are_the_text_of_its_result(
    emulator: Emulator, client_kind: ClientKind, client: Any, echo: str
) -> None:
    async with client_kind.entered(client.apps.stream(echo, {"text": "hello"})) as stream:
        events = await client_kind.list(stream)
        result = await client_kind.get(stream.result())
    assert last(emulator)[2] == {"mode": "stream", "inputs": {"text": "hello"}}
    assert events[-1].type == "completed"
    assert "".join(event.text for event in events if event.type == "text.delta") == result.text == "plain: hello"


async def test_a_turn_goes_on_with_the_conversation_of_its_id(
    emulator: Emulator, client_kind: ClientKind, client: Any, desk: str
) -> None:
    first = await client_kind.get(client.apps.run_conversation(desk, "hi"))
    assert first.text == "turn 1: hi"
    turn = client.apps.run_conversation(desk, conversation_id=first.conversation_id, choices=[1], form={"a": 1})
    second = await client_kind.get(turn)
    assert second.text == "turn 2: (1,){'a': 1}"
    assert second.conversation_id == first.conversation_id
    assert last(emulator)[:2] == ("POST", f"/webapi/v2/apps/{desk}/run_conversation")


async def test_a_streamed_turn_knows_its_conversation(client_kind: ClientKind, client: Any, desk: str) -> None:
    async with client_kind.entered(client.apps.stream_conversation(desk, "hi")) as stream:
        text = "".join(await client_kind.list(stream.text_stream))
        assert stream.conversation_id
        assert (await client_kind.get(stream.result())).text == text == "turn 1: hi"


async def test_a_conversation_keeps_its_id_from_turn_to_turn(client_kind: ClientKind, client: Any, desk: str) -> None:
    conversation = client.apps.conversation(desk)
    assert conversation.id is None
    assert (await client_kind.get(conversation.send("one"))).text == "turn 1: one"
    begun = conversation.id
    assert begun
    async with client_kind.entered(conversation.stream("two")) as stream:
        assert (await client_kind.get(stream.result())).text == "turn 2: two"
    assert conversation.id == begun
    again = client.apps.conversation(desk, begun)
    assert (await client_kind.get(again.send("three"))).text == "turn 3: three"


async def test_a_skill_is_sent_its_text_and_its_variables(
    emulator: Emulator, client_kind: ClientKind, client: Any, echo: str
) -> None:
    answer = await client_kind.get(client.skills.run(echo, "hello", {"tone": "kind"}))
    assert type(answer) is alli.SkillResult
    assert answer.text.endswith("hello")
    assert last(emulator) == ("POST", "/webapi/skill", {"id": echo, "text": "hello", "variables": {"tone": "kind"}})
    assert answer.request_id


@pytest.mark.usefixtures("desk")
async def test_conversations_start_send_and_end(emulator: Emulator, client_kind: ClientKind, client: Any) -> None:
    started = await client_kind.get(client.conversations.start("help"))
    assert last(emulator) == ("POST", "/webapi/start_conversation", {"placement": "help"})
    assert type(started) is alli.ConversationResult
    assert started.conversation_id
    await client_kind.get(client.conversations.send(started.conversation_id, "hello"))
    assert last(emulator) == (
        "POST",
        "/webapi/send_chat",
        {"conversationId": started.conversation_id, "message": "hello"},
    )
    await client_kind.get(client.conversations.end(started.conversation_id))
    assert last(emulator) == ("POST", "/webapi/end_conversation_by_agent", {"id": started.conversation_id})
    kept = emulator.conversation(started.conversation_id)
    assert kept is not None
    assert kept.ended


async def test_conversations_start_without_a_placement(
    emulator: Emulator, client_kind: ClientKind, client: Any
) -> None:
    assert (await client_kind.get(client.conversations.start())).conversation_id
    assert last(emulator)[2] == {}


async def test_what_is_updated_in_the_cognitive_config_stays(
    emulator: Emulator, client_kind: ClientKind, client: Any
) -> None:
    assert await client_kind.get(client.cognitive_config.get()) == {}
    fields = {"answerTone": "kind", "limit": 3, "off": None}
    assert await client_kind.get(client.cognitive_config.update(fields)) == fields
    assert last(emulator) == ("PATCH", "/webapi/v2/cognitive_config", fields)
    assert await client_kind.get(client.cognitive_config.get()) == fields
