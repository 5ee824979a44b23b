"""A stage for Ray Data: an app over all rows of a dataset."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, fields
from operator import itemgetter
from pathlib import Path
from typing import Any, Self, TypeAlias, cast

from alli import (
    AlliError,
    AsyncAlli,
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    MapItem,
    MapRow,
    MapStopped,
    NotFoundError,
    PaymentError,
)

from alli_batch.attempts import Attempts
from alli_batch.columns import Batch, check_free, rows_in, with_columns
from alli_batch.ledger import Entry, LedgerFolder, OnDisk

__all__ = ["AlliMap", "Inputs"]

Inputs: TypeAlias = Sequence[str] | Mapping[str, str] | Callable[[dict[str, Any]], Mapping[str, Any] | MapRow]
"""Names of columns; or input → column; or a function of the row, column → value, that gives the inputs or a `MapRow`."""

CONCERNS_ALL_ROWS = (AuthenticationError, PaymentError, NotFoundError, ConfigurationError)
"""Errors that every further row would have: the key, the bill, the app or the settings are wrong."""

LEFT_OPEN = "the row was sent, and no outcome was recorded; the app may have run"
REPEATED = "Ray repeats the batch and no ledger says what was sent; the app may have run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the columns say of a row, under their names."""

    status: str
    text: str | None = None
    error: str | None = None
    conversation_id: str | None = None
    result: str | None = None

    @classmethod
    def of_item(cls, item: MapItem) -> Self:
        """The outcome of a row that was sent now."""
        if item.result is None:
            return cls(item.status, error=f"{type(item.error).__name__}: {item.error}")
        return cls(item.status, item.result.text, None, item.result.conversation_id, _json(item.result.raw))

    @classmethod
    def of_entry(cls, entry: Entry) -> Self:
        """The outcome of a row that was sent before."""
        if entry.status != "ok":
            return cls("unknown", error=LEFT_OPEN)
        return cls("ok", entry.text, None, entry.conversation_id, _json(entry.result))


