"""Tables from files: CSV, JSON Lines, Parquet. Rows are read as they are needed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from alli_cli.app_inputs import InputError
from alli_cli.terminal import count

__all__ = ["read_rows"]

FORMATS = {".csv": "CSV", ".jsonl": "JSON Lines", ".ndjson": "JSON Lines", ".parquet": "Parquet"}
LONGEST_CELL = 64 * 1024 * 1024
"""Characters. The module's own limit is 131,072, which a contract or a report exceeds."""

# What spreadsheets write between the columns where the comma is the decimal sign.
_SEPARATORS = {";": "a semicolon", "\t": "a tab"}

Row = dict[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, column → value. Those of a CSV file are text.

    Raises:
        InputError: the file can't be read, has no rows by its format, or needs a package that is not installed.
    """
    try:
        match FORMATS.get(path.suffix.lower()):
            case "CSV":
                yield from _csv_rows(path)
            case "JSON Lines":
                yield from _json_rows(path)
            case "Parquet":
                yield from _parquet_rows(path)
            case _:
                raise InputError(f"{path.name}: a table must end in {', '.join(FORMATS)}")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text; save it as UTF-8") from None
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path.name} can't be read: {reason}") from None


def _csv_rows(path: Path) -> Iterator[Row]:
    # utf-8-sig: spreadsheets begin a file with a byte order mark.
    csv.field_size_limit(LONGEST_CELL)
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, strict=True)
        names = next(reader, list[str]())
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(f"{path.name}: two columns are called {', '.join(twice)}")
        if len(names) == 1 and (sign := next((sign for sign in _SEPARATORS if sign in names[0]), None)):
            raise InputError(
                f"{path.name}: the header has one column, and {_SEPARATORS[sign]} in it; separate columns with commas"
            )
        for cells in reader:
            if not cells:
                continue  # a blank line
            if len(cells) != len(names):
                raise InputError(
                    f"{path.name}:{reader.line_num}: the row has {count(len(cells), 'cell')}, and the header {len(names)}"
                )
            yield dict(zip(names, cells, strict=True))


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise InputError(f"{path.name}:{number}: the line must be a JSON object")
            yield row


def _parquet_rows(path: Path) -> Iterator[Row]:
    try:
        parquet, arrow_error = import_module("pyarrow.parquet"), import_module("pyarrow").ArrowException
    except ImportError:
        raise InputError(f"{path.name}: Parquet needs the package pyarrow: pip install pyarrow") from None
    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=256):
            yield from batch.to_pylist()
    except (arrow_error, ValueError) as error:  # a time with nanoseconds, for example
        raise InputError(f"{path.name} can't be read: {error}") from None
