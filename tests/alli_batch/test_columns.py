"""Batches in each format of Ray Data, taken apart and put together again. pandas comes with scripts/test-ray."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy
import pyarrow
import pytest
from alli_batch.columns import check_free, rows_in, with_columns

TABLE = pyarrow.table({"id": [1, 2], "text": ["a", None], "score": [None, 0.5]})

FORMATS: dict[str, Callable[[pyarrow.Table], Any]] = {
    "numpy": lambda table: {name: table[name].to_numpy() for name in table.column_names},
    "pyarrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
}
formats = pytest.mark.parametrize(
    "batch",
    [
        pytest.param(
            make, id=name, marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed")
        )
        for name, make in FORMATS.items()
    ],
)


@formats
def test_rows_are_plain_values_and_a_missing_one_is_none(batch: Callable[[pyarrow.Table], Any]) -> None:
    rows = rows_in(batch(TABLE))
    assert rows == [{"id": 1, "text": "a", "score": None}, {"id": 2, "text": None, "score": 0.5}]
    assert {type(row["id"]) for row in rows} == {int}


@formats
def test_new_columns_are_text_also_where_no_row_has_a_value(batch: Callable[[pyarrow.Table], Any]) -> None:
    found = with_columns(batch(TABLE.select(["id"])), {"answer": ["yes", None], "error": [None, None]})
    columns = found if isinstance(found, dict) else {name: found[name] for name in found.column_names}
    assert [*columns] == ["id", "answer", "error"]
    assert numpy.asarray(columns["id"]).tolist() == [1, 2]
    assert columns["answer"].to_pylist() == ["yes", None]
    assert [str(columns[name].type) for name in ("answer", "error")] == ["string", "string"]


@formats
def test_a_column_that_is_there_is_named_and_not_overwritten(batch: Callable[[pyarrow.Table], Any]) -> None:
    with pytest.raises(ValueError, match="already have a column id, text; choose another prefix="):
        check_free(batch(TABLE), ["text", "id", "new"])
