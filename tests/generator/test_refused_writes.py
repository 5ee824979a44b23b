"""Where the result can't be put: a folder that the generator did not write, or a disk without room. One line each, and all is as it was."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from tests.generator.small_documents import SMALL
from tests.places import ROOT

NOBODY = 65534

Run = Callable[..., tuple[int, list[str]]]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of the superuser, who can write anywhere, until the end of the block."""
    if os.getuid() != 0:
        yield
        return
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every user can look into, with the spec, and the output of another user in `theirs`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, target in zip(SMALL, ("spec.yaml", "overlay.yaml"), strict=True):
            shutil.copyfile(source, folder / target)
        (folder / "theirs" / "out" / "alli" / "raw").mkdir(parents=True)
        (folder / "theirs" / "out" / "alli" / "old.py").write_text("# what stood there before\n")
        (folder / "open").mkdir()
        folder.chmod(0o755)
        monkeypatch.chdir(folder)
        yield folder
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, list[str]]:
        with as_nobody():
            status = main(arguments)
        captured = capsys.readouterr()
        assert captured.out == ""
        return status, captured.err.splitlines()

    return run


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("closed", "output", "named"),
    [
        ("theirs", "theirs/out", "theirs"),
        ("theirs", "theirs/new", "theirs"),
        ("theirs", "theirs/new/below", "theirs"),
        ("theirs/out", "theirs/out", "theirs/out"),
        ("theirs/out/alli/raw", "theirs/out", "theirs/out/alli/raw"),
    ],
)
def test_a_folder_that_the_user_can_not_write_is_named_and_nothing_is_touched(
    shared: Path, run: Run, closed: str, output: str, named: str
) -> None:
    for path in [shared / "theirs", *(shared / "theirs").rglob("*")]:
        if path.is_dir():
            path.chmod(0o777)
    (shared / closed).chmod(0o555)
    before = tree(shared)
    status, errors = run("--spec", "spec.yaml", "--overlay", "overlay.yaml", "--output", output)
    assert status == 1
    told, rest = errors
    assert told.startswith(
        f"{named}: this folder can't be written by the user who runs this; change its owner or its mode "
    )
    assert told.endswith(", or give another --output")
    assert rest == f"nothing was changed in {output}"
    assert tree(shared) == before


def test_an_import_into_a_folder_that_the_user_can_not_write_says_so(shared: Path, run: Run) -> None:
    shutil.copyfile(shared / "spec.yaml", shared / "new.yaml")
    shared.chmod(0o555)
    before = tree(shared)
    status, errors = run("import", "new.yaml", "--spec", "spec.yaml")
    assert status == 1
    assert re.fullmatch(r"\S+: this folder can't be written by .*, or copy the spec to .* with --spec", errors[0])
    assert errors[1:] == ["nothing was changed in spec.yaml"]
    assert tree(shared) == before


@pytest.mark.parametrize("limit", [2_000, 40_000, 120_000])
def test_no_room_for_a_file_is_one_line_and_leaves_all_as_it_was(workspace: Any, limit: int) -> None:
    """Whichever program is the first that can't write on: this one, the formatter or the type checker."""
    before = workspace.tree()
    done = subprocess.run(
        [sys.executable, "-m", "generator", "--spec", "spec.yaml", "--overlay", "overlay.yaml", "--output", "out"],
        cwd=workspace.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    first, *rest = done.stderr.splitlines()
    assert re.match(
        r"out: File too large, so the result could not be written: make room|ruff \w+ |mypy failed with ", first
    )
    assert rest in ([], ["nothing was changed in out"])
    assert workspace.tree() == before


def test_the_exit_statuses_are_told_by_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out.partition("exit status:\n")[2]
    assert re.findall(r"^  (\d+) ", told, re.MULTILINE) == ["0", "1", "2", "130"]
