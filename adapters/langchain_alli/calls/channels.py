"""Partial answers, sent where someone may be listening: three channels that LangGraph keeps apart.

`stream_mode="custom"`, `stream_mode="tools"` and `astream_events` each show what was sent to them and nothing of the
others, so by default a tool sends to all three. `"tools"` alone is delivered only when the tool has ended; ask for
`["custom", "tools"]` or `["messages", "tools"]` to see it live. LangGraph's HTTP server knows no mode "tools".
"""

import logging
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from typing import Any, Literal

from alli_tools.calls.updates import Update
from langchain_core.callbacks import BaseCallbackManager, adispatch_custom_event, dispatch_custom_event
from langchain_core.runnables.config import var_child_runnable_config

__all__ = ["ALL_CHANNELS", "EVENT_NAME", "Channel", "Channels"]

_log = logging.getLogger(__name__)

Channel = Literal["custom", "tools", "events"]
"""`custom`, `tools`: LangGraph's stream modes. `events`: custom events of `astream_events` and callbacks."""

ALL_CHANNELS: frozenset[Channel] = frozenset(("custom", "tools", "events"))

EVENT_NAME = "alli"
"""Name of the custom events."""


class Channels:
    """Delivers updates. A delivery that fails does not fail the call: the app has run.

    `tools` gets a delta's text alone, and no replacements.

    Args:
        channels: where to deliver.
        write_custom: sends to `stream_mode="custom"`.
        emit_delta: sends text to `stream_mode="tools"`; LangGraph has it since 2026.
    """

    def __init__(
        self,
        channels: Collection[Channel],
        write_custom: Callable[[object], object] | None,
        emit_delta: Callable[[str], object] | None,
    ) -> None:
        self._write_custom = write_custom if "custom" in channels else None
        self._emit_delta = emit_delta if "tools" in channels else None
        self._events = "events" in channels and _has_listeners()

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
        if self._write_custom is not None:
            with _delivery("custom"):
                self._write_custom(update)
        if self._emit_delta is not None and update["type"] == "alli.delta":
            with _delivery("tools"):
                self._emit_delta(update["text"])


def _has_listeners() -> bool:
    """Has the run that this call is part of any callback? Sending an event to none takes as long as the adapter's rest."""
    # The config of the run, read where LangChain keeps it: building a whole config takes longer than everything else here.
    callbacks: Any = (var_child_runnable_config.get() or {}).get("callbacks")
    return bool(callbacks.handlers if isinstance(callbacks, BaseCallbackManager) else callbacks)


@contextmanager
def _delivery(channel: Channel) -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001  # no channel outside a graph, and a listener's errors are not the run's
        # The type alone: the text of the exception may hold what was being delivered.
        _log.debug("an update was not delivered to %s: %s", channel, type(error).__name__)
