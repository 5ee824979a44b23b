"""A tool call, from validated arguments to content and artifact: what a tool's `func` and `coroutine` are.

What is decided is decided once, in `_prepare`, `_succeed` and `_fail`; the two ways of asking the service, sync and
async, only ask. Neither runs the other: a sync client in a thread can't be cancelled.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from alli import AlliError, ConfigurationError, RunResult
from alli_tools.calls.asking import Question, aanswer, answer
from alli_tools.calls.clients import Clients
from alli_tools.calls.outcomes import Outcome, error_outcome, success_outcome
from alli_tools.calls.stopping import CallStoppedError, StopWatch
from alli_tools.definition.app_spec import SINGLE_ACTION, AppSpec
from alli_tools.definition.arguments import Argument, to_wire
from langchain_core.messages import ToolMessage
from pydantic_core import to_jsonable_python

from langchain_alli.options import ToolOptions
from langchain_alli.tools.call_ids import current_tool_call_id
from langchain_alli.tools.injection import Runtime

from .context import CallContext
from .conversations import Claims, last_conversation_id
from .errors import (
    AlliToolError,
    error_details,
    is_for_the_model,
    note_outcome,
    partial_result,
    words_for_the_model,
)
from .progress import Progress

if TYPE_CHECKING:
    from alli import ClientOptions

__all__ = ["AppCalls", "ToolOutput", "delivered"]

ToolOutput = tuple[str | ToolMessage, dict[str, Any]]
"""Content and artifact; for a failed call a whole message, because LangChain's own error messages lose the artifact."""


def delivered(outcome: Outcome, tool_name: str) -> ToolOutput:
    """What a tool's function gives back for `outcome`."""
    call_id = current_tool_call_id.get()
    if not outcome.failed or call_id is None:
        return outcome.content, outcome.artifact
    message = ToolMessage(
        outcome.content, artifact=outcome.artifact, name=tool_name, tool_call_id=call_id, status="error"
    )
    return message, outcome.artifact


