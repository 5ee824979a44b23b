"""A program that uses every method, sync and async.

It is type-checked by scripts/lint, strictly and by two checkers, and never run; a test compares what it uses with what
there is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_type

from alli import (
    Alli,
    App,
    AppInput,
    AppInputOption,
    AppUserPermission,
    AppV1,
    AsyncAlli,
    AsyncConversation,
    AsyncPage,
    AsyncRunStream,
    Citation,
    Conversation,
    ConversationResult,
    CreatedApp,
    Page,
    RetryPolicy,
    RunChatSource,
    RunResult,
    RunStream,
    SkillResult,
    Unset,
)


def clients() -> None:
    """Every option of a client."""
    client = Alli(
        api_key="a key",
        base_url="https://example.com",
        region="ja",
        user_id="emp-7",
        user_email="kim@example.com",
        agent_email="lee@example.com",
        timeout=(10, 600, 60, 60),
        deadline=900,
        idle_timeout=120,
        max_retries=3,
        default_headers={"X-Trace": "1"},
        http_client=None,
        allow_http=True,
        strict=True,
    )
    assert_type(client.with_options(user_id=None, timeout=30, retry_policy=RetryPolicy(cap=20)), Alli)
    client.close()
    Alli(api_key=lambda: "a key")

    async def key() -> str:
        return "a key"

    assert_type(AsyncAlli(api_key=key).with_options(region="us"), AsyncAlli)


def apps(client: Alli) -> None:
    """Apps, read and written."""
    page = client.apps.list(search_term="s", categories=["HR"], type="agent", published=True, page_size=9, cursor="c")
    assert_type(page, Page[App])
    assert_type(page.items, list[App])
    assert_type(page.cursor, str | None)
    if page.has_next_page():
        assert_type(page.get_next_page(), Page[App])
    for one in page.iter_pages():
        assert_type(one, Page[App])
    for app in page:
        assert_type(app.id, str)
        assert_type(app.published, bool)
        assert_type(app.user_permission, AppUserPermission | None | Unset)
    assert_type(client.apps.get("id"), App)
    assert_type(client.apps.update("id", name="n", description=None, user_permission={"viewAccessToUser": True}), App)
    created = client.apps.create(
        type="single_action", name="n", description="d", category="c", published=True, enabled=True, user_id="u"
    )
    assert_type(created, CreatedApp)
    assert_type(created.id, str)
    assert_type(client.apps.list_v1(published=True, id=["a", "b"], user="u", locale="ko"), list[AppV1])
    for wanted in client.apps.inputs("id"):
        assert_type(wanted, AppInput)
        assert_type(wanted.options, list[AppInputOption] | None | Unset)


def runs(client: Alli) -> None:
    """Runs, whole and streamed."""
    result = client.apps.run(
        "id",
        {"text": "t", "file": Path("f.pdf"), "other": ("f.csv", b"a,b", "text/csv")},
        message="m",
        source=RunChatSource(folder_ids=["f"]),
        conversation_id="c",
        is_stateful=True,
        llm_model="l",
        llm_prompt_id="p",
        ga_prompt_group_id="g",
        temperature=0.5,
        required_variables=["v"],
    )
    assert_type(result, RunResult)
    assert_type(result.text, str)
    assert_type(result.conversation_id, str | None)
    assert_type(result.citations, list[Citation])
    assert_type(result.messages[0].completed, bool | None)
    with client.apps.stream("id", {"text": "t"}, source={"webSites": ["w"]}) as stream:
        assert_type(stream, RunStream)
        for event in stream:
            if event.type == "text.delta":
                assert_type(event.text, str)
                assert_type(event.index, int)
            elif event.type == "text.replaced":
                assert_type(event.text, str)
                assert_type(event.index, int)
            elif event.type == "conversation.started":
                assert_type(event.conversation_id, str)
            else:
                assert_type(event.result, RunResult)
        for text in stream.text_stream:
            assert_type(text, str)
        assert_type(stream.result(), RunResult)
        stream.close()


def conversations(client: Alli) -> None:
    """Conversations, of both kinds, and what is left."""
    with Path("f.pdf").open("rb") as file:
        files = [Path("g.pdf"), file]
        said = client.apps.run_conversation("id", "m", conversation_id="c", choices=[0], form={"n": 1}, files=files)
        assert_type(said, RunResult)
        assert_type(client.apps.stream_conversation("id", "m", media_files=[("i.png", file)]), RunStream)
    conversation = client.apps.conversation("id", "c")
    assert_type(conversation, Conversation)
    assert_type(conversation.send("m", choices=[0, 1]), RunResult)
    assert_type(conversation.stream(form={"n": "v"}), RunStream)
    assert_type(conversation.id, str | None)
    assert_type(client.skills.run("id", "t", {"v": 1}), SkillResult)
    started = client.conversations.start("placement")
    assert_type(started, ConversationResult)
    assert_type(client.conversations.send(started.conversation_id or "", "m"), ConversationResult)
    assert_type(client.conversations.end("c"), ConversationResult)
    assert_type(client.cognitive_config.get(), dict[str, Any])
    assert_type(client.cognitive_config.update({"maxAnswers": 3}), dict[str, Any])


async def async_apps(client: AsyncAlli) -> None:
    """As `apps`."""
    page = await client.apps.list(search_term="s", published=True)
    assert_type(page, AsyncPage[App])
    if page.has_next_page():
        assert_type(await page.get_next_page(), AsyncPage[App])
    async for one in page.iter_pages():
        assert_type(one, AsyncPage[App])
    async for app in client.apps.list():
        assert_type(app, App)
    async for app in page:
        assert_type(app, App)
    assert_type(await client.apps.get("id"), App)
    assert_type(await client.apps.update("id", published=False, agent_permission=None), App)
    created = await client.apps.create(
        type="single_action", name="n", description="d", category="c", published=True, enabled=True
    )
    assert_type(created, CreatedApp)
    assert_type(await client.apps.list_v1(id=["a"]), list[AppV1])
    assert_type(await client.apps.inputs("id"), list[AppInput])


async def async_runs(client: AsyncAlli) -> None:
    """As `runs`."""
    assert_type(await client.apps.run("id", {"text": "t"}, temperature=1), RunResult)
    async with client.apps.stream("id", message="m") as stream:
        assert_type(stream, AsyncRunStream)
        async for event in stream:
            if event.type == "completed":
                assert_type(event.result, RunResult)
        async for text in stream.text_stream:
            assert_type(text, str)
        assert_type(await stream.result(), RunResult)
        await stream.aclose()


async def async_conversations(client: AsyncAlli) -> None:
    """As `conversations`."""
    assert_type(await client.apps.run_conversation("id", "m", files=[Path("f.pdf")]), RunResult)
    assert_type(client.apps.stream_conversation("id", "m"), AsyncRunStream)
    conversation = client.apps.conversation("id")
    assert_type(conversation, AsyncConversation)
    assert_type(await conversation.send("m"), RunResult)
    assert_type(conversation.stream("m"), AsyncRunStream)
    assert_type(await client.skills.run("id", "t"), SkillResult)
    assert_type(await client.conversations.start(), ConversationResult)
    assert_type(await client.conversations.send("c", "m"), ConversationResult)
    assert_type(await client.conversations.end("c"), ConversationResult)
    assert_type(await client.cognitive_config.get(), dict[str, Any])
    assert_type(await client.cognitive_config.update({"maxAnswers": 3}), dict[str, Any])
    await client.aclose()
