"""The recipes for many rows run as a reader follows them, twice: the second time nothing runs again."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.markdown import blocks_of
from tests.places import ROOT
from tests.reader import Project, project


def follow(page: str, folder: Path, reader: Project) -> list[str]:
    """Saves the program of a page, runs it, and gives the lines that it prints."""
    (block,) = blocks_of(ROOT / page, "python")
    program = folder / "program.py"
    program.write_text(block.code, "utf-8")
    settings = {"PYTHONPATH": os.pathsep.join([str(ROOT / "generated"), str(ROOT / "adapters")]), "LEDGER": str(folder)}
    done = subprocess.run(
        [sys.executable, program], cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert reader.harm == []
    return done.stdout.splitlines()


def runs(reader: Project) -> int:
    return sum(request.path.endswith("/run") for request in reader.service.requests)


def test_processes_of_a_pool_do_each_row_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with project(monkeypatch, "Summary") as reader:
        counts = [ast.literal_eval(line) for line in follow("docs/recipes/pool.md", tmp_path, reader)]
        assert counts == [{"ok": 20, "failed": 0, "unknown": 0}] * 2
        assert runs(reader) == 40
        again = [ast.literal_eval(line) for line in follow("docs/recipes/pool.md", tmp_path, reader)]
        assert again == [{"ok": 0, "failed": 0, "unknown": 0}] * 2
        assert runs(reader) == 40


def test_daft_does_each_row_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("daft")  # scripts/test-ray installs it
    with project(monkeypatch, "Summary") as reader:
        first = ast.literal_eval(follow("docs/recipes/daft.md", tmp_path, reader)[-1])
        assert (first["id"], first["status"], first["error"]) == (["r-1", "r-2"], ["ok", "ok"], [None, None])
        assert all(first["text"])
        assert ast.literal_eval(follow("docs/recipes/daft.md", tmp_path, reader)[-1]) == first
        assert runs(reader) == 2


@pytest.mark.timeout(120)
def test_the_readme_of_the_ray_stage_does_each_row_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("ray")  # as above
    with project(monkeypatch, "Summary") as reader:
        lines = follow("adapters/alli_batch/README.md", tmp_path, reader)
        assert sum(line.startswith("r-") and " ok " in line for line in lines) == 40
        assert runs(reader) == 40
