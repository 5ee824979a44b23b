"""What an app of the emulator is: a Python function, what it is given and what it may answer.

    @alli.app(name="Echo", type="single_action", inputs=[AppInput("text", "Text")])
    def echo(run: AppRun) -> str:
        return run.text_input("text")

A function returns its answer, or yields it bit by bit: a `str` is text that is added to the message, a `Reply` says
more (a snapshot, citations, choices, a form, a replacement). It runs in its own thread, so it may block, and may be
some steps ahead of what is sent. An `async` function, or generator, runs on the emulator's loop, so it must not block.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TypeAlias

from alli_emulator.apps.citation import Citation
from alli_emulator.apps.conversations import Conversation

__all__ = [
    "Answer",
    "App",
    "AppFailure",
    "AppFile",
    "AppInput",
    "AppInputOption",
    "AppRun",
    "AsyncAnswer",
    "Citation",
    "FormField",
    "Handler",
    "Reply",
    "Step",
]


class AppFailure(Exception):
    """Raised by an app function to say, in words for the caller, why it can't answer.

    The caller sees it as the service tells errors of a run: HTTP 200 with `{"error": ...}`, or as an error record in a
    stream that has begun. Any other exception becomes the service's `internal error` (HTTP 500 where nothing was sent).
    """


@dataclass(frozen=True, slots=True)
class AppInputOption:
    """One option of an input of type `single`: `name` is shown to people, `value` is sent."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class AppInput:
    """One input of an app as the v1 list shows it.

    Attributes:
        variable: the key in `inputs` of a run (`value` on the wire).
        label: what people see (`name` on the wire); the variable where empty.
        input_type: `text`, `paragraph`, `single` (one of `options`) or `document_basic`.
        placeholder: hint shown in an empty field; left out where None.
        options: what may be chosen where `input_type` is `single`.
    """

    variable: str
    label: str = ""
    input_type: str = "text"
    placeholder: str | None = None
    options: Sequence[AppInputOption] = ()


@dataclass(frozen=True, slots=True)
class AppFile:
    """A file that came with a run. It can be read until the run has ended.

    Attributes:
        variable: name of the multipart part: the app's variable in `run`, `files` or `media_files` in a conversation.
        filename: as sent; may be empty.
        content_type: as sent, or None.
        size: bytes.
    """

    variable: str
    filename: str
    content_type: str | None
    size: int
    source: IO[bytes] = field(repr=False)

    def read(self) -> bytes:
        """All bytes of the file, from its beginning, however often it is called."""
        self.source.seek(0)
        return self.source.read()


@dataclass(frozen=True, slots=True)
class AppRun:
    """What one call of an app brings. Prompts and answers are in no repr.

    Attributes:
        app_id: id of the app as the lists give it.
        inputs: variable name to value; `{}` where none came.
        message: what the user wrote, `""` where nothing.
        files: all files of the request, in its order.
        choices: indices of the offered choices that were picked (run_conversation only).
        form: the form sent (run_conversation only), None where none was.
        conversation: kept between the turns of one conversation; `memory` is the app's to use.
        user_id: OWN-USER-ID, decoded; None where not sent.
        history: earlier conversations of this user with this app, oldest first; without a user there are none.
    """

    app_id: str
    conversation: Conversation
    inputs: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    message: str = field(default="", repr=False)
    files: tuple[AppFile, ...] = ()
    choices: tuple[int, ...] = ()
    form: Mapping[str, object] | None = field(default=None, repr=False)
    user_id: str | None = None
    history: tuple[Conversation, ...] = ()

    def text_input(self, variable: str, default: str = "") -> str:
        """The input as text, `default` where it is missing, null or empty."""
        value = self.inputs.get(variable)
        return default if value is None or value == "" else str(value)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form an app asks for; `name` is the key in `AppRun.form`."""

    name: str
    label: str = ""
    type: str = "text"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """One step of an answer that is more than text.

    Attributes:
        text: added to the current message.
        snapshot: all of the current message so far, in place of what it was.
        new_message: begins another message first (an answer may hold several).
        citations: added to the current message.
        choices: options offered to the user with the current message.
        multiple: whether several choices may be picked.
        form: fields the user is asked to fill in.
        replacement: takes the place of the whole current message at the end: as the record `final_replaced_message` of
            a conversation stream, elsewhere simply as the message's text.
        error: marks the current message as failed, while the run goes on (`responses[i].error`).
        variables: set in the conversation; returned where a run asks for them in `requiredVariables`.
        ends: the conversation is over after this turn.
    """

    text: str = field(default="", repr=False)
    snapshot: str | None = field(default=None, repr=False)
    new_message: bool = False
    citations: Sequence[Citation] = ()
    choices: Sequence[str] = ()
    multiple: bool = False
    form: Sequence[FormField] = ()
    replacement: str | None = field(default=None, repr=False)
    error: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    ends: bool = False


Step: TypeAlias = str | Reply
"""One bit of an answer: text to add, or a `Reply`."""

Answer: TypeAlias = str | Reply | Iterable[Step]
"""What an app function returns; an iterable is read step by step, each streamed as soon as it is there."""

AsyncAnswer: TypeAlias = AsyncIterable[Step] | Awaitable[Answer]
"""What calling an `async` app function gives."""

Handler: TypeAlias = Callable[[AppRun], Answer | AsyncAnswer]
"""An app's function. Called once per run, in its own thread; raises `AppFailure` for an error the user may read."""


@dataclass(frozen=True, slots=True)
class App:
    """An app as registered. What a PATCH changes is in a new object; ask the emulator's `apps` for the present state.

    Attributes:
        id: padded base64 of `LLMApp:<24 hex digits>`.
        type: `single_action`, `campaign` or `agent`; any other text is served as it is.
        weight: the v2 list is sorted by it, highest first.
        placement: what `start_conversation` looks for.
        agent_permission, user_permission: as in the v2 App, None where not set.
        needs_inputs: a run that brings nothing fails with the service's 500 for that; else the app is run, to greet.
        may_fail: what the function raises is expected: `Emulator.verify` does not report it.
    """

    id: str
    name: str
    handler: Handler = field(repr=False)
    type: str = "single_action"
    description: str | None = None
    category: str = "GENERAL"
    published: bool = True
    enabled: bool = True
    weight: int = 0
    placement: str | None = None
    inputs: Sequence[AppInput] = ()
    agent_permission: Mapping[str, object] | None = None
    user_permission: Mapping[str, object] | None = None
    needs_inputs: bool = False
    may_fail: bool = False

    @property
    def skill_id(self) -> str:
        """The raw id of the dashboard's URLs, which POST /webapi/skill takes."""
        return base64.b64decode(self.id).decode().partition(":")[2]
