"""What a command prints, and the status it exits with."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from alli import AlliError
from rich.console import Console
from rich.table import Table

__all__ = [
    "FAILED",
    "OUTCOME_UNKNOWN",
    "STOPPED",
    "OutputError",
    "ReaderGone",
    "complain",
    "count",
    "open_missing_streams",
    "print_json",
    "print_table",
    "status_of",
    "write",
]

FAILED = 1
OUTCOME_UNKNOWN = 3
STOPPED = 130
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
"""Characters that a terminal obeys instead of showing them; tab and line feed are left out. The last two turn around what follows."""
_ENDLESS = 1000
"""Characters in a line of a table that nobody looks at in a terminal."""
SHORTEST_KEY = 8
"""Characters. A shorter key, such as one for an emulator, may be part of an ordinary word."""


class ReaderGone(Exception):
    """The program that reads the output, such as `head`, has what it wanted."""


class OutputError(Exception):
    """What was to be printed can't be: the disk is full, for example."""


def open_missing_streams() -> None:
    """Opens the standard streams that the process was started without (`>&-`), so that what is printed there goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process


def status_of(error: AlliError) -> int:
    """The exit status for an error of a call."""
    return OUTCOME_UNKNOWN if error.outcome_unknown else FAILED


def complain(text: str) -> None:
    """Prints an error, if it can be printed: the status counts where it can't."""
    with suppress(OSError):
        print(f"alli: {_visible(_without_key(text), sys.stderr)}", file=sys.stderr, flush=True)


def print_json(value: object) -> None:
    """Prints one JSON value on one line, so that several in a row are JSON lines."""
    write(json.dumps(value, ensure_ascii=False) + "\n")


def count(number: int, noun: str) -> str:
    """The number with its noun: "1 row", "2 rows"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def write(text: str) -> None:
    """Writes text at once: as it is to a file or a pipe, with control characters made visible to a terminal."""
    _write(_visible(text, sys.stdout))


def _visible(text: str, stream: TextIO) -> str:
    """The text without characters that would move a terminal's cursor, change its settings or type for its user."""
    if not stream.isatty():
        return text
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\r\n", "\n"))


def _write(text: str) -> None:
    """Writes text as it is; what the terminal's encoding lacks is escaped.

    Raises:
        ReaderGone: nobody reads any more.
        OutputError: the text can't be written.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(_without_key(text).encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more when it ends, and that must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise ReaderGone from None
        raise OutputError(f"the output can't be written: {error.strerror or error}") from None


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Mapping[str, str] = {}) -> None:
    """Prints a table as wide as the terminal; all of each cell where the output is a file or a pipe."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        # An id has to be copied whole, so it is never cut or wrapped.
        table.add_column(column, style=styles.get(column), no_wrap=column == "id", overflow="fold")
    for row in rows:
        table.add_row(*(_visible(cell, sys.stdout) for cell in row))
    printed = io.StringIO()
    _console(printed).print(table)
    # The table pads its last column, too.
    _write("".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines()))


def _without_key(text: str) -> str:
    """The text without the API key, which a service may repeat in its errors."""
    key = os.environ.get("ALLI_API_KEY", "").strip()
    return text.replace(key, "[API key]") if len(key) >= SHORTEST_KEY else text


def _console(printed: io.StringIO) -> Console:
    """What lays out a table for standard output, and puts it into `printed`."""
    terminal, columns = sys.stdout.isatty(), os.environ.get("COLUMNS", "")
    # Not all programs that set COLUMNS know the width: some say 0, at which a table has no columns.
    fits = terminal or (columns.isdecimal() and int(columns) > 0)
    width = shutil.get_terminal_size().columns if fits else _ENDLESS
    return Console(
        file=printed,
        force_terminal=terminal,
        width=width,
        soft_wrap=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
