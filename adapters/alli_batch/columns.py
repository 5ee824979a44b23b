"""Batches of Ray Data: rows out of one, and what became of them back as columns."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast

__all__ = ["Batch", "check_free", "rows_in", "with_columns"]

Batch: TypeAlias = Any
"""A batch in any of Ray's formats: a dict of arrays ("numpy", the default), an Arrow table ("pyarrow") or a data frame ("pandas")."""


class _Table(Protocol):
    """What is used of a `pyarrow.Table`."""

    column_names: list[str]

    def to_pylist(self) -> list[dict[str, Any]]: ...

    def append_column(self, name: str, column: object) -> _Table: ...


def rows_in(batch: Batch) -> list[dict[str, Any]]:
    """The rows, column → value, as plain Python values. A missing value is None, also where a format has NaN for it."""
    if isinstance(batch, Mapping):
        columns = cast("Mapping[str, Any]", batch)
        values = [_plain(column) for column in columns.values()]
        return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]
    return _table(batch).to_pylist()


def check_free(batch: Batch, names: Iterable[str]) -> None:
    """Raises ValueError where the batch has a column of one of these names."""
    there = [str(name) for name in (batch.column_names if hasattr(batch, "column_names") else batch)]
    if taken := sorted({*there} & {*names}):
        raise ValueError(f"AlliMap: the rows already have a column {', '.join(taken)}; choose another prefix=")


def with_columns(batch: Batch, columns: Mapping[str, Sequence[str | None]]) -> Batch:
    """The batch with further columns of text, which are text also where no row has a value."""
    pyarrow = importlib.import_module("pyarrow")
    arrays = {name: pyarrow.array(values, pyarrow.string()) for name, values in columns.items()}
    if isinstance(batch, Mapping):
        return {**cast("Mapping[str, Any]", batch), **arrays}
    table = _table(batch)
    for name, array in arrays.items():
        table = table.append_column(name, array)
    return table


def _table(batch: Any) -> _Table:
    if not hasattr(batch, "to_pylist"):
        batch = importlib.import_module("pyarrow").Table.from_pandas(batch, preserve_index=False)
    return cast("_Table", batch)


def _plain(column: Any) -> list[Any]:
    values = cast("list[Any]", column.tolist()) if hasattr(column, "tolist") else list(column)
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]
