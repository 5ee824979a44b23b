"""Rows in, items out: what `client.apps.map` takes and gives."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import alli

from .._results.record import record
from ..errors import AlliError
from ..raw.json_object import JSONObject

__all__ = ["AsyncManyRows", "ManyRows", "MapItem", "MapRow"]


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row for `client.apps.map`, where a mapping of inputs is not enough.

    A row with `inputs` is run as `apps.run(app_id, inputs, message=message)`. A row with a `message` alone is the first turn of a
    conversation, `apps.run_conversation(app_id, message, files=files)`; each such row gets its own conversation.

    Attributes:
        inputs: the app's variables by name, as for `apps.run`.
        message: what the user says to the app.
        files: beside `inputs`, files by variable; beside a `message` alone, a list of files to attach.
        user_id: end user the call is attributed to; None for the client's.
        key: names the row in the resume file; None for what the argument `key` says.
    """

    inputs: Mapping[str, Any] | None = field(default=None, repr=False)
    message: str | None = field(default=None, repr=False)
    files: Mapping[str, alli.FileInput] | Sequence[alli.FileInput] | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)


@record(frozen=True)
class MapItem(JSONObject):
    """What became of one row. It is JSON for pydantic and FastAPI, without the row.

    Attributes:
        index: position of the row, from 0.
        key: names the row in the resume file; by default its index and a hash of it.
        row: the row as it was given.
        status: "ok": `result` is the app's answer. "failed": `error` says why, and no app has run to its end. "unknown": the app may
            have run although no answer came; look before sending the row again.
        result: the answer; None unless "ok".
        error: why not "ok"; None where "ok".
    """

    index: int
    key: str
    row: Mapping[str, Any] | MapRow
    status: Literal["ok", "failed", "unknown"]
    result: alli.RunResult | None = None
    error: AlliError | None = None

    def to_dict(self) -> dict[str, Any]:
        """The item as plain JSON values, without the row."""
        return {
            "index": self.index,
            "key": self.key,
            "status": self.status,
            "result": None if self.result is None else self.result.to_dict(),
            "error": None if self.error is None else self.error.to_dict(),
        }

    def __repr__(self) -> str:
        return f"MapItem(index={self.index}, status={self.status!r})"


ManyRows: TypeAlias = Iterable[Mapping[str, Any] | MapRow]
"""Rows for `Alli`, read one by one in the thread that reads the items."""

AsyncManyRows: TypeAlias = ManyRows | AsyncIterable[Mapping[str, Any] | MapRow]
"""Rows for `AsyncAlli`."""
