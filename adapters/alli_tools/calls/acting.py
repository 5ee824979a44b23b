"""Whose calls these are, where no framework says it: a user and a thread that hold for a block of code.

    with acting_for(user="emp-7", thread="t-1"):
        outcome = tool.call({"message": "hi"})

They live in a context variable: tasks that are started in the block, and threads that copy its context
(`asyncio.to_thread`, LangGraph's), see them; a bare `threading.Thread` does not.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from alli import ConfigurationError

__all__ = ["Caller", "acting_for", "current_caller", "user_of_caller"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The user and the thread of a call.

    Attributes:
        user: the end user; None stands for the client's own user.
        thread: the thread that a call belongs to; None: each call of a conversational app begins a conversation.
    """

    user: str | None = None
    thread: str | None = None


_current: ContextVar[Caller] = ContextVar("alli_caller", default=Caller())  # noqa: B039  # frozen


@contextmanager
def acting_for(user: str | None = None, thread: str | None = None) -> Generator[Caller, None, None]:
    """Within the block, calls are made for this user and belong to this thread.

    What is left out stays as it is around the block. Two users never share a conversation, whatever the thread is
    called. Where a framework says whose call it is (LangGraph's `context=`, a signed-in user), that wins.

    Raises:
        ConfigurationError: one of them is not text, or is empty, which may mean that nobody is signed in.
    """
    for name, value in (("user", user), ("thread", thread)):
        given: object = value
        if given is not None and not (isinstance(given, str) and given):
            what = "empty" if given == "" else type(given).__name__
            raise ConfigurationError(f"acting_for: {name} must be text that is not empty, or None, not {what}")
    around = _current.get()
    caller = Caller(around.user if user is None else user, around.thread if thread is None else thread)
    token = _current.set(caller)
    try:
        yield caller
    finally:
        _current.reset(token)


def current_caller() -> Caller:
    """The caller that `acting_for` names here; outside such a block, one without user and thread."""
    return _current.get()


def user_of_caller(context: Any) -> str | None:
    """The default resolver of users: the user that `acting_for` names."""
    return context.user if isinstance(context, Caller) else _current.get().user
