"""The pages for contributors tell the truth: their paths, scripts and checks are those of the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.places import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PAGES = ["CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", ".github/pull_request_template.md"]
PATH = re.compile(
    r"`((?:spec|generator|generated|adapters|tests|scripts|docs|changelog\.d|\.ci|\.github)/[\w./-]*|[A-Z]+\.md)`"
)


def table(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, its head left out."""
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:] if not set(row) <= set("|- ")]


def test_every_script_is_on_the_page_and_every_one_on_the_page_is_there() -> None:
    listed = {line.split("`")[1]: line for line in TEXT.splitlines() if line.startswith(("| `scripts/", "| `.ci/"))}
    listed.pop("scripts/")
    there = {f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert set(listed) == there | {".ci/run"}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_is_there(page: str) -> None:
    paths = [path for path in PATH.findall((ROOT / page).read_text("utf-8")) if not path.isupper()]
    assert paths
    assert not [path for path in paths if "NAME" not in path and not (ROOT / path).exists()]


def test_twenty_kinds_of_change_say_what_to_open_and_what_to_run() -> None:
    rows = table("To change X, open Y, run Z")
    assert len(rows) >= 20
    for what, where, then in rows:
        assert re.search(r"`[\w./-]+`", where), what
        assert re.search(r"`scripts/[\w-]+", then), what
        for command in re.findall(r"`(scripts/[^`]+)`", then):
            script, *arguments = command.split()
            assert not [path for path in (script, *arguments) if "/" in path and not (ROOT / path).exists()], command


def test_every_folder_of_the_repository_is_on_the_page() -> None:
    listed = {row[0].strip("`/") for row in table("Where things are") if row[0].endswith("/`")}
    tracked = {"spec", "generator", "generated", "adapters", "tests", "docs", "scripts"}
    assert listed == tracked


def test_every_word_has_one_meaning() -> None:
    words = [row[0] for row in table("Words")]
    assert len(words) >= 15
    assert len(words) == len(set(words))


def test_pre_commit_runs_the_tools_of_lint_and_downloads_none() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    lint = (ROOT / "scripts/lint").read_text("utf-8")
    tools = re.findall(r"^(?:step|script) (\S+)", lint, re.MULTILINE)
    assert {"ruff", "mypy", "pyright", "scripts/words.py"} <= set(tools)
    assert [tool for tool in tools if tool not in hooks] == []
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]


def test_a_changelog_file_is_described_with_the_kinds_there_are() -> None:
    config = tomllib.loads(Path(ROOT, "pyproject.toml").read_text("utf-8"))
    kinds = [kind["directory"] for kind in config["tool"]["towncrier"]["type"]]
    assert [kind for kind in kinds if f"`{kind}`" not in TEXT.partition("\n## Changelog\n")[2]] == []


def test_reviews_and_searches_leave_out_what_is_generated(tmp_path: Path) -> None:
    assert "/generated/" in (ROOT / ".ignore").read_text("utf-8").splitlines()
    git = shutil.which("git") or pytest.skip("git is not installed")
    subprocess.run([git, "init", "--quiet", tmp_path], check=True)
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    files = ["generated/alli/client.py", "generated/reference.md", "generator/templates/alli/client.py.jinja"]
    asked = subprocess.run(
        [git, "check-attr", "linguist-generated", *files], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [line.rpartition(" ")[2] for line in asked.stdout.splitlines()] == ["set", "set", "unspecified"]