class AppCalls:
    """Runs one app for a tool. `run` is the tool's function, `arun` its coroutine; both give (content, artifact).

    `claims` are those of all tools that may meet in one thread.
    """

    def __init__(
        self,
        app: AppSpec,
        arguments: Sequence[Argument],
        clients: Clients,
        options: ToolOptions,
        claims: Claims | None = None,
    ) -> None:
        self.app = app
        self.arguments = tuple(arguments)
        self._clients = clients
        self._options = options
        self._claims = claims or Claims()

    def __repr__(self) -> str:
        return f"<calls of app {self.app.app_id}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a tool holds clients with connections and is not pickled; make it where it is used")

    def run(self, /, *texts: str, runtime: Runtime = None, **values: object) -> ToolOutput:
        """Run the app and wait for its answer.

        Raises:
            AlliToolError: an error the model can act on, and there is no tool call to answer.
            AlliError: any other error of the service or the network, as `alli` raised it.
        """
        return delivered(self.outcome(texts, runtime, values), self.app.tool_name)

    async def arun(self, /, *texts: str, runtime: Runtime = None, **values: object) -> ToolOutput:
        """Run the app and await its answer. Cancelling closes the connection.

        Raises:
            AlliToolError: an error the model can act on, and there is no tool call to answer.
            AlliError: any other error of the service or the network, as `alli` raised it.
        """
        return delivered(await self.aoutcome(texts, runtime, values), self.app.tool_name)

    def outcome(self, texts: Sequence[str], runtime: object, values: Mapping[str, object]) -> Outcome:
        """What `run` delivers. Raises as it does."""
        try:
            client = self._clients.blocking()
            call = self._prepare(texts, runtime, values)
            if call.changes:
                client = client.with_options(**call.changes)
            with self._claims.hold(call.conversation_id) as conversation_id:
                try:
                    result, restarted = answer(client, call, conversation_id)
                except CallStoppedError:
                    call.progress.send([call.progress.cancelled()])
                    raise
            outcome, updates = self._succeed(call, result, restarted=restarted)
            call.progress.send(updates)
            return outcome
        except (AlliError, AlliToolError) as error:
            return self._fail(error)

    async def aoutcome(self, texts: Sequence[str], runtime: object, values: Mapping[str, object]) -> Outcome:
        """What `arun` delivers. Raises as it does."""
        try:
            client = self._clients.awaiting()
            call = self._prepare(texts, runtime, values)
            if call.changes:
                client = client.with_options(**call.changes)
            with self._claims.hold(call.conversation_id) as conversation_id:
                try:
                    result, restarted = await aanswer(client, call, conversation_id)
                except (asyncio.CancelledError, CallStoppedError):
                    await call.progress.asend([call.progress.cancelled()])
                    raise
            outcome, updates = self._succeed(call, result, restarted=restarted)
            await call.progress.asend(updates)
            return outcome
        except (AlliError, AlliToolError) as error:
            return self._fail(error)

    # What is decided, once for both

    def _prepare(self, texts: Sequence[str], runtime: object, values: Mapping[str, object]) -> Question:
        context = CallContext.of(runtime)
        if texts:  # `tool.invoke("text")`: LangChain gives the text as it is, for the first argument
            values = {**values, self.arguments[0].key: texts[0]}
        try:
            message, inputs = to_wire(self.arguments, to_jsonable_python(values), self._options.files)
        except LookupError as error:
            raise AlliToolError(str(error.args[0]) if error.args else "there is no such document") from error
        stop = self._options.stop
        return Question(
            app_id=self.app.app_id,
            message=message,
            inputs=inputs if inputs or not self._converses else None,
            is_stateful=self._converses,
            conversation_id=self._conversation(context) if self._converses else None,
            changes=self._changes(context),
            streaming=self._options.streaming,
            progress=Progress(self.app.app_id, current_tool_call_id.get(), context, self._options.channels),
            watch=StopWatch(None if stop is None else lambda: stop(context.context)),
        )

    @property
    def _converses(self) -> bool:
        return self.app.type != SINGLE_ACTION

    def _conversation(self, context: CallContext) -> str | None:
        policy = self._options.conversation
        if callable(policy):
            given: object = policy(self.app.app_id, context.context)
            if given is not None and not isinstance(given, str):
                raise ConfigurationError(
                    f"conversation: its function must give text or None, not {type(given).__name__}"
                )
            return given or None
        if policy == "fresh":
            return None
        noted = context.conversations.get(self.app.app_id)
        return noted if isinstance(noted, str) else last_conversation_id(context.messages, self.app.app_id)

    def _changes(self, context: CallContext) -> "ClientOptions":
        user_id = self._options.user(context.context)
        if user_id == "":
            raise ConfigurationError("user: its function gave an empty user; give None for the client's own user")
        changes: ClientOptions = {}
        if user_id is not None:
            changes["user_id"] = user_id
        if self._options.deadline is not None:
            changes["deadline"] = self._options.deadline
        if self._options.idle_timeout is not None:
            changes["idle_timeout"] = self._options.idle_timeout
        return changes

    def _succeed(self, call: Question, result: RunResult, *, restarted: bool) -> tuple[Outcome, list[dict[str, Any]]]:
        outcome = success_outcome(
            self.app,
            result,
            limit=self._options.max_content_chars,
            replaced=call.progress.replaced,
            restarted=restarted,
        )
        return outcome, call.progress.rest(outcome.content) if self._options.streaming else []

    def _fail(self, error: Exception) -> Outcome:
        """The outcome for an error the model can act on; any other error is raised again as it is."""
        if not is_for_the_model(error, self._options.on_error):
            if isinstance(error, AlliError):
                note_outcome(error)
            raise error
        words = words_for_the_model(error, self.app, [argument.key for argument in self.arguments])
        outcome = error_outcome(
            self.app, words, error_details(error), partial_result(error), limit=self._options.max_content_chars
        )
        if current_tool_call_id.get() is None:
            raised = AlliToolError(outcome.content)
            raised.artifact = outcome.artifact
            raise raised from error
        return outcome
