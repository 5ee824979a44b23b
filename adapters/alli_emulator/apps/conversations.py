"""Conversations: what the emulator keeps between the turns of one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from alli_emulator.apps.citation import Citation
from alli_emulator.apps.ids import new_id

__all__ = ["Chat", "Conversation"]


@dataclass(frozen=True, slots=True)
class Chat:
    """One message of a conversation; `sender` is `USER` or `BOT`, `said_at` the time in seconds since 1970."""

    id: str
    sender: str
    message: str = field(repr=False)
    said_at: float = field(default_factory=time.time)
    citations: tuple[Citation, ...] = field(default=(), repr=False)


@dataclass(slots=True, eq=False)
class Conversation:
    """One conversation with one app.

    Attributes:
        turn: number of the turn that is running or was the last, from 1; 0 before the first.
        memory: the app's own notes from turn to turn.
        variables: what the app has set; `requiredVariables` of a run picks from these.
        chats: all messages of both sides, oldest first.
        offered: how many choices the last turn offered.
        ended: the conversation takes no more turns.
        began_at: seconds since 1970.
    """

    app_id: str
    user_id: str | None = None
    id: str = field(default_factory=lambda: new_id("Conversation"))
    turn: int = 0
    memory: dict[str, object] = field(default_factory=dict[str, object], repr=False)
    variables: dict[str, object] = field(default_factory=dict[str, object], repr=False)
    chats: list[Chat] = field(default_factory=list[Chat], repr=False)
    offered: int = 0
    ended: bool = False
    began_at: float = field(default_factory=time.time)

    def say(self, sender: str, message: str) -> Chat:
        """Adds a message and returns it."""
        chat = Chat(new_id("Chat"), sender, message)
        self.chats.append(chat)
        return chat
