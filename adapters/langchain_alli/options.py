"""How tools behave, in one object that is passed whole."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import inf
from typing import Any, get_args

from alli_tools.definition.arguments import FileResolver, refuse_files

from langchain_alli.calls.context import UserResolver, user_from_context
from langchain_alli.calls.conversations import ConversationPolicy
from langchain_alli.calls.errors import OnError
from langchain_alli.calls.progress import ALL_CHANNELS, Channel

__all__ = ["StopCheck", "ToolOptions"]

StopCheck = Callable[[Any], bool]
"""`stop(context)` says whether a call shall end now. `context` is what the application gave as `context=` to the
agent. Called often, during a call also from a thread of its own, so it must be quick: `lambda _: event.is_set()`."""

_SMALLEST_CONTENT = 200  # characters: room for a cut mark and something before it


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """How tools behave; the defaults suit an agent that serves people.

    A call that is stopped, cancelled or too late closes its connection, and no more: the app may go on running. The
    service is said to have an operation that stops a conversation (POST .../conversations/{id}/stop), but neither what it
    takes nor what it answers is documented, nor whether it ends a run that is being streamed, so it is not called.

    Attributes:
        max_content_chars: the most characters a model is given of one answer, at least 200. What is cut off is
            marked, and whole in the artifact.
        streaming: run apps as streams and send partial answers to `channels`. False asks for whole answers.
        channels: where partial answers are sent.
        conversation: "thread": a conversational app goes on with its conversation of the thread. "fresh": each call
            begins a new one. Or a function that gives the conversation. Two calls never write to one conversation at
            a time: of parallel calls of one app the first goes on with it and the others begin their own.
        user: finds the user a call is made for in the agent's `context=`.
        files: finds the document a model names by a handle. Without one, document inputs are no arguments, and an
            app that has others still takes those.
        on_error: which errors come back to the model and which are raised.
        deadline: seconds for one call from its request to its end. None: what the client says, which by default is
            no end while the app goes on sending.
        idle_timeout: seconds a streamed answer may go without anything readable. None: what the client says.
        stop: asked whether the call shall end, which then closes the connection and raises `CallStoppedError`: before
            the request, between two partial answers and, in synchronous calls, also while the app is silent. For
            synchronous agents, whose threads nobody can cancel; a task is cancelled instead. Without `streaming` it
            is asked before the request only.
    """

    max_content_chars: int = 20_000
    streaming: bool = True
    channels: Collection[Channel] = ALL_CHANNELS
    conversation: ConversationPolicy = "thread"
    user: UserResolver = user_from_context
    files: FileResolver = refuse_files
    on_error: OnError = "return_actionable"
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
            if seconds is not None and not 0 < seconds < inf:
                raise ValueError(f"{name}: must be a finite number of seconds above 0, or None")
        if not callable(self.conversation) and self.conversation not in ("thread", "fresh"):
            raise ValueError('conversation: must be "thread", "fresh" or a function of app id and context')
        if self.on_error not in get_args(OnError):
            raise ValueError(f"on_error: must be one of {', '.join(get_args(OnError))}")
        for name, function in (("user", self.user), ("files", self.files), ("stop", self.stop)):
            if not (callable(function) or (name == "stop" and function is None)):
                raise ValueError(f"{name}: must be a function, not {type(function).__name__}")
        unknown = set(self.channels) - ALL_CHANNELS
        if unknown:
            raise ValueError(f"channels: must be among {', '.join(sorted(ALL_CHANNELS))}; {len(unknown)} are not")

    @property
    def takes_documents(self) -> bool:
        """Has the application given a resolver for documents?"""
        return self.files is not refuse_files
