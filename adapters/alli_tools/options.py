"""How tools behave, in one object that is passed whole."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, get_args

from .calls.acting import user_of_caller
from .calls.conversations import ConversationPolicy, ConversationStore, check_store
from .calls.errors import OnError
from .calls.outcomes import ArtifactDetail, Outcome
from .definition.arguments import FileResolver, refuse_files

__all__ = ["AfterCall", "BeforeCall", "Offers", "StopCheck", "ToolCall", "ToolOptions", "UserResolver"]

UserResolver = Callable[..., str | None]
"""`resolver(context)` gives the user a call is made for, or None for the client's own user. `context` is the `Caller` of
`acting_for`, or what a framework has in its place. Called once per call, in its thread or task; an exception in it ends
the call before anything is sent."""

StopCheck = Callable[[Any], bool]
"""`stop(context)` says whether to end a call now. `context` is as for resolvers of users. Called often, during a call also
from a separate thread, so it must be quick: `lambda _: event.is_set()`."""

Offers = Literal["arguments", "text"]
"""What becomes of choices and forms that an app offers. `arguments`: the model reads them and replies by the arguments
`choices` and `form`. `text`: it reads them, and has words alone to reply with."""

_SMALLEST_CONTENT = 200  # characters: room for a cut mark and something before it


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What hooks see of a call.

    Attributes:
        name: the tool's name.
        app_id: the app's id.
        arguments: as the caller gave them; before the call not checked yet.
        user: the end user; None for the client's own.
        thread: the thread that the call belongs to, if any.
    """

    name: str
    app_id: str
    arguments: Mapping[str, object]
    user: str | None
    thread: str | None

    def __repr__(self) -> str:
        return f"<call of {self.name} with {', '.join(self.arguments) or 'no arguments'}>"


BeforeCall = Callable[[ToolCall], Mapping[str, object] | Awaitable[Mapping[str, object] | None] | None]
"""`before(call)` may give other arguments, which are checked then, or raise `CallRefusedError` with words for the model.
None leaves them as they are. It may be a coroutine function where calls are awaited."""

AfterCall = Callable[[ToolCall, Outcome], Outcome | Awaitable[Outcome | None] | None]
"""`after(call, outcome)` may give another outcome; None leaves it. Called for failed calls too, not for those that are
stopped or cancelled. It may be a coroutine function where calls are awaited."""


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """How tools behave; the defaults suit an agent that serves people.

    A call that is stopped, cancelled or too late closes its connection, and no more: the app may go on running. The
    service is said to have an operation that stops a conversation (POST .../conversations/{id}/stop), but neither what it
    takes nor what it answers is documented, nor whether it ends a run that is being streamed, so it is not called.

    Attributes:
        max_content_chars: the most characters a model is given of one answer, at least 200. What is cut off is
            marked, and the artifact has the whole.
        artifact: "full": everything beside the text. "ids": what it takes to go on, without words of the app. The answer
            itself is in the text alone, unless it was cut.
        streaming: run apps as streams, for hosts that show partial answers. False asks for whole answers.
        conversation: "thread": a conversational app goes on with its conversation of the thread. "fresh": each call
            begins a new one. Or a function that gives the conversation. Two calls never write to one conversation at
            a time: of parallel calls of one app the first goes on with it and the others begin their own.
        store: where conversations are kept by user, thread and app: a mutable mapping or a LangGraph store. None: where
            the framework keeps things, else in this process, the 10,000 that were used last.
        offers: what becomes of choices and forms that an app offers.
        user: finds the user a call is made for.
        files: finds the document a model names by a handle. Without one, document inputs are not arguments, and an
            app that has others still takes those.
        on_error: which errors come back as outcomes and which are raised.
        before: called before each call.
        after: called after each call.
        deadline: seconds for one call from its request to its end. None: what the client says, which by default is
            not limited while the app goes on sending.
        idle_timeout: seconds a streamed answer may go without anything readable. None: what the client says.
        stop: asked whether to end the call, which closes the connection and raises `CallStoppedError`: before the
            request, between two partial answers and, in synchronous calls, also while the app is silent. For
            synchronous agents, whose threads nobody can cancel; a task is cancelled instead. Without `streaming` it
            is asked before the request only.
    """

    max_content_chars: int = 20_000
    artifact: ArtifactDetail = "full"
    streaming: bool = True
    conversation: ConversationPolicy = "thread"
    store: ConversationStore | None = field(default=None, repr=False)
    offers: str = "arguments"
    user: UserResolver = user_of_caller
    files: FileResolver = refuse_files
    on_error: OnError = "return_actionable"
    before: BeforeCall | None = None
    after: AfterCall | None = None
    deadline: float | None = None
    idle_timeout: float | None = None
    stop: StopCheck | None = None

    def __post_init__(self) -> None:
        """Refuse what can only be a mistake.

        Raises:
            ValueError: names the option.
        """
        if self.max_content_chars < _SMALLEST_CONTENT:
            raise ValueError(f"max_content_chars: must be {_SMALLEST_CONTENT} or more, not {self.max_content_chars}")
        for name, seconds in (("deadline", self.deadline), ("idle_timeout", self.idle_timeout)):
            if seconds is not None and not (isinstance(seconds, (int, float)) and 0 < seconds < inf):
                raise ValueError(f"{name}: must be a finite number of seconds above 0, or None")
        if not callable(self.conversation) and self.conversation not in ("thread", "fresh"):
            raise ValueError('conversation: must be "thread", "fresh" or a function of app id and context')
        for name, value, allowed in (
            ("on_error", self.on_error, get_args(OnError)),
            ("artifact", self.artifact, get_args(ArtifactDetail)),
            ("offers", self.offers, self._offers()),
        ):
            if value not in allowed:
                raise ValueError(f"{name}: must be one of {', '.join(allowed)}")
        functions: dict[str, object] = {"user": self.user, "files": self.files}
        functions |= {
            name: getattr(self, name) for name in ("stop", "before", "after") if getattr(self, name) is not None
        }
        for name, function in functions.items():
            if not callable(function):
                raise ValueError(f"{name}: must be a function, not {type(function).__name__}")
        if self.store is not None:
            check_store(self.store)

    @classmethod
    def _offers(cls) -> tuple[str, ...]:
        return get_args(Offers)

    @property
    def takes_documents(self) -> bool:
        """Has the application given a resolver for documents?"""
        return self.files is not refuse_files

    @property
    def takes_replies(self) -> bool:
        """Do tools of apps that converse take `choices` and `form`?"""
        return self.offers == "arguments"
