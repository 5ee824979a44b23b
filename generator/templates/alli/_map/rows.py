"""Rows as they are given, checked and named. No I/O but a file's size and time."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from .._calls.arguments import wire
from ..errors import AlliError, InvalidArgumentError
from .items import MapRow

if TYPE_CHECKING:
    from ..results import RunResult

__all__ = ["Job", "Key", "Outcome", "Row", "arguments_of", "job_of", "row_name"]

Row: TypeAlias = Mapping[str, Any] | MapRow
Key: TypeAlias = str | Callable[[Any], str] | None
"""A column's name, or a function of the row as it was given. None: the row's index and a hash of it."""


@dataclass(slots=True)
class Job:
    """A row on its way.

    Attributes:
        index: position of the row, from 0.
        key: names the row for users and in the resume file.
        name: what the row is looked up by among those of the resume file: its key, or the index where the key is the default one.
        digest: of all that is sent, so that a changed row is noticed.
        given: the row as it was given.
        row: the same as a MapRow, in new containers: a program may fill the same dict again for its next row.
        refusals: how often the service has refused it for its rate.
        began_at: `time.monotonic()` at which it was last sent.
    """

    index: int
    key: str
    name: int | str
    digest: str
    given: Row = field(repr=False)
    row: MapRow = field(repr=False)
    refusals: int = 0
    began_at: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What a call came to: a result or an error."""

    job: Job
    result: RunResult | None = None
    error: AlliError | None = None

    @property
    def status(self) -> Literal["ok", "failed", "unknown"]:
        """The row's status after it."""
        if self.error is None:
            return "ok"
        return "unknown" if self.error.outcome_unknown else "failed"


def job_of(index: int, given: object, key: Key) -> Job:
    """The job for a row.

    Raises:
        InvalidArgumentError: the row is not a mapping of inputs or a MapRow, or has no key.
    """
    where = f"apps.map: row {index}"
    row: MapRow
    if isinstance(given, MapRow):
        row = _copied(where, given)
    elif isinstance(given, Mapping):
        row = MapRow(inputs={**cast("Mapping[str, Any]", given)})
    else:
        raise InvalidArgumentError(f"{where} must be a mapping of inputs or a MapRow, not {type(given).__name__}")
    _refuse_open_files(where, row)
    digest = hashlib.blake2b(_text(row).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    plain = cast("Row", given)
    own = _key(where, plain, row, key)
    name = own or _default_key(index, digest)
    return Job(index, name, row_name(index, name, digest), digest, plain, row)


def arguments_of(job: Job) -> tuple[dict[str, Any] | None, Sequence[Any] | None]:
    """The inputs of a row, its files among them; or None, and the files beside its message.

    Raises:
        InvalidArgumentError: they don't fit together.
    """
    row, where = job.row, f"apps.map: row {job.index}"
    if row.inputs is None:
        if isinstance(row.files, Mapping):
            raise InvalidArgumentError(f"{where}: beside a message, files must be a list")
        return None, row.files
    if not all(isinstance(name, str) for name in row.inputs):
        # csv.DictReader puts surplus cells under None, which JSON would call "null".
        raise InvalidArgumentError(f"{where}: the names of inputs must be str")
    if row.files is not None and not isinstance(row.files, Mapping):
        raise InvalidArgumentError(f"{where}: beside inputs, files must be a mapping of variables to files")
    return {**row.inputs, **(row.files or {})}, None


def _copied(where: str, row: MapRow) -> MapRow:
    if row.inputs is None and row.message is None:
        raise InvalidArgumentError(f"{where} has neither inputs nor a message")
    if row.inputs is not None and not isinstance(row.inputs, Mapping):
        raise InvalidArgumentError(f"{where}: inputs must be a mapping, not {type(row.inputs).__name__}")
    return replace(row, inputs=None if row.inputs is None else {**row.inputs}, files=_copy(where, row.files))


def _copy(where: str, files: object) -> Any:
    if isinstance(files, Mapping):
        return _plain(files)
    if isinstance(files, (list, tuple)):
        return [*cast("Sequence[Any]", files)]
    if files is not None:
        raise InvalidArgumentError(
            f"{where}: files must be a mapping of variables to files, or a list, not {type(files).__name__}"
        )
    return None


def _refuse_open_files(where: str, row: MapRow) -> None:
    """An open file has one position, which rows that are sent side by side would share: the second would send what is left of it."""
    files = row.files.values() if isinstance(row.files, Mapping) else row.files or ()
    for value in (*(row.inputs or {}).values(), *files):
        if any(hasattr(held, "read") for held in _parts(value)):
            raise InvalidArgumentError(
                f"{where} holds an open file; pass a pathlib.Path or (filename, bytes), which can be read again"
            )


def _parts(value: Any) -> list[Any]:
    """A file alone, or what stands in a pair with its name."""
    return [*value] if value.__class__ is tuple else [value]


def _plain(value: Any) -> dict[str, Any]:
    return {str(name): value[name] for name in value}


def row_name(index: int, key: str, digest: str) -> int | str:
    """What a row is looked up by: its key, or the index alone where the key is the default one, so that changed inputs are noticed."""
    return index if key == _default_key(index, digest) else key


def _default_key(index: int, digest: str) -> str:
    return f"{index}:{digest}"


def _key(where: str, given: object, row: MapRow, key: Key) -> str | None:
    found: object
    if row.key is not None:
        found = row.key
    elif key is None:
        return None
    elif callable(key):
        found = key(given)
    elif row.inputs is None or key not in row.inputs:
        raise InvalidArgumentError(f"{where} has no column {key!r}, which key= names")
    else:
        found = row.inputs[key]
    if isinstance(found, int):
        found = str(found)
    if not isinstance(found, str):
        raise InvalidArgumentError(f"{where}: its key must be a str or a whole number, not {type(found).__name__}")
    if not found:
        raise InvalidArgumentError(f"{where}: its key must not be empty")
    return found


def _text(row: MapRow) -> str:
    sent = {"inputs": row.inputs, "message": row.message, "files": row.files, "user_id": row.user_id}
    try:
        return _encoder.encode(sent)
    except (TypeError, ValueError, RecursionError, InvalidArgumentError):
        return repr(sent)  # the call says what is wrong with it


def _stand_in(value: object) -> object:
    """What stands for a value that is not JSON: a date or a model counts by what is sent for it, and a file by
    its path, size and time, or by its name and bytes.
    """
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (bytes, bytearray)):
        return hashlib.blake2b(value, digest_size=8).hexdigest()
    if isinstance(value, os.PathLike):
        path = Path(cast("os.PathLike[str]", value))
        try:
            found = path.stat()
        except OSError:
            return str(path)  # the call says what is wrong with it
        return [str(path), found.st_size, found.st_mtime_ns]
    sent = wire("apps.map", {"": value})[""]
    return type(value).__name__ if sent is value else sent


# At the end, because it names a function of this module. `json.dumps` would make one for each row.
_encoder: Final = json.JSONEncoder(sort_keys=True, default=_stand_in)
