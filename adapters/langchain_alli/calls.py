"""A tool call, from validated arguments to content and artifact: what a tool's `func` and `coroutine` are.

What is decided is decided once, in `_prepare`, `_succeed` and `_fail`; the two ways of asking the service, sync and
async, only ask. Neither runs the other: a sync client in a thread can't be cancelled.
"""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from alli import Alli, AlliError, AsyncAlli, NotFoundError, RunResult
from langchain_core.messages import ToolMessage
from langchain_core.tools import InjectedToolArg

from .arguments import Argument, to_wire
from .clients import Clients
from .content import Outcome, error_outcome, success_outcome
from .context import CallContext
from .conversations import Claims, last_conversation_id
from .errors import AlliToolError, error_details, is_for_the_model, partial_result, words_for_the_model
from .options import ToolOptions
from .progress import Progress
from .spec import SINGLE_ACTION, AppSpec

if TYPE_CHECKING:
    from alli import AsyncRunStream, RunStream

__all__ = ["AppCalls", "current_tool_call_id"]

current_tool_call_id: ContextVar[str | None] = ContextVar("alli_tool_call_id", default=None)
"""The id of the tool call under way in this thread or task: LangChain hands it to a tool, but not to its function,
unless the function refuses to run without one."""

# LangGraph fills `runtime` by its name. The type is kept open, as naming LangGraph's would need its import.
_Runtime = Annotated[object, InjectedToolArg()]
_ToolOutput = tuple[str | ToolMessage, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Call:
    """What is about to be sent.

    Attributes:
        message: the chat message, if the call has one.
        inputs: None: the app is sent the message alone.
        conversation_id: the conversation to go on with, if any.
        user_id: None: the client's own user.
        progress: where partial answers go.
    """

    message: str | None
    inputs: dict[str, object] | None
    conversation_id: str | None
    user_id: str | None
    progress: Progress


class AppCalls:
    """Runs one app for a tool. `run` is the tool's function, `arun` its coroutine; both give (content, artifact)."""

    def __init__(self, app: AppSpec, arguments: Sequence[Argument], clients: Clients, options: ToolOptions) -> None:
        self._app = app
        self._arguments = arguments
        self._clients = clients
        self._options = options
        self._claims = Claims()

    def __repr__(self) -> str:
        return f"<calls of app {self._app.app_id}>"

    def run(self, /, *texts: str, runtime: _Runtime = None, **values: object) -> _ToolOutput:
        """Run the app and wait for its answer.

        Raises:
            AlliToolError: an error the model can act on, and there is no tool call to answer.
            AlliError: any other error of the service or the network, as `alli` raised it.
        """
        try:
            client = self._clients.blocking()
            call = self._prepare(texts, runtime, values)
            if call.user_id is not None:
                client = client.with_options(user_id=call.user_id)
            with self._claims.hold(call.conversation_id) as conversation_id:
                result, restarted = self._answer(client, call, conversation_id)
            outcome, updates = self._succeed(call, result, restarted=restarted)
            call.progress.send(updates)
        except (AlliError, AlliToolError) as error:
            outcome = self._fail(error)
        return self._deliver(outcome)

    async def arun(self, /, *texts: str, runtime: _Runtime = None, **values: object) -> _ToolOutput:
        """Run the app and await its answer. Cancelling closes the connection.

        Raises:
            AlliToolError: an error the model can act on, and there is no tool call to answer.
            AlliError: any other error of the service or the network, as `alli` raised it.
        """
        try:
            client = self._clients.awaiting()
            call = self._prepare(texts, runtime, values)
            if call.user_id is not None:
                client = client.with_options(user_id=call.user_id)
            with self._claims.hold(call.conversation_id) as conversation_id:
                try:
                    result, restarted = await self._aanswer(client, call, conversation_id)
                except asyncio.CancelledError:
                    await call.progress.asend([call.progress.cancelled()])
                    raise
            outcome, updates = self._succeed(call, result, restarted=restarted)
            await call.progress.asend(updates)
        except (AlliError, AlliToolError) as error:
            outcome = self._fail(error)
        return self._deliver(outcome)

    # What is decided, once for both

    def _prepare(self, texts: Sequence[str], runtime: object, values: dict[str, object]) -> _Call:
        context = CallContext.of(runtime)
        if texts:  # `tool.invoke("text")`: LangChain gives the text as it is, for the first argument
            values = {**values, self._arguments[0].key: texts[0]}
        try:
            message, inputs = to_wire(self._arguments, values, self._options.files)
        except LookupError as error:
            raise AlliToolError(str(error.args[0]) if error.args else "there is no such document") from error
        keeps = self._converses and self._options.conversation == "thread"
        return _Call(
            message=message,
            inputs=inputs if inputs or not self._converses else None,
            conversation_id=last_conversation_id(context.messages, self._app.app_id) if keeps else None,
            user_id=self._options.user(context.context),
            progress=Progress(self._app.app_id, current_tool_call_id.get(), context, self._options.channels),
        )

    @property
    def _converses(self) -> bool:
        return self._app.type != SINGLE_ACTION

    def _succeed(self, call: _Call, result: RunResult, *, restarted: bool) -> tuple[Outcome, list[dict[str, Any]]]:
        outcome = success_outcome(
            self._app,
            result,
            limit=self._options.max_content_chars,
            replaced=call.progress.replaced,
            restarted=restarted,
        )
        return outcome, call.progress.rest(outcome.content) if self._options.streaming else []

    def _fail(self, error: Exception) -> Outcome:
        """The outcome for an error the model can act on; any other error is raised again as it is."""
        if not is_for_the_model(error, self._options.on_error):
            raise error
        words = words_for_the_model(error, self._app, [argument.key for argument in self._arguments])
        outcome = error_outcome(
            self._app, words, error_details(error), partial_result(error), limit=self._options.max_content_chars
        )
        if current_tool_call_id.get() is None:
            raised = AlliToolError(outcome.content)
            raised.artifact = outcome.artifact
            raise raised from error
        return outcome

    def _deliver(self, outcome: Outcome) -> _ToolOutput:
        call_id = current_tool_call_id.get()
        if not outcome.failed or call_id is None:
            return outcome.content, outcome.artifact
        # Made here, because LangChain's own error messages lose the artifact.
        message = ToolMessage(
            outcome.content,
            artifact=outcome.artifact,
            name=self._app.tool_name,
            tool_call_id=call_id,
            status="error",
        )
        return message, outcome.artifact

    # How the service is asked, sync

    def _answer(self, client: Alli, call: _Call, conversation_id: str | None) -> tuple[RunResult, bool]:
        try:
            return self._ask(client, call, conversation_id), False
        except NotFoundError:
            if conversation_id is None:
                raise
        # Nothing has run: either the conversation has expired, or the app is gone, which the second answer tells.
        return self._ask(client, call, None), True

    def _ask(self, client: Alli, call: _Call, conversation_id: str | None) -> RunResult:
        if not self._options.streaming:
            if call.inputs is None:
                return client.apps.run_conversation(self._app.app_id, call.message, conversation_id=conversation_id)
            return client.apps.run(
                self._app.app_id,
                call.inputs,
                message=call.message,
                conversation_id=conversation_id,
                is_stateful=self._converses or None,
            )
        with self._stream(client, call, conversation_id) as stream:
            for event in stream:
                call.progress.send(call.progress.take(event))
            return stream.result()

    def _stream(self, client: Alli, call: _Call, conversation_id: str | None) -> "RunStream":
        if call.inputs is None:
            return client.apps.stream_conversation(self._app.app_id, call.message, conversation_id=conversation_id)
        return client.apps.stream(
            self._app.app_id,
            call.inputs,
            message=call.message,
            conversation_id=conversation_id,
            is_stateful=self._converses or None,
        )

    # How the service is asked, async

    async def _aanswer(self, client: AsyncAlli, call: _Call, conversation_id: str | None) -> tuple[RunResult, bool]:
        try:
            return await self._aask(client, call, conversation_id), False
        except NotFoundError:
            if conversation_id is None:
                raise
        # As in `_answer`.
        return await self._aask(client, call, None), True

    async def _aask(self, client: AsyncAlli, call: _Call, conversation_id: str | None) -> RunResult:
        if not self._options.streaming:
            if call.inputs is None:
                return await client.apps.run_conversation(
                    self._app.app_id, call.message, conversation_id=conversation_id
                )
            return await client.apps.run(
                self._app.app_id,
                call.inputs,
                message=call.message,
                conversation_id=conversation_id,
                is_stateful=self._converses or None,
            )
        async with self._astream(client, call, conversation_id) as stream:
            async for event in stream:
                await call.progress.asend(call.progress.take(event))
            return await stream.result()

    def _astream(self, client: AsyncAlli, call: _Call, conversation_id: str | None) -> "AsyncRunStream":
        if call.inputs is None:
            return client.apps.stream_conversation(self._app.app_id, call.message, conversation_id=conversation_id)
        return client.apps.stream(
            self._app.app_id,
            call.inputs,
            message=call.message,
            conversation_id=conversation_id,
            is_stateful=self._converses or None,
        )
