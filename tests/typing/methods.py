"""Methods and results of the client as a program uses them. Only type-checked, never run; see test_programs.py."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, assert_type

import alli
import httpx
from alli import (
    UNSET,
    Alli,
    AlliError,
    Answer,
    AnswerStream,
    AnswerThread,
    App,
    AppInput,
    AppInputOption,
    AppV1,
    AsyncAlli,
    AsyncAnswerStream,
    AsyncAnswerThread,
    AsyncBackgroundRun,
    AsyncConversation,
    AsyncPage,
    AsyncPager,
    AsyncRunStream,
    BackgroundRun,
    Citation,
    ConversationResult,
    CreatedApp,
    Document,
    MapItem,
    MapRow,
    Message,
    Page,
    RetryPolicy,
    RunResult,
    RunStream,
    SkillResult,
    Unset,
)


def make() -> Alli:
    client = Alli(
        api_key=lambda: "key",
        base_url="https://backend.alli.ai",
        region="us",
        user_id="emp-7",
        user_email="kim@example.com",
        agent_email=None,
        timeout=(5, 600.0, 60, 60),
        deadline=30,
        idle_timeout=60.5,
        retry_policy=RetryPolicy(max_retries=5, retry_if=lambda error: None),
        default_headers={"X-Team": "a"},
        http_client=httpx.Client(),
        allow_http=False,
        strict=True,
    )
    copy = client.with_options(user_id="emp-8", timeout=30, max_retries=0, api_key=None)
    assert_type(copy, Alli)
    return copy


async def amake() -> AsyncAlli:
    async def key() -> str:
        return "key"

    client = AsyncAlli(api_key=key, max_retries=3, http_client=httpx.AsyncClient())
    assert_type(client.with_options(deadline=3), AsyncAlli)
    return client


def lists(client: Alli) -> None:
    page = client.apps.list(search_term="x", categories=["HR"], type="agent", published=True, page_size=5, cursor=None)
    assert_type(page, Page[App])
    assert_type(page.items, builtins.list[App])
    assert_type(page.cursor, str | None)
    assert_type(page.has_next_page(), bool)
    assert_type(page.get_next_page(), Page[App])
    assert_type(page.iter_pages(), Iterator[Page[App]])
    for app in page:
        assert_type(app, App)
        assert_type(app.id, str)
        assert_type(app.published, bool)
    apps = client.apps.list_v1(published=True, id=("a",), user="u", locale="ko")
    assert_type(apps, builtins.list[AppV1])


async def alists(client: AsyncAlli) -> None:
    pager: AsyncPager[App] = client.apps.list(
        search_term="x", categories=["HR"], type="agent", published=True, page_size=5, cursor=None
    )
    page = await pager
    assert_type(page, AsyncPage[App])
    assert_type(await page.get_next_page(), AsyncPage[App])
    assert_type(page.iter_pages(), AsyncIterator[AsyncPage[App]])
    async for app in client.apps.list():
        assert_type(app, App)
    async for app in page:
        assert_type(app, App)
    assert_type(await client.apps.list_v1(id=["a"]), builtins.list[AppV1])


def apps(client: Alli) -> None:
    app = client.apps.get("a1")
    assert_type(app, App)
    changed = client.apps.update("a1", name="x", description=None, published=UNSET, user_permission=app.user_permission)
    assert_type(changed, App)
    client.apps.update("a1", agent_permission={"viewAccessToAgent": True})
    made = client.apps.create(
        type="single_action", name="n", description="d", category="c", published=True, enabled=True, user_id="u"
    )
    assert_type(made, CreatedApp)
    inputs = client.apps.inputs("a1")
    assert_type(inputs, builtins.list[AppInput])
    for each in inputs:
        for option in each.options or ():
            assert_type(option, AppInputOption)
    thread = client.answers.thread()
    assert_type(thread, AnswerThread)
    answer = thread.ask("How many days of leave do I have?")
    assert_type(answer, Answer)
    assert_type(
        (answer.text, answer.intent, answer.thread_id, answer.follow_up_question),
        tuple[str, str | None, str | None, str | None],
    )
    with thread.stream("And next year?") as stream:
        assert_type(stream, AnswerStream)
        assert_type(stream.result(), Answer)
    assert_type(client.documents.replace("d1", ("a.txt", b"a"), until="done", timeout=60), Document)
    client.documents.search(parent_folder_ids=["f1", None])
    run = client.apps.start("a1", {"text": "a"})
    assert_type(run, BackgroundRun)
    assert_type(run.status(), Literal["running", "done", "silent"])
    assert_type(client.apps.background(run.id).result(timeout=60, on_progress=lambda result: result.text), RunResult)
    rows: list[Mapping[str, Any] | MapRow] = [{"text": "a"}, MapRow(message="hi", user_id="emp-7", key="k")]
    for item in client.apps.map(
        "a1", rows, concurrency=4, resume="rows.jsonl", key="text", per_minute=60, stop_after=3
    ):
        assert_type(item, MapItem)
        assert_type(item.result, RunResult | None)
        assert_type(item.error, AlliError | None)


async def aapps(client: AsyncAlli) -> None:
    assert_type(await client.apps.get("a1"), App)
    assert_type(await client.apps.update("a1", name="x", published=False), App)
    made = await client.apps.create(
        type="single_action", name="n", description="d", category="c", published=True, enabled=True
    )
    assert_type(made, CreatedApp)
    assert_type(await client.apps.inputs("a1"), builtins.list[AppInput])
    thread = client.answers.thread("t1")
    assert_type(thread, AsyncAnswerThread)
    assert_type(await thread.ask("And next year?"), Answer)
    async with thread.stream("And next year?") as stream:
        assert_type(stream, AsyncAnswerStream)
        assert_type(await stream.result(), Answer)
    assert_type(await client.documents.replace("d1", ("a.txt", b"a")), Document)
    run = await client.apps.start("a1", {"text": "a"})
    assert_type(run, AsyncBackgroundRun)
    assert_type(await run.done(), bool)
    async for item in client.apps.map("a1", [{"text": "a"}], max_calls=1, ordered=True, retry_unknown=True):
        assert_type(item.status, Literal["ok", "failed", "unknown"])


def runs(client: Alli, path: Path) -> None:
    result = client.apps.run(
        "a1",
        {"CONTRACT": path, "OTHER": ("a.txt", b"x"), "tone": "kind"},
        message="look",
        source={"knowledgeBaseIds": ["k"]},
        conversation_id="c",
        is_stateful=True,
        llm_model="m",
        llm_prompt_id="p",
        ga_prompt_group_id="g",
        temperature=0,
        required_variables=["A"],
    )
    assert_type(result, RunResult)
    assert_type(result.text, str)
    assert_type(result.messages, builtins.list[Message])
    assert_type(result.citations, builtins.list[Citation])
    assert_type(result.conversation_id, str | None)
    assert_type(result.variables, dict[str, object])
    assert_type(result.request_id, str | None)
    assert_type(result.attempts, int)
    assert_type(client.apps.stream("a1", {"x": 1}, message="look"), RunStream)
    with path.open("rb") as file:
        turn = client.apps.run_conversation(
            "a1", "hi", conversation_id="c", choices=[0], form={"a": 1}, files=[path, file], media_files=[("a", file)]
        )
    assert_type(turn, RunResult)
    assert_type(client.apps.stream_conversation("a1", choices=range(2)), RunStream)
    assert_type(client.skills.run("s1", "text", {"a": "b"}), SkillResult)


async def aruns(client: AsyncAlli, path: Path) -> None:
    assert_type(await client.apps.run("a1", {"CONTRACT": path}, message="look"), RunResult)
    assert_type(client.apps.stream("a1", {"x": 1}), AsyncRunStream)
    assert_type(await client.apps.run_conversation("a1", "hi", files=[path]), RunResult)
    assert_type(client.apps.stream_conversation("a1"), AsyncRunStream)
    assert_type((await client.skills.run("s1", "text")).text, str)


def streams(client: Alli) -> None:
    with client.apps.stream("a1") as stream:
        for event in stream:
            match event.type:
                case "conversation.started":
                    assert_type(event.conversation_id, str)
                case "text.delta" | "text.replaced":
                    assert_type(event.text, str)
                    assert_type(event.index, int)
                case "completed":
                    assert_type(event.result, RunResult)
        for text in stream.text_stream:
            assert_type(text, str)
        assert_type(stream.result(), RunResult)
        assert_type(stream.conversation_id, str | None)
        assert_type(stream.headers.get("x"), str | None)
        stream.close()


async def astreams(client: AsyncAlli) -> None:
    async with client.apps.stream("a1") as stream:
        async for event in stream:
            if event.type == "text.delta":
                assert_type(event.text, str)
        async for text in stream.text_stream:
            assert_type(text, str)
        assert_type(await stream.result(), RunResult)
        await stream.aclose()


def conversations(client: Alli) -> None:
    conversation = client.apps.conversation("a1", "c1")
    assert_type(conversation.id, str | None)
    assert_type(conversation.send("hi", files=[Path("a")]), RunResult)
    assert_type(conversation.stream("hi"), RunStream)
    started = client.conversations.start()
    assert_type(started, ConversationResult)
    assert_type(started.conversation_id, str | None)
    assert_type(client.conversations.send("c1", "hi"), ConversationResult)
    assert_type(client.conversations.end("c1"), ConversationResult)
    assert_type(client.cognitive_config.get(), dict[str, Any])
    assert_type(client.cognitive_config.update({"a": None}), dict[str, Any])


async def aconversations(client: AsyncAlli) -> None:
    conversation = client.apps.conversation("a1")
    assert_type(conversation, AsyncConversation)
    assert_type(await conversation.send("hi"), RunResult)
    assert_type(conversation.stream("hi"), AsyncRunStream)
    assert_type(await client.conversations.start("help"), ConversationResult)
    assert_type(await client.conversations.send("c1", "hi"), ConversationResult)
    assert_type(await client.conversations.end("c1"), ConversationResult)
    assert_type(await client.cognitive_config.get(), dict[str, Any])
    assert_type(await client.cognitive_config.update({"a": 1}), dict[str, Any])


def errors(client: Alli) -> None:
    try:
        client.apps.run("a1")
    except alli.RateLimitError as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.status_code, int)
        assert_type(error.code, int | None)
        assert_type(error.body, object)
    except alli.StreamError as error:
        assert_type(error.partial, RunResult | None)
    except alli.APIConnectionError as error:
        assert_type(error.request_sent, bool)
        assert_type(error.outcome_unknown, bool)
    except alli.AlliError:
        raise


def blocks() -> None:
    with Alli() as client:
        assert_type(client, Alli)
    client.close()


async def ablocks() -> None:
    async with AsyncAlli() as client:
        assert_type(client, AsyncAlli)
    await client.aclose()


def given(value: str | Unset) -> str:
    return value or "not given"
