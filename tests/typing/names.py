"""Settings, arguments, models and results as programs use them. Only type-checked, never run.

This program, errors.py, around_calls.py and methods.py together use every public name of `alli`.

What is here was promised: a change that makes this program wrong is a break, to be announced in CHANGELOG.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict, assert_never, assert_type

import alli
import httpx
from alli import (
    Alli,
    AnswerFormatError,
    APIKey,
    App,
    AppAgentPermission,
    AppInput,
    AppInputOption,
    AppUserPermission,
    AppV1,
    AsyncAlli,
    AsyncDownloadedFile,
    AsyncHTTPClient,
    Choice,
    Citation,
    ClientOptions,
    Completed,
    Conversation,
    ConversationBusyError,
    ConversationResult,
    ConversationStarted,
    CreatedApp,
    DownloadedFile,
    FileInput,
    FormField,
    HTTPClient,
    Message,
    RetryPolicy,
    RunChatSource,
    RunEvent,
    RunResult,
    SingleActionAppInput,
    SkillResult,
    TextDelta,
    TextReplaced,
    Timeout,
)


def versions() -> tuple[str, str]:
    return alli.__version__, alli.__spec_version__


def settings(key: APIKey, timeout: Timeout, http_client: HTTPClient, async_http_client: AsyncHTTPClient) -> None:
    assert_type(http_client, httpx.Client)
    assert_type(async_http_client, httpx.AsyncClient)
    options: ClientOptions = {
        "api_key": key,
        "base_url": "https://backend.alli.ai",
        "region": None,
        "user_id": "emp-7",
        "user_email": "kim@example.com",
        "agent_email": None,
        "timeout": timeout,
        "deadline": 30.0,
        "idle_timeout": None,
        "max_retries": 1,
        "retry_policy": None,
        "default_headers": {"X-Team": "a"},
        "middleware": None,
        "extra_body": {"mode": "background"},
        "extra_query": {"verbose": True},
        "allow_http": False,
        "strict": False,
    }
    assert_type(Alli(**options, http_client=http_client).with_options(**options), Alli)
    assert_type(AsyncAlli(**options, http_client=async_http_client).with_options(**options), AsyncAlli)
    policy = RetryPolicy(base=0.5, cap=8.0, jitter=0.25, retry_after_cap=60.0, statuses=frozenset({429}))
    assert_type(policy.max_retries, int)


def keys(secret: str) -> list[APIKey]:
    async def read() -> str:
        return secret

    return [secret, lambda: secret, read]


def files(path: Path) -> list[FileInput]:
    return [path, path.open("rb"), ("a.pdf", b"%PDF"), ("a.pdf", path.open("rb"), "application/pdf")]


def models(app: App, app_v1: AppV1, made: CreatedApp, wanted: AppInput, option: AppInputOption) -> None:
    assert_type(app.category, str)
    assert_type(app.name, str)
    assert_type(app.type + app.name, str)
    assert_type(app.description, str | None)
    assert_type(app.agent_permission, AppAgentPermission | None)
    assert_type(app.user_permission, AppUserPermission | None)
    assert_type(app.to_dict(), dict[str, Any])
    assert_type(app.additional_properties, dict[str, Any])
    assert_type(App.from_dict({}), App)
    assert_type(app_v1.inputs, list[AppInput] | None)
    assert_type(app_v1.id + app_v1.name + app_v1.type, str)
    assert_type(made.id, str)
    assert_type(wanted.variable + wanted.label, str)
    assert_type((wanted.input_type or "") + wanted.label, str)
    assert_type(wanted.placeholder, str | None)
    assert_type(wanted.options, list[AppInputOption] | None)
    assert_type(option.name, str | None)
    assert_type(option.value, str | None)


def arguments(client: Alli) -> None:
    agents = AppAgentPermission(view_access_to_agent=True)
    users = AppUserPermission(own_user_ids=["emp-7"], view_access_to_user=False)
    client.apps.update("a1", agent_permission=agents, user_permission=users)
    client.apps.run("a1", source=RunChatSource(folder_ids=["f"], knowledge_base_ids=["k"], web_sites=["w"]))
    single = SingleActionAppInput(name="n", description="d", llm_model="m")
    client.apps.create(
        type="single_action",
        name="n",
        description="d",
        category="c",
        published=True,
        enabled=True,
        single_action_app_input=single,
    )


def results(result: RunResult, turn: ConversationResult, skill: SkillResult) -> None:
    assert_type(result.state, str | None)
    assert_type(result.raw, object)
    for message in result.messages:
        assert_type(message, Message)
        assert_type(message.id, str | None)
        assert_type(message.type, str | None)
        assert_type(message.text, str)
        assert_type(message.completed, bool | None)
        assert_type(message.error, str | None)
        assert_type(message.metadata, object)
        assert_type(message.raw, object)
        assert_type(message.choices, list[Choice])
        assert_type(message.form, list[FormField] | None)
        for choice in message.choices:
            assert_type(choice.index, int)
            assert_type(choice.text, str)
        for field in message.form or ():
            assert_type(field.name, str | None)
            assert_type(field.label, str | None)
            assert_type(field.type, str | None)
            assert_type(field.required, bool | None)
    for citation in result.citations:
        assert_type(citation, Citation)
        assert_type(citation.source, str | None)
        assert_type(citation.title, str | None)
        assert_type(citation.url, str | None)
        assert_type(citation.page, int | None)
        assert_type(citation.clue_id, str | None)
        assert_type(citation.document_id, str | None)
        assert_type(citation.text, str | None)
    assert_type(turn.raw, object)
    assert_type(skill.text, str)
    assert_type(skill.raw, object)


def events(event: RunEvent) -> str:
    match event:
        case ConversationStarted(conversation_id=conversation_id):
            return conversation_id
        case TextDelta(text=text, index=index) | TextReplaced(text=text, index=index):
            return text * index
        case Completed(result=result):
            return result.text
        case _:
            assert_never(event)


def conversations(conversation: Conversation) -> None:
    try:
        conversation.send("hi")
    except ConversationBusyError:
        assert_type(conversation.id, str | None)


def downloading(file: DownloadedFile) -> None:
    with file as same:
        assert_type(same, DownloadedFile)
    assert_type(file.filename, str | None)
    assert_type(file.content_type, str | None)
    assert_type(file.size, int | None)
    assert_type(file.save("a"), Path)
    assert_type(file.read(), bytes)
    for piece in file.iter_bytes():
        assert_type(piece, bytes)


async def downloading_async(file: AsyncDownloadedFile) -> None:
    async with file as same:
        assert_type(same, AsyncDownloadedFile)
    assert_type(await file.save(Path("a")), Path)
    assert_type(await file.read(), bytes)
    async for piece in file.iter_bytes():
        assert_type(piece, bytes)


class Invoice(TypedDict):
    number: str


def parsing(result: RunResult) -> None:
    assert_type(result.parse(), Any)
    assert_type(result.parse(Invoice), Invoice)
    assert_type(result.to_dict(), dict[str, Any])
    assert_type(result.to_json(), str)
    try:
        result.parse(int)
    except AnswerFormatError as error:
        wrong: ValueError = error
        raise wrong from None


def show_progress(progress: alli.UploadProgress) -> None:
    assert_type(progress.sent, int)
    assert_type(progress.total, int | None)


async def show_progress_later(progress: alli.UploadProgress) -> None:
    show_progress(progress)


async def uploads_with_progress(client: Alli, async_client: AsyncAlli, file: FileInput) -> None:
    client.documents.upload(file, on_progress=show_progress)
    await async_client.documents.upload(file, on_progress=show_progress_later)
