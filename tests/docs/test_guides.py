"""The guides tell the truth: their code runs and is typed, their names and numbers are those of the code."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import tomllib
import traceback
from pathlib import Path

import alli
import pytest
from alli.config import IDLE_TIMEOUT, READ_TIMEOUT, REGIONS, RUN_READ_TIMEOUT

from tests.markdown import Block, blocks_of
from tests.places import ROOT
from tests.reader import project, run

DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
PYTHON = [block for path in GUIDES for block in blocks_of(path, "python")]
PROGRAMS = [block for block in PYTHON if "a file of pytest" not in block.note]


def text_of(guide: str) -> str:
    """The text of a guide, on one line."""
    return " ".join((DOCS / "guides" / f"{guide}.md").read_text("utf-8").split())


@pytest.mark.usefixtures("quick_pauses")
@pytest.mark.parametrize("block", PROGRAMS, ids=[block.name for block in PROGRAMS])
def test_a_block_of_python_runs_as_it_stands_and_runs_no_app_that_the_reader_has_not_chosen(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # a block may write files
    with project(monkeypatch, block.app) as reader:
        if "the project has a handbook" in block.note:
            reader.service.documents.add("leave.txt", "Everybody has 15 days of leave a year.")
        before = len(reader.service.documents.all())
        run(block)
        assert len(reader.service.documents.all()) - before == block.code.count(
            "documents.replace("
        )  # the new one; the other blocks leave nothing
        assert capsys.readouterr().out or "logging" in block.code
        assert reader.harm == []
        assert not reader.service.violations


@pytest.mark.timeout(180)
def test_the_example_of_a_test_passes_and_fails_when_the_program_is_wrong(tmp_path: Path) -> None:
    (block,) = [block for block in PYTHON if block not in PROGRAMS]
    (tmp_path / "test_right.py").write_text(block.code, "utf-8")
    (tmp_path / "test_wrong.py").write_text(block.code.replace('app_id, "Hello"', 'app_id, "Bye"'), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "alli_emulator.pytest_plugin"]
    done = subprocess.run(
        [*command, "--rootdir", tmp_path, tmp_path],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    failed = re.findall(r"^(?:FAILED|ERROR) .*?(test_\w+)\.py::(\w+)", done.stdout, re.MULTILINE)
    assert set(failed) == {("test_wrong", "test_a_greeting_is_shown")}, done.stdout
    assert "3 passed" in done.stdout


def test_the_numbers_of_the_guides_are_those_of_the_code() -> None:
    errors = text_of("errors")
    assert f"{alli.RetryPolicy().max_retries} times by default" in errors
    assert (
        f"A run may be silent for {RUN_READ_TIMEOUT:.0f} s, other calls for {READ_TIMEOUT:.0f} s, "
        f"a stream for {IDLE_TIMEOUT:.0f} s between two records" in errors
    )
    assert " or ".join(f'"{region}"' for region in REGIONS) in text_of("client")


def test_every_error_has_a_section_and_every_section_is_an_error() -> None:
    page = (DOCS / "guides/errors.md").read_text("utf-8").partition("## Each error, and what to do")[2]
    sections = re.findall(r"^### (\w+)$", page, re.MULTILINE)
    classes = {name for name in alli.__all__ if inspect.isclass(one := getattr(alli, name)) and _is_error(one)}
    assert sorted(sections) == sorted(classes - {"AlliError"})


@pytest.mark.parametrize("kind", [alli.NotFoundError, alli.StreamIdleError, alli.ConfigurationError, alli.AlliError])
def test_an_error_links_to_its_section_in_its_traceback_and_not_in_its_text(kind: type[alli.AlliError]) -> None:
    error = kind("it failed")
    address, _, anchor = error.help_url.partition("#")
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    assert address == urls["Documentation"] + "guides/errors/"
    headings = re.findall(r"^##+ (.+)$", (DOCS / "guides/errors.md").read_text("utf-8"), re.MULTILINE)
    assert anchor in [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]
    assert error.help_url in "".join(traceback.format_exception(error))
    assert str(error) == "it failed"


def test_an_error_of_a_users_own_class_links_to_that_of_its_base() -> None:
    class Gone(alli.NotFoundError):
        pass

    assert Gone("x").help_url.endswith("#notfounderror")


def _is_error(found: type) -> bool:
    return issubclass(found, alli.AlliError)


@pytest.mark.parametrize("guide", GUIDES, ids=[path.stem for path in GUIDES])
def test_a_guide_names_only_paths_that_are_there(guide: Path) -> None:
    paths = re.findall(
        r"`((?:spec|generator|generated|adapters|tests|scripts|docs|\.ci)/[\w./-]*)`", guide.read_text("utf-8")
    )
    assert not [path for path in paths if not (ROOT / path).exists()]
