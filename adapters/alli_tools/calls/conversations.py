"""Which conversation a call belongs to: the ids of conversations by user, thread and app, and who holds one now.

Where they are kept: in any mutable mapping or LangGraph store that the application gives, else in this process. What is
kept is a conversation's id under a key that names no user.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

from alli import ConfigurationError

__all__ = [
    "PROCESS_STORE",
    "Claims",
    "ConversationPolicy",
    "ConversationResolver",
    "ConversationStore",
    "Marks",
    "MemoryStore",
    "Remembered",
    "check_store",
    "marks_of",
    "no_mark",
    "store_key",
]

ConversationResolver = Callable[[str, Any], str | None]
"""`resolver(app_id, context)` gives the conversation a call goes on with, or None to begin one. `context` is what the
application gave as `context=` to the agent; without a framework, the `Caller` of `acting_for`. Called once per call of a
conversational app, in its thread or task; an exception in it ends the call before anything is sent."""

ConversationPolicy = Literal["thread", "fresh"] | ConversationResolver
"""`thread`: a conversational app goes on with its conversation of this thread. `fresh`: each call begins a new one. A
function: the application decides."""

ConversationStore = Any
"""A mutable mapping (a dict, a `shelve`), or an object with `get`, `put`, `aget` and `aput` as LangGraph's stores have."""

_MOST_KEPT = 10_000  # conversations; some two MB


class MemoryStore(MutableMapping[str, Any]):
    """A mapping in memory, safe for threads, that forgets what was used longest ago.

    Args:
        most: how many entries it keeps.
    """

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Any] = OrderedDict()

    def __getitem__(self, key: str) -> Any:
        with self._lock:
            value = self._kept[key]
            self._kept.move_to_end(key)
            return value

    def __setitem__(self, key: str, value: Any) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def __delitem__(self, key: str) -> None:
        with self._lock:
            del self._kept[key]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)


PROCESS_STORE = MemoryStore()
"""The conversations of this process: agents are often built per request, and go on with those of the one before."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a store keeps of a conversation.

    Attributes:
        conversation_id: the service's id.
        call: where a framework noted it among a thread's messages: the tool call it belongs to. Else None.
    """

    conversation_id: str
    call: str | None = None

    def to_json(self) -> dict[str, object]:
        """JSON only, as any store takes it."""
        return {"conversation_id": self.conversation_id, "call": self.call}

    @classmethod
    def from_json(cls, value: object) -> "Remembered | None":
        """None for anything that is not such an entry."""
        if not isinstance(value, Mapping):
            return None
        fields = cast("Mapping[str, object]", value)
        found, call = fields.get("conversation_id"), fields.get("call")
        if not (isinstance(found, str) and found):
            return None
        return cls(found, call if isinstance(call, str) else None)


Marks = Callable[[str | None], str]
"""From a conversation's id to the mark that says whose it is. Only who has the API key can make one: what comes back with the messages
or the state of a graph may be made up by its caller. Empty where there is no user or no conversation."""


def no_mark(conversation_id: str | None) -> str:
    """For calls without a user."""
    return ""


def marks_of(sign: Callable[[str], str], app_id: str, user: str) -> Marks:
    """The marks of a user's conversations with an app."""

    def mark(conversation_id: str | None) -> str:
        return sign(f"{app_id}\0{user}\0{conversation_id}")[:32] if conversation_id else ""

    return mark


def store_key(service: str, user: str | None, thread: str, app_id: str) -> str:
    """The key of the conversation of this user, thread and app at this service."""
    return f"{app_id}:{_digest(chr(0).join((service, user or '', thread)))}"


def check_store(store: object) -> None:
    """Refuses what can't keep conversations.

    Raises:
        ConfigurationError: says what is accepted.
    """
    if isinstance(store, MutableMapping):
        return
    if not all(callable(getattr(store, name, None)) for name in ("get", "put", "aget", "aput")):
        raise ConfigurationError(
            f"store: must be a mutable mapping or a LangGraph store (get, put, aget, aput), not {type(store).__name__}"
        )


class Claims:
    """The conversations in which a call is under way, so that two calls never write to one at the same time.

    Two parallel calls of one app in one step both find the same conversation. The first goes on with it, the second
    begins a new one; the answer that stands last in the messages is the one later calls go on with.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: set[str] = set()

    @contextmanager
    def hold(self, conversation_id: str | None) -> Generator[str | None, None, None]:
        """`conversation_id` for the length of the block, or None if another call holds it."""
        with self._lock:
            free = conversation_id is not None and conversation_id not in self._held
            if free and conversation_id is not None:
                self._held.add(conversation_id)
        if not free:
            yield None
            return
        try:
            yield conversation_id
        finally:
            with self._lock:
                self._held.discard(cast("str", conversation_id))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
