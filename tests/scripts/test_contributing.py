"""CONTRIBUTING.md tells the truth: its paths and scripts are those of the repository."""

from __future__ import annotations

import re

from tests.places import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_script_is_on_the_page_and_every_one_on_the_page_is_there() -> None:
    listed = {line.split("`")[1]: line for line in TEXT.splitlines() if line.startswith(("| `scripts/", "| `.ci/"))}
    listed.pop("scripts/")
    there = {f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert set(listed) == there | {".ci/run"}


def test_every_path_on_the_page_is_there() -> None:
    paths = re.findall(r"`((?:spec|generator|generated|adapters|tests|scripts|docs|\.ci)/[\w./-]*|[A-Z]+\.md)`", TEXT)
    assert len(paths) > 10
    assert not [path for path in paths if not (ROOT / path).exists()]
