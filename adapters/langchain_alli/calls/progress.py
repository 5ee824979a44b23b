"""Partial answers, sent where someone may be listening: three channels that LangGraph keeps apart.

`stream_mode="custom"`, `stream_mode="tools"` and `astream_events` each show what was sent to them and nothing of the
others, so by default a tool sends to all three. `"tools"` alone is delivered only when the tool has ended; ask for
`["custom", "tools"]` or `["messages", "tools"]` to see it live.
"""

import logging
from collections.abc import Collection, Generator
from contextlib import contextmanager
from typing import Any, Literal

from alli import RunEvent
from alli_tools.definition.text import whole
from langchain_core.callbacks import BaseCallbackManager, adispatch_custom_event, dispatch_custom_event
from langchain_core.runnables.config import var_child_runnable_config

from .context import CallContext

__all__ = ["ALL_CHANNELS", "EVENT_NAME", "Channel", "Progress", "Update"]

_log = logging.getLogger(__name__)

Channel = Literal["custom", "tools", "events"]
"""`custom`, `tools`: LangGraph's stream modes. `events`: custom events of `astream_events` and callbacks."""

ALL_CHANNELS: frozenset[Channel] = frozenset(("custom", "tools", "events"))

EVENT_NAME = "alli"
"""Name of the custom events."""

Update = dict[str, Any]
"""`{"type", "tool_call_id", "app_id", "index", "text"}`. `alli.delta`: `text` goes on message `index`. `alli.replace`:
`text` is the whole of message `index` now. `alli.status`: `text` is "cancelled". `tools` gets a delta's text alone,
and no replacements. If nothing was replaced or cut, the deltas joined are the tool's content."""

_SEPARATOR = "\n\n"  # between the messages of one answer, as in RunResult.text


class Progress:
    """One call's updates: `take` turns stream events into updates, `send` and `asend` deliver them.

    Delivery never fails a call: the app has run, whoever was listening.
    """

    def __init__(self, app_id: str, call_id: str | None, context: CallContext, channels: Collection[Channel]) -> None:
        self._app_id = app_id
        self._call_id = call_id
        self._context = context
        self._channels = channels
        self._events = "events" in channels and _has_listeners()
        self.replaced = False
        # What the deltas come to so far, and the message the last one belonged to.
        self._sent: list[str] = []
        self._index = 0

    def take(self, event: RunEvent) -> list[Update]:
        """The updates for one event of a RunStream; most are one, others none."""
        if event.type == "text.delta":
            later = event.index > self._index and bool(self._sent)
            text = whole(event.text)
            return [self._delta(event.index, _SEPARATOR + text if later else text)]
        if event.type == "text.replaced":
            self.replaced = True
            self._index = max(self._index, event.index)
            return [self._update("alli.replace", event.index, whole(event.text))]
        return []

    def rest(self, content: str) -> list[Update]:
        """What the content has after the deltas (its sources, or all of it where nothing streamed)."""
        sent = "".join(self._sent)
        if self.replaced or not content.startswith(sent) or content == sent:
            return []
        return [self._delta(self._index, content[len(sent) :])]

    def cancelled(self) -> Update:
        """The update for a call that was cancelled; LangChain itself tells nobody in some versions."""
        return self._update("alli.status", self._index, "cancelled")

    def send(self, updates: Collection[Update]) -> None:
        """Deliver from a thread."""
        for update in updates:
            self._to_graph(update)
            if self._events:
                with _delivery("events"):
                    dispatch_custom_event(EVENT_NAME, update)

    async def asend(self, updates: Collection[Update]) -> None:
        """Deliver from a task."""
        for update in updates:
            self._to_graph(update)
            if self._events:
                with _delivery("events"):
                    await adispatch_custom_event(EVENT_NAME, update)

    def _to_graph(self, update: Update) -> None:
        if "custom" in self._channels and self._context.write_custom is not None:
            with _delivery("custom"):
                self._context.write_custom(update)
        if "tools" in self._channels and self._context.emit_delta is not None and update["type"] == "alli.delta":
            with _delivery("tools"):
                self._context.emit_delta(update["text"])

    def _delta(self, index: int, text: str) -> Update:
        self._index = max(self._index, index)
        self._sent.append(text)
        return self._update("alli.delta", index, text)

    def _update(self, kind: str, index: int, text: str) -> Update:
        return {"type": kind, "tool_call_id": self._call_id, "app_id": self._app_id, "index": index, "text": text}


def _has_listeners() -> bool:
    """Has the run that this call is part of any callback? Sending an event to none takes as long as the adapter's rest."""
    # The config of the run, read where LangChain keeps it: making a whole one of it takes longer than all else here.
    callbacks = (var_child_runnable_config.get() or {}).get("callbacks")
    return bool(callbacks.handlers if isinstance(callbacks, BaseCallbackManager) else callbacks)


@contextmanager
def _delivery(channel: Channel) -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001  # no channel outside a graph, and a listener's errors are not the run's
        # The type alone: the text of the exception may hold what was being delivered.
        _log.debug("an update was not delivered to %s: %s", channel, type(error).__name__)
