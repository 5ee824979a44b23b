"""`alli map`: an app over all rows of a table, with progress and a summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alli import Alli, AlliError, APIStatusError, App, InvalidArgumentError, MapRow, MapStopped
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alli_cli.app_inputs import InputError, kinds_of_inputs
from alli_cli.tables import read_rows
from alli_cli.terminal import complain, count, print_json, write

__all__ = ["MapOptions", "map_table"]

MESSAGE = "message"
"""The column that holds what is said to a campaign or an agent."""


@dataclass(frozen=True)
class MapOptions:
    """The options of `alli map`, under their names."""

    out: Path
    concurrency: int
    key: str | None
    per_minute: float | None
    stop_after: int | None
    max_calls: int | None
    retry_unknown: bool
    files: Sequence[str]


def map_table(client: Alli, app: App, table: Path, options: MapOptions, *, json: bool) -> bool:
    """Runs the app for each row and prints a summary.

    Returns:
        Whether all rows are done.

    Raises:
        InputError: the table can't be read, its columns don't fit the app, or the file of answers can't be gone on with.
    """
    rows = _Rows(app, table, options, kinds_of_inputs(client, app))
    total = rows.checked()
    counts: Counter[Literal["ok", "failed", "unknown"]] = Counter()
    reasons: Counter[str] = Counter()
    stopped: MapStopped | None = None
    began = time.perf_counter()  # which time.monotonic() may equal for 15 ms, on Windows
    with _progress() as progress:
        bar = progress.add_task(str(app.name or app.id), total=total, failed=0, rate=0.0)
        try:
            for item in client.apps.map(
                str(app.id),
                rows,
                concurrency=options.concurrency,
                resume=options.out,
                key=options.key,
                per_minute=options.per_minute,
                stop_after=options.stop_after,
                max_calls=options.max_calls,
                retry_unknown=options.retry_unknown,
            ):
                counts[item.status] += 1
                if item.error is not None:
                    reasons[_reason(item.error)] += 1
                done = max(counts.total(), rows.read - options.concurrency)
                rate = counts.total() / (time.perf_counter() - began)
                progress.update(bar, completed=done, failed=counts["failed"] + counts["unknown"], rate=rate)
        except MapStopped as error:
            stopped = error
        except InvalidArgumentError as error:
            raise InputError(str(error).removeprefix("apps.map: ")) from None
        except OSError as error:
            raise InputError(f"{options.out} can't be written: {error.strerror or error}") from None
        except KeyboardInterrupt:
            progress.stop()
            complain(f"stopped after {count(counts.total(), 'row')}; the same command continues with the others")
            raise
    earlier = 0 if stopped else total - counts.total()
    _print_summary(counts, reasons, earlier, total, options.out, stopped, json=json)
    return counts["ok"] + earlier == total


class _Rows:
    """The rows of the table as `apps.map` takes them; counts those it has read."""

    def __init__(self, app: App, table: Path, options: MapOptions, inputs: Collection[str]) -> None:
        self.read = 0
        self._inputs = inputs
        self._talks = app.type != "single_action"
        self._table = table
        self._options = options

    def checked(self) -> int:
        """How many rows there are. Looks at each, so that no app runs for a table that has a mistake further down.

        Raises:
            InputError: names the mistake.
        """
        keys = set[str]()
        for row in self:
            if row.key is not None and row.key in keys:
                raise InputError(
                    f"{self._table.name}: row {self.read} has in the column '{self._options.key}', which --key names, "
                    "what an earlier row has; it must tell the rows apart"
                )
            if row.key is not None:
                keys.add(row.key)
        total, self.read = self.read, 0
        return total

    def __iter__(self) -> Iterator[MapRow]:
        for row in read_rows(self._table):
            self.read += 1
            yield self._row(row)

    def _row(self, row: dict[str, Any]) -> MapRow:
        missing = [name for name in self._options.files if name not in row]
        if missing:
            raise InputError(f"{self._table.name} has no column {', '.join(missing)}")
        files = {name: Path(str(row.pop(name))) for name in self._options.files}
        key = self._key(row)
        if not self._talks:
            return MapRow(inputs={**self._inputs_in(row, files), **files}, key=key)
        if not isinstance(row.get(MESSAGE), str):
            raise InputError(f"{self._table.name} needs a column '{MESSAGE}': this app holds conversations")
        return MapRow(message=row[MESSAGE], files=list(files.values()) or None, key=key)

    def _inputs_in(self, row: dict[str, Any], files: Collection[str]) -> dict[str, Any]:
        """The columns that are inputs; the one that names the row need not be one."""
        inputs = {name: value for name, value in row.items() if name != self._options.key or name in self._inputs}
        unknown = sorted({*inputs, *files} - {*self._inputs}) if self._inputs else []
        if unknown:
            raise InputError(self._refusal(unknown))
        return inputs

    def _refusal(self, unknown: Sequence[str]) -> str:
        columns = f"column {unknown[0]!r} is" if len(unknown) == 1 else f"columns {', '.join(map(repr, unknown))} are"
        advice = f"remove {'it' if len(unknown) == 1 else 'them'}"
        if self._options.key is None:
            advice += ", or name the one that tells the rows apart with --key"
        return (
            f"{self._table.name}: {columns} not among the app's inputs, which are {', '.join(self._inputs)}; {advice}"
        )

    def _key(self, row: Mapping[str, Any]) -> str | None:
        column = self._options.key
        if column is None:
            return None
        if row.get(column) in (None, ""):
            raise InputError(
                f"{self._table.name}: a row has nothing in the column '{column}', which --key names; it has: {', '.join(row)}"
            )
        return str(row[column])


def _reason(error: AlliError) -> str:
    """The kind of an error, without its text, which differs from row to row and may repeat what the service says."""
    if type(error) is AlliError:
        return "sent before, without an answer"
    name, code = type(error).__name__, getattr(error, "code", None)
    if isinstance(error, APIStatusError):
        name += f" {error.status_code}"
    return name if code is None else f"{name}, code {code}"


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed, {task.fields[rate]:.1f} rows/s"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def _print_summary(
    counts: Mapping[Literal["ok", "failed", "unknown"], int],
    reasons: Counter[str],
    earlier: int,
    total: int,
    out: Path,
    stopped: MapStopped | None,
    *,
    json: bool,
) -> None:
    found = {
        "rows": total,
        "ok": counts["ok"],
        "earlier": earlier,
        "failed": counts["failed"],
        "unknown": counts["unknown"],
    }
    if json:
        why = dict(reasons.most_common())
        print_json({**found, "errors": why, "out": str(out), "stopped": None if stopped is None else str(stopped)})
        return
    verb = "is" if counts["ok"] == 1 else "are"
    before = f", {earlier} {'was' if earlier == 1 else 'were'} done before" if earlier else ""
    write(f"{counts['ok']} of {count(total, 'row')} {verb} done now{before}; {out} has the answers.\n")
    if counts["failed"]:
        them = "it" if counts["failed"] == 1 else "them"
        write(f"{count(counts['failed'], 'row')} failed; the same command sends {them} again.\n")
    if counts["unknown"]:
        them = "it" if counts["unknown"] == 1 else "them"
        text = f"may have run without an answer; look at {them}, and send {them} again with --retry-unknown.\n"
        write(f"{count(counts['unknown'], 'row')} {text}")
    for reason, times in reasons.most_common():
        write(f"  {times} × {reason}\n")
    if reasons:
        write(f"{out} has the text of each error.\n")
    if stopped is not None:
        complain(str(stopped))
