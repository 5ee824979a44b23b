"""Rows in, items out: what `client.apps.map` takes and gives."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import alli

from ..errors import AlliError

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


@dataclass(frozen=True, slots=True)
class MapItem:
    """What became of one row.

    Attributes:
        index: position of the row, from 0.
        key: names the row in the resume file; by default its index and a hash of it.
        row: the row as it was given.
        status: "ok": `result` is the app's answer. "failed": `error` says why, and no app has run to its end. "unknown": the app may
            have run although no answer came; look before sending the row again.
        result: the answer; None unless "ok".
        error: None where "ok". Where an earlier process left the row without an answer, an `AlliError` that says so.
    """

    index: int
    key: str = field(repr=False)
    row: Mapping[str, Any] | MapRow = field(repr=False)
    status: Literal["ok", "failed", "unknown"]
    result: alli.RunResult | None = field(default=None, repr=False)
    error: AlliError | None = field(default=None, repr=False)


ManyRows: TypeAlias = Iterable[Mapping[str, Any] | MapRow]
"""Rows for `Alli`, read one by one in the thread that reads the items."""

AsyncManyRows: TypeAlias = ManyRows | AsyncIterable[Mapping[str, Any] | MapRow]
"""Rows for `AsyncAlli`."""
