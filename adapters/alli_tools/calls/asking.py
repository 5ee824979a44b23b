"""How an app is asked, sync and async: a question goes out, partial answers pass by, the result comes back.

The two halves are the same but for `await`. Neither runs the other: a sync client in a thread can't be cancelled.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alli import (
    Alli,
    APIStatusError,
    AsyncAlli,
    BadRequestError,
    RunResult,
    StreamError,
    UnprocessableEntityError,
)

from .stopping import CallStoppedError, StopWatch

if TYPE_CHECKING:
    from alli import AsyncRunStream, ClientOptions, RunEvent, RunStream

__all__ = ["Question", "Updates", "answer", "aanswer"]

_NOT_FOUND = 404
_GONE = 410


class Updates(Protocol):
    """Where partial answers go: `take` and the others make updates, `send` and `asend` deliver them."""

    replaced: bool
    """Did the app take back what it had said?"""

    def take(self, event: "RunEvent") -> list[dict[str, Any]]: ...
    def rest(self, content: str) -> list[dict[str, Any]]: ...
    def cancelled(self) -> dict[str, Any]: ...
    def send(self, updates: list[dict[str, Any]]) -> None: ...
    async def asend(self, updates: list[dict[str, Any]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to be sent.

    Attributes:
        app_id: the app.
        message: the chat message, if the call has one.
        inputs: None: the app is sent the message alone.
        is_stateful: the app holds conversations.
        conversation_id: the conversation the thread goes on with, if any.
        changes: settings of the client for this call.
        streaming: ask for a stream, and send partial answers to `progress`.
        progress: where partial answers go.
        watch: whether the call has been stopped.
    """

    app_id: str
    message: str | None
    inputs: dict[str, object] | None
    is_stateful: bool
    conversation_id: str | None
    changes: "ClientOptions"
    streaming: bool
    progress: Updates
    watch: StopWatch


def answer(client: Alli, question: Question, conversation_id: str | None) -> tuple[RunResult, bool]:
    """The result, and whether the conversation had expired and was begun anew.

    `conversation_id` is the conversation to go on with: that of the question, unless another call holds it.

    Raises:
        CallStoppedError: the application stopped the call.
        AlliError: as `alli` raises it.
    """
    try:
        return _ask(client, question, conversation_id), False
    except APIStatusError as error:
        if conversation_id is None or not _may_have_expired(error):
            raise
    return _ask(client, question, None), True


async def aanswer(client: AsyncAlli, question: Question, conversation_id: str | None) -> tuple[RunResult, bool]:
    """As `answer`, awaited."""
    try:
        return await _aask(client, question, conversation_id), False
    except APIStatusError as error:
        if conversation_id is None or not _may_have_expired(error):
            raise
    return await _aask(client, question, None), True


def _may_have_expired(error: APIStatusError) -> bool:
    """Was a call refused because of its conversation, before anything ran?

    What the service answers for one that is unknown, ended or expired is not documented, so all that may mean it does:
    where it meant something else, such as an app that is gone, the second answer tells.
    """
    if error.status_code in (_NOT_FOUND, _GONE):
        return True
    refused = isinstance(error, BadRequestError | UnprocessableEntityError)
    return refused and "conversation" in error.message.casefold()


def _ask(client: Alli, question: Question, conversation_id: str | None) -> RunResult:
    if question.watch.look():
        raise _stopped(question, None)
    if not question.streaming:
        if question.inputs is None:
            return client.apps.run_conversation(question.app_id, question.message, conversation_id=conversation_id)
        return client.apps.run(
            question.app_id,
            question.inputs,
            message=question.message,
            conversation_id=conversation_id,
            is_stateful=question.is_stateful or None,
        )
    stream = _stream(client, question, conversation_id)
    try:
        with question.watch.over(stream.close), stream:
            for event in stream:
                if question.watch.look():
                    stream.close()
                else:
                    question.progress.send(question.progress.take(event))
            return stream.result()
    except StreamError as error:
        if question.watch.has_stopped:
            raise _stopped(question, error) from error
        raise


def _stream(client: Alli, question: Question, conversation_id: str | None) -> "RunStream":
    if question.inputs is None:
        return client.apps.stream_conversation(question.app_id, question.message, conversation_id=conversation_id)
    return client.apps.stream(
        question.app_id,
        question.inputs,
        message=question.message,
        conversation_id=conversation_id,
        is_stateful=question.is_stateful or None,
    )


async def _aask(client: AsyncAlli, question: Question, conversation_id: str | None) -> RunResult:
    if question.watch.look():
        raise _stopped(question, None)
    if not question.streaming:
        if question.inputs is None:
            return await client.apps.run_conversation(
                question.app_id, question.message, conversation_id=conversation_id
            )
        return await client.apps.run(
            question.app_id,
            question.inputs,
            message=question.message,
            conversation_id=conversation_id,
            is_stateful=question.is_stateful or None,
        )
    async with _astream(client, question, conversation_id) as stream:
        try:
            async for event in stream:
                if question.watch.look():
                    await stream.aclose()
                else:
                    await question.progress.asend(question.progress.take(event))
            return await stream.result()
        except StreamError as error:
            if question.watch.has_stopped:
                raise _stopped(question, error) from error
            raise


def _astream(client: AsyncAlli, question: Question, conversation_id: str | None) -> "AsyncRunStream":
    if question.inputs is None:
        return client.apps.stream_conversation(question.app_id, question.message, conversation_id=conversation_id)
    return client.apps.stream(
        question.app_id,
        question.inputs,
        message=question.message,
        conversation_id=conversation_id,
        is_stateful=question.is_stateful or None,
    )


def _stopped(question: Question, error: StreamError | None) -> CallStoppedError:
    sent = error is not None
    return CallStoppedError(
        f"the call of app {question.app_id} was stopped {'after' if sent else 'before'} its request was sent",
        partial=error.partial if error is not None else None,
        request_sent=sent,
    )
