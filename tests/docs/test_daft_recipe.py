"""The recipe for Daft runs as a reader follows it, twice: the second time nothing runs again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.reader import project
from tests.recipes import follow

pytest.importorskip("daft")  # scripts/test-ray installs it


def test_daft_does_each_row_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with project(monkeypatch, "Summary") as reader:
        first = ast.literal_eval(follow("docs/recipes/daft.md", tmp_path)[-1])
        assert (first["id"], first["status"], first["error"]) == (["r-1", "r-2"], ["ok", "ok"], [None, None])
        assert all(first["text"])
        assert ast.literal_eval(follow("docs/recipes/daft.md", tmp_path)[-1]) == first
        assert sum(request.path.endswith("/run") for request in reader.service.requests) == 2
        assert reader.harm == []
