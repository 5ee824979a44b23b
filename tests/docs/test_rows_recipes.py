"""The recipes for many rows run as a reader follows them, twice: the second time nothing runs again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.reader import Project, project
from tests.recipes import follow


def runs(reader: Project) -> int:
    assert reader.harm == []
    return sum(request.path.endswith("/run") for request in reader.service.requests)


def test_processes_of_a_pool_do_each_row_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with project(monkeypatch, "Summary") as reader:
        counts = [ast.literal_eval(line) for line in follow("docs/recipes/pool.md", tmp_path)]
        assert counts == [{"ok": 20, "failed": 0, "unknown": 0}] * 2
        assert runs(reader) == 40
        again = [ast.literal_eval(line) for line in follow("docs/recipes/pool.md", tmp_path)]
        assert again == [{"ok": 0, "failed": 0, "unknown": 0}] * 2
        assert runs(reader) == 40
