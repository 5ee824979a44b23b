"""`alli map`: an app over all rows of a table, with progress and a summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alli import Alli, App, MapRow, MapStopped
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alli_cli.app_inputs import InputError
from alli_cli.tables import count_rows, read_rows
from alli_cli.terminal import complain, print_json, write

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
        InputError: the table can't be read, or its columns don't fit the app.
        InvalidArgumentError: the results file can't be gone on with.
    """
    total = count_rows(table)
    rows = _Rows(app, table, options)
    counts: Counter[Literal["ok", "failed", "unknown"]] = Counter()
    stopped: MapStopped | None = None
    began = time.monotonic()
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
                done = max(counts.total(), rows.read - options.concurrency)
                rate = counts.total() / (time.monotonic() - began)
                progress.update(bar, completed=done, failed=counts["failed"] + counts["unknown"], rate=rate)
        except MapStopped as error:
            stopped = error
    earlier = 0 if stopped else total - counts.total()
    _print_summary(counts, earlier, total, options.out, stopped, json=json)
    return counts["ok"] + earlier == total


class _Rows:
    """The rows of the table as `apps.map` takes them; counts those it has read."""

    def __init__(self, app: App, table: Path, options: MapOptions) -> None:
        self.read = 0
        self._talks = app.type != "single_action"
        self._table = table
        self._options = options

    def __iter__(self) -> Iterator[Mapping[str, Any] | MapRow]:
        for row in read_rows(self._table):
            self.read += 1
            yield self._row(row)

    def _row(self, row: dict[str, Any]) -> Mapping[str, Any] | MapRow:
        missing = [name for name in self._options.files if name not in row]
        if missing:
            raise InputError(f"{self._table.name} has no column {', '.join(missing)}")
        files = {name: Path(str(row.pop(name))) for name in self._options.files}
        if not self._talks:
            return {**row, **files}
        if not isinstance(row.get(MESSAGE), str):
            raise InputError(f"{self._table.name} needs a column '{MESSAGE}': this app holds conversations")
        key = None if self._options.key is None else str(row.get(self._options.key, ""))
        return MapRow(message=row[MESSAGE], files=list(files.values()) or None, key=key)


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
        print_json({**found, "out": str(out), "stopped": None if stopped is None else str(stopped)})
        return
    write(f"{counts['ok']} of {total} rows are done now, {earlier} were done before; {out} has the answers.\n")
    if counts["failed"]:
        write(f"{counts['failed']} failed; the same command sends them again.\n")
    if counts["unknown"]:
        write(
            f"{counts['unknown']} may have run without an answer; look at them, and send them again with --retry-unknown.\n"
        )
    if stopped is not None:
        complain(str(stopped))
