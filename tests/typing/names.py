"""Every public name of `alli` that methods.py has no use for, as programs use them. Only type-checked, never run.

What is here was promised: a change that makes this program wrong is a break, to be announced in CHANGELOG.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypedDict, assert_never, assert_type

import alli
import httpx
from alli import (
    Alli,
    AlliError,
    AnswerFormatError,
    APIConnectionError,
    APIKey,
    APIStatusError,
    APITimeoutError,
    App,
    AppAgentPermission,
    AppError,
    AppInput,
    AppInputOption,
    AppUserPermission,
    AppV1,
    AsyncAlli,
    AsyncDownloadedFile,
    AsyncHTTPClient,
    AsyncRecordStream,
    AsyncSend,
    Attempt,
    AuthenticationError,
    BadRequestError,
    CallObserver,
    Choice,
    Citation,
    ClientOptions,
    Completed,
    ConfigurationError,
    ConflictError,
    Conversation,
    ConversationBusyError,
    ConversationResult,
    ConversationStarted,
    CreatedApp,
    DeadlineExceededError,
    DownloadedFile,
    FileInput,
    FormField,
    HTTPClient,
    InternalServerError,
    InvalidArgumentError,
    JobFailedError,
    MapStopped,
    Message,
    MethodNotAllowedError,
    Middleware,
    NotFoundError,
    ObservedCall,
    PaginationError,
    PaymentError,
    PermissionDeniedError,
    RateLimitError,
    RecordStream,
    Response,
    RetryPolicy,
    RunChatSource,
    RunEvent,
    RunResult,
    Send,
    SingleActionAppInput,
    SkillResult,
    StreamDecodeError,
    StreamError,
    StreamIdleError,
    StreamInterruptedError,
    StreamTruncatedError,
    TextDelta,
    TextReplaced,
    Timeout,
    UnprocessableEntityError,
    WaitTimeoutError,
    aiohttp_client,
    capture_responses,
    observe_calls,
    retryable,
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


def setting_up_goes_wrong() -> None:
    try:
        Alli().apps.update("", name="n")
    except (ConfigurationError, InvalidArgumentError) as error:
        wrong: ValueError = error
        assert_type(str(wrong), str)
    except MapStopped as error:
        assert_type((error.failed, error.calls), tuple[int, int])
    except WaitTimeoutError as error:
        assert_type(error.outcome_unknown, bool)
    except JobFailedError as error:
        assert_type(error.status, str | None)
    except PaginationError as error:
        known: AlliError = error
        raise known from None


def calls_go_wrong(client: Alli) -> None:
    try:
        client.apps.run("a1")
    except (
        BadRequestError,
        AuthenticationError,
        PaymentError,
        PermissionDeniedError,
        NotFoundError,
        MethodNotAllowedError,
        ConflictError,
        UnprocessableEntityError,
        RateLimitError,
        InternalServerError,
    ) as error:
        status: APIStatusError = error
        assert_type(status.status_code, int)
        assert_type(status.code, int | None)
        assert_type(status.name, str | None)
        assert_type(status.message, str)
        assert_type(status.headers, Mapping[str, str])
        assert_type(status.retry_after, float | None)
    except AppError as error:
        assert_type(error.message, str)
        assert_type(error.code, int | None)
        assert_type(error.name, str | None)
        assert_type(error.partial, RunResult | None)
    except DeadlineExceededError as error:
        timeout: APITimeoutError = error
        connection: APIConnectionError = timeout
        assert_type(connection.method + connection.path, str)
        assert_type(connection.attempts, int)
        assert_type(connection.request_id, str | None)
        assert_type(connection.conversation_id, str | None)
        assert_type(connection.certificate_refused, bool)
        assert_type(retryable(error), bool)


def streams_go_wrong(client: Alli) -> None:
    try:
        client.apps.stream("a1").result()
    except StreamTruncatedError as error:
        interrupted: StreamInterruptedError = error
        unreadable: StreamDecodeError = error
        assert_type(interrupted.request_sent, bool)
        assert_type(unreadable.outcome_unknown, bool)
    except StreamIdleError as error:
        silent: APITimeoutError = error
        broken: StreamError = error
        assert_type(broken.partial, RunResult | None)
        raise silent from None


def timed(attempt: Attempt, send: Send) -> Response:
    attempt.headers["X-Try"] = str(attempt.number)
    assert_type(attempt.operation + attempt.method + attempt.path + attempt.request_id, str)
    return send(attempt)


async def atimed(attempt: Attempt, send: AsyncSend) -> Response:
    response = await send(attempt)
    assert_type(response.status_code, int)
    return response


def engine() -> None:
    http = aiohttp_client()
    assert_type(http, AsyncHTTPClient)
    AsyncAlli(http_client=http)


class Counting(CallObserver):
    def headers(self) -> Mapping[str, str]:
        return {"traceparent": "00"}

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()

    def retried(self, error: AlliError, attempt: int, pause: float) -> None:
        assert_type(error.attempts + attempt + pause, float)

    def text_began(self) -> None: ...

    def ended(
        self, error: BaseException | None, status_code: int | None, attempts: int, conversation_id: str | None
    ) -> None: ...


def observing() -> None:
    def begin(call: ObservedCall) -> CallObserver | None:
        assert_type(call.operation + call.method + call.base_url + call.path + call.template + call.request_id, str)
        assert_type(call.model, str | None)
        return Counting() if call.generates or call.is_stream else None

    assert_type(observe_calls(begin), Callable[[], None])


def any_path(client: Alli) -> None:
    functions: list[Middleware] = [timed]
    with Alli(middleware=functions), capture_responses() as responses:
        client.with_options(middleware=[timed]).apps.list()
    assert_type(responses, list[Response])
    response = client.request(
        "POST", "/webapi/x", params={"a": 1}, json={"b": [2]}, headers={"X-C": "d"}, idempotent=True
    )
    assert_type(response, Response)
    assert_type(response.headers, Mapping[str, str])
    assert_type(response.content, bytes)
    assert_type(response.text, str)
    assert_type(response.json(), Any)
    assert_type(response.request_id, str | None)
    assert_type(response.attempts, int)
    with client.stream_request("POST", "/webapi/x", files={"f": ("a.txt", b"x")}) as records:
        assert_type(records, RecordStream[Any])
        for record in records:
            assert_type(record, Any)


async def any_path_async(client: AsyncAlli) -> None:
    copy = client.with_options(middleware=[atimed])
    assert_type(await copy.request("GET", "/webapi/x"), Response)
    async with copy.stream_request("GET", "/webapi/x") as records:
        assert_type(records, AsyncRecordStream[Any])


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


def asking_any_error(error: AlliError) -> bool:
    assert_type(error.attempts, int)
    assert_type(error.request_id, str | None)
    assert_type(error.conversation_id, str | None)
    assert_type(error.partial, RunResult | None)
    assert_type(error.response, Response | None)
    assert_type(error.to_dict(), dict[str, Any])
    assert_type(error.to_json(), str)
    return error.request_sent and not error.outcome_unknown


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
