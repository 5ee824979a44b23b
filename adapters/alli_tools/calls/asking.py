"""How an app is asked: a question goes out, partial answers pass by, the result comes back."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from alli import APIStatusError, BadRequestError, RunResult, StreamError, UnprocessableEntityError

from .driving import BLOCKING, Way
from .stopping import CallStoppedError, StopWatch
from .updates import Update, Updates

__all__ = ["Answered", "Question", "answer"]

_NOT_FOUND = 404
_GONE = 410


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to be sent.

    Attributes:
        app_id: the app.
        message: the chat message, if the call has one.
        inputs: None: the app is sent the message alone.
        choices: which of the choices that the app offered are taken.
        form: what is filled into the form that the app asked for.
        is_stateful: the app holds conversations.
        conversation_id: the conversation the thread goes on with, if any.
        streaming: ask for a stream, and give partial answers.
        updates: makes updates of partial answers.
        watch: whether the call has been stopped.
    """

    app_id: str
    message: str | None
    inputs: dict[str, object] | None
    choices: Sequence[int] | None
    form: Mapping[str, object] | None
    is_stateful: bool
    conversation_id: str | None
    streaming: bool
    updates: Updates
    watch: StopWatch

    @property
    def is_reply(self) -> bool:
        """Does it answer what the app has offered?"""
        return self.choices is not None or self.form is not None


@dataclass(frozen=True, slots=True)
class Answered:
    """How it ends.

    Attributes:
        result: what the app answered.
        restarted: the conversation had expired and was begun again.
    """

    result: RunResult
    restarted: bool


async def answer(
    way: Way, client: Any, question: Question, conversation_id: str | None
) -> AsyncGenerator[list[Update] | Answered]:
    """The partial answers as they come, and last of all how it ends.

    `conversation_id` is the conversation to go on with: that of the question, unless another call holds it. A reply to
    what an app offered never begins a new one: there it would mean something else, or nothing.

    Raises:
        CallStoppedError: the application stopped the call.
        AlliError: as `alli` raises it.
    """
    try:
        async with aclosing(_ask(way, client, question, conversation_id)) as steps:
            async for step in steps:
                yield step if isinstance(step, list) else Answered(step, restarted=False)
        return
    except APIStatusError as error:
        if conversation_id is None or question.is_reply or not _may_have_expired(error):
            raise
    async with aclosing(_ask(way, client, question, None)) as steps:
        async for step in steps:
            yield step if isinstance(step, list) else Answered(step, restarted=True)


def _may_have_expired(error: APIStatusError) -> bool:
    """Was a call refused because of its conversation, before anything ran?

    What the service answers for one that is unknown, ended or expired is not documented, so all that may mean it does:
    where it meant something else, such as an app that is gone, the second answer tells.
    """
    if error.status_code in (_NOT_FOUND, _GONE):
        return True
    refused = isinstance(error, BadRequestError | UnprocessableEntityError)
    return refused and "conversation" in error.message.casefold()


async def _ask(
    way: Way, client: Any, question: Question, conversation_id: str | None
) -> AsyncGenerator[list[Update] | RunResult]:
    if question.watch.look():
        raise _stopped(question, None)
    if not question.streaming:
        whole: RunResult = await way.wait(_request(client, question, conversation_id))
        yield whole
        return
    stream = _request(client, question, conversation_id)
    try:
        with question.watch.over(stream.close if way is BLOCKING else None):
            async for event in way.events(stream):
                if question.watch.look():
                    await way.close(stream)
                elif updates := question.updates.take(event):
                    yield updates
            streamed: RunResult = await way.wait(stream.result())
            yield streamed
    except StreamError as error:
        if question.watch.has_stopped:
            raise _stopped(question, error) from error
        raise
    finally:
        await way.close(stream)


def _request(client: Any, question: Question, conversation_id: str | None) -> Any:
    """A whole answer, or a stream of it, of either client."""
    apps = client.apps
    if question.inputs is None or question.is_reply:
        run = apps.stream_conversation if question.streaming else apps.run_conversation
        return run(
            question.app_id,
            question.message,
            conversation_id=conversation_id,
            choices=question.choices,
            form=question.form,
        )
    run = apps.stream if question.streaming else apps.run
    return run(
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
