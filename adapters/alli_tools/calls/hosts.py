"""What calls a tool: a program of plain Python, or a framework that knows more. Frameworks subclass `Host`."""

from typing import Any

from alli import ConfigurationError

from .acting import current_caller
from .conversations import PROCESS_STORE, Marks, Remembered

__all__ = ["Host"]


class Host:
    """Plain Python, which says by `acting_for` whose call it is, and shows partial answers to nobody.

    Attributes:
        context: what the resolvers of `ToolOptions` are given.
        tool_call_id: the model's id of this call, where it is known.
        for_people: people read the text, so it does not say how to call the tool again.
        reply_to: the conversation that the call replies in, whatever else would be its conversation.
        reply_for: the mark that came with that conversation; None: it is the caller's.
        store: the framework's own store for conversations; None: that of `ToolOptions`, else the process's.
    """

    def __init__(self) -> None:
        self.context: Any = current_caller()
        self.tool_call_id: str | None = None
        self.for_people = False
        self.reply_to: str | None = None
        self.reply_for: str | None = None
        self.store: Any = None

    @property
    def thread(self) -> str | None:
        """The thread the call belongs to."""
        return current_caller().thread

    def find_user(self, resolver: Any) -> object:
        """Whom the call is made for, by the application's resolver."""
        return resolver(self.context)

    def checked_user(self, resolver: Any) -> str | None:
        """The user that `find_user` names; None for the client's own.

        Raises:
            ConfigurationError: the user is empty, which may mean that nobody is signed in, or is not text.
        """
        user = self.find_user(resolver)
        if user == "":
            raise ConfigurationError("user: its function gave an empty user; give None for the client's own user")
        if user is not None and not isinstance(user, str):
            raise ConfigurationError(f"user: its function must give text or None, not {type(user).__name__}")
        return user

    def find_conversation(self, app_id: str, mark: Marks) -> str | None:
        """The conversation that the framework's own state has for this app and, by its mark, for this user."""
        return None

    def may_go_on(self, remembered: Remembered) -> bool:
        """May this call go on with a conversation from the store?"""
        return True

    def remember(self, conversation_id: str) -> Remembered:
        """What the store keeps of a conversation that this call was part of."""
        return Remembered(conversation_id)

    def store_for_calls(self, given: Any) -> Any:
        """Where calls keep what outlives them: in `given`, else in the framework's store, else in this process."""
        if given is not None:
            return given
        return self.store if self.store is not None else PROCESS_STORE

    def send(self, updates: list[dict[str, Any]]) -> None:
        """Delivers partial answers, from a thread. Must not raise."""

    async def asend(self, updates: list[dict[str, Any]]) -> None:
        """Delivers partial answers, from a task. Must not raise."""
