"""The notebook runs from its first cell to its last, and shows no text of a result that no cell asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.places import ROOT
from tests.reader import project

NOTEBOOK = ROOT / "docs/recipes/notebook.ipynb"
PROGRAM = """
import sys, nbclient, nbformat

notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=40, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return found


@pytest.mark.timeout(120)
def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = tmp_path / "done.ipynb"
    with project(monkeypatch, "Summary") as reader:
        subprocess.run([sys.executable, "-c", PROGRAM, NOTEBOOK, done], check=True, capture_output=True, cwd=tmp_path)
        assert reader.harm == []
        assert not reader.service.violations
    outputs = [cell["outputs"] for cell in cells(done) if cell["cell_type"] == "code"]
    assert not [one for each in outputs for one in each if one["output_type"] == "error"]
    (shown,), (printed,), streamed = outputs[1], outputs[2], outputs[3]
    text = "".join(shown["data"]["text/markdown"])
    assert text
    assert text not in "".join(shown["data"]["text/plain"])
    assert "".join(printed["text"]).startswith("RunResult(")
    assert text not in "".join(printed["text"])
    assert "".join(line for one in streamed for line in one["text"])


def test_the_notebook_is_kept_without_outputs() -> None:
    for cell in cells(NOTEBOOK):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