class AlliMap:
    """Runs an app for each row of a `ray.data.Dataset` and adds columns with what became of it.

        ds.map_batches(AlliMap, fn_constructor_kwargs={"app_id": "...", "concurrency": 16}, compute=ActorPoolStrategy(size=4), batch_size=256)

    Each of Ray's actors sends `concurrency` rows at a time, one batch after the other, as `client.apps.map` does: a failed row is a row, a
    pause that the service asks for is kept, and nothing that may have run is sent again. A wrong key, an unpaid bill or an unknown app
    raises, which ends the job.

    When an actor dies, Ray gives its batch to another one. With a `ledger`, rows that are done keep their answers, rows that may have run
    are "unknown", and the rest is sent. Without, all rows of the batch are "unknown".

    The columns, all text or null, with `prefix` in front: `status` ("ok", "failed", "unknown"), `text`, `error`, `conversation_id`, and
    with `raw=True` `result`, the JSON of the answer.

    Args:
        app_id: the app.
        concurrency: rows that an actor sends at a time.
        inputs: what is sent of a row; by default all columns but the one that `key` names.
        key: the column that names a row, with text or whole numbers, each once in the dataset. Needed with a ledger.
        ledger: folder for the record of what was sent, on storage that all machines share. It holds answers, and no API key and no inputs.
            A later job with the same folder goes on where this one ended.
        per_minute: calls that may begin in a minute, of all actors together. Default: any number.
        actors: how many actors share `per_minute`: the greatest number that the `ActorPoolStrategy` of `map_batches` allows.
        stop_after: failed or unknown rows of an actor after which the job fails with `MapStopped`. Default: any number.
        retry_unknown: True sends rows again that may have run: their app may then run twice.
        raw: True adds the column `result`.
        prefix: begins the names of the columns.
        client: further arguments of `AsyncAlli`, such as `base_url`, `user_id` and `deadline`, which bounds each row. The key is read from
            ALLI_API_KEY where the actor runs. `api_key` must be a function without arguments, because Ray stores these arguments.

    Raises:
        InvalidArgumentError: an argument or a row can't be used.
        ConfigurationError: the client can't be made, for example without a key.
    """

    def __init__(
        self,
        app_id: str,
        *,
        concurrency: int = 16,
        inputs: Inputs | None = None,
        key: str | None = None,
        ledger: str | os.PathLike[str] | None = None,
        per_minute: float | None = None,
        actors: int | None = None,
        stop_after: int | None = None,
        retry_unknown: bool = False,
        raw: bool = False,
        prefix: str = "alli_",
        **client: Any,
    ) -> None:
        if isinstance(client.get("api_key"), str):
            raise InvalidArgumentError("AlliMap: Ray would store api_key; set ALLI_API_KEY where the actors run")
        if ledger is not None and key is None:
            raise InvalidArgumentError("AlliMap: a ledger needs key, the column that names a row")
        given: object = inputs
        if isinstance(given, str) or not (given is None or callable(given) or isinstance(given, (Sequence, Mapping))):
            raise InvalidArgumentError(
                f"AlliMap: inputs must be a list of columns, a mapping or a function, not {type(given).__name__}"
            )
        if per_minute is not None and (not isinstance(actors, int) or actors < 1):
            raise InvalidArgumentError("AlliMap: per_minute needs actors, the number of actors that share it")
        self._app_id = app_id
        self._concurrency = concurrency
        self._inputs = inputs
        self._key = key
        self._pace = None if per_minute is None else per_minute / (actors or 1)
        self._free_at = 0.0  # `time.monotonic()` at which the pace allows the next batch to begin
        self._stop_after = stop_after
        self._failed = 0
        self._retry_unknown = retry_unknown
        self._names = [field.name for field in fields(Outcome) if raw or field.name != "result"]
        self._prefix = prefix
        self._ledger = None if ledger is None else LedgerFolder(ledger, app_id)
        self._attempts = Attempts() if ledger is None else None
        self._loop = asyncio.Runner()  # one for all batches, so that connections stay open
        self._on_disk = OnDisk()
        self._client = AsyncAlli(**client, middleware=[] if ledger is None else [self._on_disk])

    def __call__(self, batch: Batch) -> Batch:
        """The batch with the columns."""
        check_free(batch, (self._prefix + name for name in self._names))  # before anything is sent
        rows = rows_in(batch)
        if self._attempts is not None and self._attempts.is_repeated(rows) and not self._retry_unknown:
            outcomes = [Outcome("unknown", error=REPEATED)] * len(rows)
        else:
            outcomes = self._loop.run(self._outcomes([self._row(row) for row in rows]))
        return with_columns(
            batch, {self._prefix + name: [getattr(one, name) for one in outcomes] for name in self._names}
        )

    def close(self) -> None:
        """Closes the connections. Ray ends the process instead."""
        self._loop.run(self._client.aclose())
        self._loop.close()

    def _row(self, row: dict[str, Any]) -> MapRow:
        made: Any
        if callable(self._inputs):
            made = self._inputs(row)
        elif self._inputs is None:
            made = {name: value for name, value in row.items() if name != self._key}
        else:
            columns = self._inputs if isinstance(self._inputs, Mapping) else {name: name for name in self._inputs}
            made = {name: _cell(row, column) for name, column in columns.items()}
        inputs = made if isinstance(made, MapRow) else MapRow(inputs=made)
        if self._key is None:
            return inputs
        key = _cell(row, self._key)
        if not isinstance(key, (str, int)) or key == "":
            raise InvalidArgumentError(f"AlliMap: the column {self._key!r} must hold text or whole numbers in each row")
        return MapRow(inputs.inputs, inputs.message, inputs.files, inputs.user_id, str(key))

    async def _outcomes(self, rows: list[MapRow]) -> list[Outcome]:
        if self._ledger is not None:
            return await self._recorded(rows, self._ledger)
        return [outcome for _, outcome in sorted([pair async for pair in self._sent(rows)], key=itemgetter(0))]

    async def _recorded(self, rows: list[MapRow], ledger: LedgerFolder) -> list[Outcome]:
        keys = [str(row.key) for row in rows]
        file = ledger.file_of(keys)
        known = {key: Outcome.of_entry(entry) for key, entry in ledger.of_other_batches(keys, file).items()}
        if self._retry_unknown:
            known = {key: outcome for key, outcome in known.items() if outcome.status == "ok"}
        rest = [row for row in rows if row.key not in known]
        if rest:
            self._on_disk.use(file)
            try:
                async for index, outcome in self._sent(rest, file):
                    known[str(rest[index].key)] = outcome
            finally:
                self._on_disk.close()
        if len(known) < len(keys):  # those that were done before this actor began
            known = {key: Outcome.of_entry(entry) for key, entry in ledger.entries(file).items()} | known
        return [known[key] for key in keys]

    async def _sent(self, rows: list[MapRow], file: Path | None = None) -> AsyncIterator[tuple[int, Outcome]]:
        """Index and outcome of each row that is sent, or may have been."""
        left = None if self._stop_after is None else self._stop_after - self._failed
        if self._failed and left is not None and left <= 0:
            # A batch that fails does not end a job whose DataContext has `max_errored_blocks`.
            text = f"AlliMap: stopped before this batch, as stop_after={self._stop_after} was reached; its rows were not sent"
            raise MapStopped(text, failed=self._failed)
        await asyncio.sleep(self._free_at - time.monotonic())
        if self._pace is not None:
            self._free_at = time.monotonic() + len(rows) * 60 / self._pace
        items = self._client.apps.map(
            self._app_id,
            rows,
            concurrency=self._concurrency,
            resume=file,
            per_minute=self._pace,
            stop_after=left,
            retry_unknown=self._retry_unknown,
        )
        async with aclosing(cast("AsyncGenerator[MapItem]", items)):
            async for item in items:
                if isinstance(item.error, CONCERNS_ALL_ROWS):
                    raise item.error
                # What an earlier actor left open was not sent now.
                self._failed += item.status != "ok" and type(item.error) is not AlliError
                yield item.index, Outcome.of_item(item)


def _json(raw: object) -> str:
    return json.dumps(raw, ensure_ascii=False, default=str)


def _cell(row: Mapping[str, Any], column: str) -> Any:
    if column not in row:
        raise InvalidArgumentError(f"AlliMap: the rows have no column {column!r}; they have: {', '.join(row)}")
    return row[column]
