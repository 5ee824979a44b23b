"""The skill for coding agents: short, complete, and its examples run in a project with dangerous apps."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import alli
import pytest

from tests.markdown import Block, blocks_of
from tests.reader import project, run

PAGE = Path(alli.__path__[0]) / "agent_skill/SKILL.md"
TEXT = PAGE.read_text("utf-8")
PYTHON = blocks_of(PAGE, "python")


def test_it_begins_with_its_name_and_when_to_use_it() -> None:
    start, name, description, end = TEXT.splitlines()[:4]
    assert (start, end) == ("---", "---")
    assert name == "name: alli-sdk"
    assert 100 < len(description.removeprefix("description: ")) <= 1024


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) <= 150


@pytest.mark.parametrize("block", PYTHON, ids=[block.name for block in PYTHON])
def test_an_example_runs_and_runs_no_app_that_nobody_has_chosen(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with project(monkeypatch, block.app) as reader:
        run(block)
        assert capsys.readouterr().out
        assert reader.harm == []


def test_every_method_is_listed() -> None:
    listed = TEXT.partition("## Every method")[2]
    with alli.Alli(api_key="k") as client:
        for name, resource in inspect.getmembers(client):
            if not name.startswith("_") and type(resource).__module__ == "alli.resources":
                (line,) = [line for line in listed.splitlines() if line.startswith(f"- `client.{name}`")]
                generated = [method for method in vars(type(resource)) if not method.startswith("_")]
                assert [method for method in generated if f"`{method}`" not in line] == []


def test_it_names_only_errors_that_there_are() -> None:
    assert [name for name in re.findall(r"\b[A-Z]\w+Error\b", TEXT) if not hasattr(alli, name)] == []
