"""Partial answers as updates that a host delivers. Decides what an update says; does no I/O."""

from typing import Any

from alli import RunEvent

from alli_tools.definition.text import whole

__all__ = ["Update", "Updates"]

Update = dict[str, Any]
"""`{"type", "tool_call_id", "app_id", "index", "text"}`. `alli.delta`: `text` goes on message `index`. `alli.replace`:
`text` is the whole of message `index` now. `alli.status`: `text` is "cancelled". If nothing was replaced or cut, the
deltas joined are the text of the outcome."""

_SEPARATOR = "\n\n"  # between the messages of one answer, as in RunResult.text


class Updates:
    """One call's updates: `take` turns stream events into updates."""

    def __init__(self, app_id: str, call_id: str | None) -> None:
        self._app_id = app_id
        self._call_id = call_id
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
        """The update for a call that was cancelled; some hosts tell nobody."""
        return self._update("alli.status", self._index, "cancelled")

    def _delta(self, index: int, text: str) -> Update:
        self._index = max(self._index, index)
        self._sent.append(text)
        return self._update("alli.delta", index, text)

    def _update(self, kind: str, index: int, text: str) -> Update:
        return {"type": kind, "tool_call_id": self._call_id, "app_id": self._app_id, "index": index, "text": text}
