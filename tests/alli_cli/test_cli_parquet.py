"""`alli map` reads Parquet where pyarrow is installed, and says what is missing where it is not."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from tests.alli_cli.conftest import Terminal


def parquet_file(path: Path, columns: dict[str, Any]) -> str:
    parquet.write_table(pyarrow.table(columns), path)
    return str(path)


def test_every_row_of_a_parquet_file_is_run(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    count = 600  # more than one batch of the reader
    rows = {"id": list(range(count)), "text": [f"row {number}" for number in range(count)]}
    out = tmp_path / "out.jsonl"
    table = parquet_file(tmp_path / "rows.parquet", rows)
    done = terminal.run("map", "Shout", table, "--out", str(out), "--key", "id", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["ok"] == count
    assert sorted(ran) == sorted(rows["text"])
    keys = {entry["key"] for line in out.read_text("utf-8").splitlines() if "key" in (entry := json.loads(line))}
    assert keys == {str(number) for number in range(count)}


def test_a_file_that_is_not_parquet_is_refused(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    table = tmp_path / "rows.parquet"
    table.write_text("text\na\n")
    done = terminal.run("map", "Shout", str(table), "--out", str(tmp_path / "out.jsonl"))
    assert (done.returncode, ran) == (2, [])
    assert "rows.parquet can't be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_time_that_python_can_not_hold_is_refused(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    times = pyarrow.array([1], pyarrow.timestamp("ns"))
    table = parquet_file(tmp_path / "rows.parquet", {"text": times})
    done = terminal.run("map", "Shout", table, "--out", str(tmp_path / "out.jsonl"))
    assert (done.returncode, ran) == (2, [])
    assert done.stderr.startswith("alli: rows.parquet can't be read: Nanosecond")


def test_the_package_that_is_missing_is_named(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    table = tmp_path / "rows.parquet"
    table.write_bytes(b"PAR1")
    tmp_path.joinpath("pyarrow.py").write_text("raise ModuleNotFoundError(name='pyarrow')")
    place = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = terminal.process("map", "Shout", str(table), "--out", str(tmp_path / "out.jsonl"), PYTHONPATH=place)
    assert (done.returncode, ran) == (2, [])
    assert "pip install pyarrow" in done.stderr
