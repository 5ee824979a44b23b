"""`--check` sees any byte that differs, and two runs never do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline
from generator.output import replace_tree
from tests.generator.conftest import WITHOUT_TYPES
from tests.places import ROOT


def files_of(built: Path) -> list[Path]:
    files = sorted(path for path in built.rglob("*") if path.is_file())
    assert {"client.py", "openapi.json", "py.typed", "reference.md"} <= {path.name for path in files}
    return files


def test_generated_is_what_the_spec_gives(built: Path) -> None:
    assert list(replace_tree.differences(pipeline.OUTPUT, built)) == []


def test_any_byte_changed_in_any_file_is_seen(built: Path, tmp_path: Path) -> None:
    for number, file in enumerate(files_of(built)):
        right, wrong = tmp_path / str(number) / "right", tmp_path / str(number) / "wrong"
        for tree in (right, wrong):
            tree.mkdir(parents=True)
            shutil.copy(file, tree)
        assert list(replace_tree.differences(wrong, right)) == []
        content = file.read_bytes()
        for position in {0, len(content) // 2, len(content) - 1}:
            flipped = content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]
            (wrong / file.name).write_bytes(flipped)
            assert any(file.name in line for line in replace_tree.differences(wrong, right)), (file, position)
        for changed in (content + b"\n", content[:-1], content.replace(b"\n", b"\r\n"), b""):
            (wrong / file.name).write_bytes(changed)
            assert any(file.name in line for line in replace_tree.differences(wrong, right)), file


def test_files_too_many_and_too_few_are_seen(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "generated"
    shutil.copytree(built, copy)
    (copy / "alli" / "extra.py").write_text("")
    (copy / "other.txt").write_text("text\n")
    (copy / "alli" / "client.py").unlink()
    lines = list(replace_tree.differences(copy, built))
    assert "generated/alli/extra.py: differs in bytes that make no line, or is an empty file too many" in lines
    assert "--- generated/other.txt" in lines
    assert "+++ generated/alli/client.py (from the spec)" in lines


@pytest.mark.parametrize("folder", ["alli/__pycache__", ".mypy_cache/3.11", ".ruff_cache", ".pytest_cache"])
def test_what_tools_leave_behind_does_not_count(built: Path, tmp_path: Path, folder: str) -> None:
    copy = tmp_path / "generated"
    shutil.copytree(built, copy)
    (copy / folder).mkdir(parents=True)
    (copy / folder / "client.pyc").write_bytes(b"x")
    assert list(replace_tree.differences(copy, built)) == []


def test_a_file_that_is_no_text_takes_one_line(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "generated"
    shutil.copytree(built, copy)
    (copy / "alli" / "extra.bin").write_bytes(b"\x00\n" * 1000)
    assert list(replace_tree.differences(copy, built)) == ["generated/alli/extra.bin: differs, and is not text"]


@pytest.mark.usefixtures("unchecked")
def test_check_fails_with_a_diff_and_changes_nothing(workspace: Any) -> None:
    assert workspace.run().status == 0
    client = workspace.output / "alli" / "client.py"
    client.write_text(client.read_text("utf-8").replace("class Alli", "class Ally", 1), "utf-8")
    before = workspace.tree()
    outcome = workspace.run("--check")
    assert outcome.status == 1
    assert any(line.startswith("-class Ally") for line in outcome.out)
    assert any(line.startswith("+class Alli") for line in outcome.out)
    assert workspace.tree() == before


@pytest.mark.usefixtures("unchecked")
def test_a_second_run_changes_nothing(workspace: Any) -> None:
    assert workspace.run().out == ["out/ is rewritten"]
    times = {path: path.stat().st_mtime_ns for path in workspace.output.rglob("*")}
    assert workspace.run().out == ["out/ was up to date"]
    assert {path: path.stat().st_mtime_ns for path in workspace.output.rglob("*")} == times


def test_runs_with_other_hash_seeds_give_the_same_bytes(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.type_check, "check_types", lambda _: None)
    assert workspace.run().status == 0
    arguments = ["--spec", "spec.yaml", "--overlay", "overlay.yaml", "--output", "other"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TYPES, *arguments],
        cwd=workspace.folder,
        # This process has a random one.
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert list(replace_tree.differences(workspace.folder / "other", workspace.output)) == []
    assert [path.name for path in workspace.folder.iterdir() if path.name.startswith(".")] == []


def test_every_file_says_what_it_was_made_from(built: Path) -> None:
    for file in files_of(built):
        text = file.read_text("utf-8")
        # The front matter of a page has to come first.
        first = "".join((text.partition("\n---\n")[2] or text).splitlines(keepends=True)[:2])
        assert "Generated by python -m generator from " in first, file
        assert "Do not edit." in first, file


def test_a_header_names_a_template_that_is_there(built: Path) -> None:
    for file in (file for file in files_of(built) if file.suffix == ".py"):
        origin = file.read_text("utf-8").splitlines()[0].partition(". Do not edit.")[0].split()[-1]
        stock = "openapi-python-client's" in file.read_text("utf-8").splitlines()[0]
        assert stock or (ROOT / origin).is_file(), (file, origin)
