"""A call of one app, from the caller's arguments to its outcome, sync and async from one body.

hook before → check → whose call, which conversation → one request → outcome → conversation kept → hook after
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alli import AlliError, ConfigurationError

from alli_tools.clients import Clients
from alli_tools.definition.app_spec import AppSpec
from alli_tools.definition.arguments import reply_in, to_wire
from alli_tools.definition.tool_definition import ToolDefinition
from alli_tools.options import ToolCall, ToolOptions

from .asking import Answered, Question, answer
from .conversations import Claims, Marks, Remembered, marks_of, no_mark, store_key
from .driving import AWAITING, BLOCKING, Way, read, run_now, write
from .errors import CallRefusedError, error_details, is_for_the_model, partial_result, words_for_the_model
from .hosts import Host
from .outcomes import Outcome, Shown, error_outcome, success_outcome
from .stopping import CallStoppedError, StopWatch
from .updates import Update, Updates

if TYPE_CHECKING:
    from alli import ClientOptions

__all__ = ["AppCalls"]

_log = logging.getLogger(__name__)


class AppCalls:
    """Runs one app for a tool. `claims` are those of all tools that may meet in one thread."""

    def __init__(
        self,
        app: AppSpec,
        definition: ToolDefinition,
        clients: Clients,
        options: ToolOptions,
        claims: Claims | None = None,
    ) -> None:
        self.app = app
        self.definition = definition
        self.options = options
        self.clients = clients
        self._claims = claims or Claims()

    def __repr__(self) -> str:
        return f"<calls of app {self.app.app_id}>"

    def with_definition(self, definition: ToolDefinition) -> "AppCalls":
        """Calls of the same app that take other arguments."""
        return AppCalls(self.app, definition, self.clients, self.options, self._claims)

    def attempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """The outcome of a call. Errors of the service are in it.

        Args:
            arguments: what the model gave.
            host: who calls.
            checked: whether the host has checked the arguments by the same rules.

        Raises:
            CallStoppedError: the application stopped the call.
            Exception: what resolvers and hooks of the application raise.
        """
        return run_now(self._outcome(BLOCKING, arguments, host, checked=checked))

    async def aattempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """As `attempt`, awaited. Cancelling closes the connection."""
        return await self._outcome(AWAITING, arguments, host, checked=checked)

    async def _outcome(self, way: Way, arguments: Mapping[str, object], host: Host, *, checked: bool) -> Outcome:
        async with aclosing(self.steps(way, arguments, host, checked=checked)) as steps:
            async for step in steps:
                if isinstance(step, Outcome):
                    return step
                await way.send(host, step)
        raise RuntimeError("a call has an outcome")  # pragma: no cover

    async def steps(
        self, way: Way, arguments: Mapping[str, object], host: Host, *, checked: bool = False
    ) -> AsyncGenerator[list[Update] | Outcome]:
        """Partial answers as they come, for hosts that fetch them, and last of all the outcome. Raises as `attempt` does.

        Closing it closes the connection.
        """
        user = host.checked_user(self.options.user)
        given: object = arguments  # a model may have given text, a list or null
        named: Mapping[str, object] = arguments if isinstance(given, Mapping) else {}
        call = ToolCall(self.app.tool_name, self.app.app_id, named, user, host.thread)
        shown = Shown(
            self.options.max_content_chars,
            self.options.artifact,
            can_reply=self._takes_replies,
            for_people=host.for_people,
        )
        try:
            client = self.clients.of(way)
            who = user or client.user_id
            mark: Marks = no_mark
            if who and self.app.converses:
                mark = marks_of(await way.wait(client.signer()), self.app.app_id, who)
            shown = replace(shown, mark=mark)
            if named is not given:
                raise self._refusal(self.definition.check(given)[1])
            values = await self._checked(way, call, checked=checked)
            changes = self._changes(user)
            if changes:
                client = client.with_options(**changes)
            key = self._key(client, host, who)
            question = await self._question(way, values, host, mark, key)
            answered: Answered | None = None
            async with aclosing(self._asked(way, client, question, host)) as steps:
                async for step in steps:
                    if isinstance(step, Answered):
                        answered = step
                    else:
                        yield step
            if answered is None:
                raise RuntimeError("an answer has an end")  # pragma: no cover
            result = answered.result
            if key is not None and result.conversation_id:
                await self._keep(way, host, key, result.conversation_id)
            outcome = success_outcome(
                self.app, result, shown, replaced=question.updates.replaced, restarted=answered.restarted
            )
            if self.options.streaming and (rest := question.updates.rest(outcome.text)):
                yield rest
        except CallStoppedError:
            raise
        except AlliError as error:
            outcome = self._failed(error, shown)
        if self.options.after is not None:
            other: object = await way.ask(self.options.after, call, outcome)
            if other is not None and not isinstance(other, Outcome):
                raise ConfigurationError(f"after: must give an Outcome or None, not {type(other).__name__}")
            outcome = outcome if other is None else other
        yield outcome

    # Before the request

    async def _checked(self, way: Way, call: ToolCall, *, checked: bool) -> Mapping[str, object]:
        values = call.arguments
        if self.options.before is not None:
            changed = await way.ask(self.options.before, call)
            values, checked = (values, checked) if changed is None else (changed, False)
        if checked:
            problems = self.definition.missing_reply(values)
        else:
            values, problems = self.definition.check(values)
        if problems:
            raise self._refusal(problems)
        return values

    def _refusal(self, problems: Iterable[str]) -> CallRefusedError:
        keys = ", ".join(argument.key for argument in self.definition.arguments)
        return CallRefusedError(f"Nothing was sent: {'; '.join(problems)}. The arguments are: {keys}.")

    async def _question(
        self, way: Way, values: Mapping[str, object], host: Host, mark: Marks, key: str | None
    ) -> Question:
        arguments = self.definition.arguments
        try:
            message, inputs = to_wire(arguments, values, self.options.files)
        except LookupError as error:
            raise CallRefusedError(str(error.args[0]) if error.args else "there is no such document") from error
        choices, form = reply_in(arguments, values)
        conversation_id = await self._conversation(way, host, mark, key) if self.app.converses else None
        stop = self.options.stop
        return Question(
            app_id=self.app.app_id,
            message=message,
            inputs=inputs if inputs or not self.app.converses else None,
            choices=choices,
            form=form,
            is_stateful=self.app.converses,
            conversation_id=conversation_id,
            streaming=self.options.streaming,
            updates=Updates(self.app.app_id, host.tool_call_id),
            watch=StopWatch(None if stop is None else lambda: stop(host.context)),
        )

    @property
    def _takes_replies(self) -> bool:
        return any(argument.kind == "choices" for argument in self.definition.arguments)

    def _key(self, client: Any, host: Host, who: str | None) -> str | None:
        """Where the store keeps this conversation; None where it is not to be kept."""
        if not self.app.converses or self.options.conversation != "thread" or host.thread is None:
            return None
        return store_key(client.base_url, who, host.thread, self.app.app_id)

    async def _conversation(self, way: Way, host: Host, mark: Marks, key: str | None) -> str | None:
        if host.reply_to is not None:
            if host.reply_for not in (None, mark(host.reply_to)):
                raise CallRefusedError("Nothing was sent: that is the conversation of somebody else.")
            return host.reply_to
        policy = self.options.conversation
        if callable(policy):
            given: object = policy(self.app.app_id, host.context)
            if given is not None and not isinstance(given, str):
                raise ConfigurationError(
                    f"conversation: its function must give text or None, not {type(given).__name__}"
                )
            return given or None
        if policy == "fresh":
            return None
        found = host.find_conversation(self.app.app_id, mark)
        if found is not None or key is None:
            return found
        remembered = Remembered.from_json(await read(way, host.store_for_calls(self.options.store), key))
        return remembered.conversation_id if remembered is not None and host.may_go_on(remembered) else None

    def _changes(self, user: str | None) -> "ClientOptions":
        changes: ClientOptions = {}
        if user is not None:
            changes["user_id"] = user
        if self.options.deadline is not None:
            changes["deadline"] = self.options.deadline
        if self.options.idle_timeout is not None:
            changes["idle_timeout"] = self.options.idle_timeout
        return changes

    # The request, and after it

    async def _asked(
        self, way: Way, client: Any, question: Question, host: Host
    ) -> AsyncGenerator[list[Update] | Answered]:
        with self._claims.hold(question.conversation_id) as conversation_id:
            if question.is_reply and conversation_id is None:
                raise CallRefusedError(
                    "Nothing was sent: there is no conversation in which this app waits for choices or a form. "
                    "Give a message first."
                )
            try:
                async with aclosing(answer(way, client, question, conversation_id)) as steps:
                    async for step in steps:
                        yield step
            except (asyncio.CancelledError, CallStoppedError):
                await way.send(host, [question.updates.cancelled()])
                raise

    async def _keep(self, way: Way, host: Host, key: str, conversation_id: str) -> None:
        try:
            await write(way, host.store_for_calls(self.options.store), key, host.remember(conversation_id).to_json())
        except Exception as error:  # noqa: BLE001  # the app has run; its answer counts more than its next conversation
            _log.warning("the conversation was not kept: %s", type(error).__name__)

    def _failed(self, error: AlliError, shown: Shown) -> Outcome:
        # Other arguments do not help where the key, the bill or the service is at fault.
        is_about_them = not shown.for_people and is_for_the_model(error, "return_actionable")
        keys = [argument.key for argument in self.definition.arguments] if is_about_them else []
        words = words_for_the_model(error, self.app, keys)
        return error_outcome(self.app, words, error_details(error), partial_result(error), shown, cause=error)
