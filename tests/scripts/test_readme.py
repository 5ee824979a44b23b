"""README.md tells the truth: its code runs and is typed, its names and numbers are those of the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from alli._calls.retries import RetryPolicy
from alli.config import IDLE_TIMEOUT, READ_TIMEOUT, REGIONS, RUN_READ_TIMEOUT
from alli_emulator import Emulator

from generator.__main__ import main as generate
from tests.scripts.readme import ROOT, TEXT, Block, blocks

PYTHON = blocks("python")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulated service that a client finds by the environment, as README.md's readers find the real one."""
    for name in [name for name in os.environ if name.startswith("ALLI_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    with Emulator(pace=0) as emulator:
        monkeypatch.setenv("ALLI_API_KEY", emulator.api_key)
        monkeypatch.setenv("ALLI_BASE_URL", emulator.base_url)
        yield emulator


@pytest.mark.parametrize("block", PYTHON, ids=[block.name for block in PYTHON])
def test_a_block_of_python_runs_as_it_stands(
    block: Block, service: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    program = "\n" * (block.line - 1) + block.code  # so that a traceback names the line of README.md
    exec(compile(program, "README.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out or "logging" in block.code
    assert not service.violations


@pytest.mark.timeout(300)
def test_the_blocks_of_python_are_typed_strictly(tmp_path: Path) -> None:
    paths = [tmp_path / f"{block.name}.py" for block in PYTHON]
    for path, block in zip(paths, PYTHON, strict=True):
        path.write_text(block.code, "utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *map(str, paths)], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_three_uses_take_about_ten_lines_each() -> None:
    start, end = (TEXT.count("\n", 0, TEXT.index(heading)) for heading in ("## Three uses", "## Installation"))
    uses: dict[str, int] = {}
    for block in [*PYTHON, *blocks("yaml")]:
        if start < block.line < end:
            code = [line for line in block.code.splitlines() if line.strip() and not line.lstrip().startswith("#")]
            uses[block.heading] = uses.get(block.heading, 0) + len(code)
    assert len(uses) == 3
    assert all(8 <= lines <= 12 for lines in uses.values()), uses


def test_the_new_operation_of_the_page_becomes_a_method(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, action = (block.code for block in blocks("yaml"))
    spec, overlay, output = tmp_path / "spec.yaml", tmp_path / "overlay.yaml", tmp_path / "out"
    document = (ROOT / "spec/alli.openapi.yaml").read_text("utf-8")
    spec.write_text(document.replace("\npaths:\n", "\npaths:\n" + textwrap.indent(path, "  "), 1), "utf-8")
    actions = (ROOT / "spec/sdk.overlay.yaml").read_text("utf-8").rstrip("\n")
    overlay.write_text(f"{actions}\n{textwrap.indent(action, '  ')}", "utf-8")
    status = generate(["--spec", str(spec), "--overlay", str(overlay), "--output", str(output)])
    assert status == 0, capsys.readouterr().err
    program = "\n".join(
        [
            "import inspect, alli",
            "from alli.resources import AsyncUsage, Usage",
            f"assert alli.__file__.startswith({str(output)!r})",
            "for kind in (Usage, AsyncUsage):",
            "    assert list(inspect.signature(kind.get).parameters) == ['self', 'month']",
        ]
    )
    subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(output)}, check=True
    )
    assert "client.usage.get" in (output / "reference.md").read_text("utf-8")


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"{RetryPolicy().max_retries} times by default" in TEXT
    assert (
        f"a run may be silent for {RUN_READ_TIMEOUT:.0f} s, other calls for {READ_TIMEOUT:.0f} s, "
        f"a stream for {IDLE_TIMEOUT:.0f} s between two records" in " ".join(TEXT.split())
    )
    assert " or ".join(f'"{region}"' for region in REGIONS) in TEXT


def test_every_script_is_on_the_page_and_every_one_on_the_page_is_there() -> None:
    listed = {line.split("`")[1]: line for line in TEXT.splitlines() if line.startswith(("| `scripts/", "| `.ci/"))}
    listed.pop("scripts/")
    there = {f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert set(listed) == there | {".ci/run"}


def test_every_path_on_the_page_is_there() -> None:
    paths = re.findall(r"`((?:spec|generator|generated|adapters|tests|scripts|\.ci)/[\w./-]*|[A-Z]+(?:\.md)?)`", TEXT)
    assert {"spec/alli.openapi.yaml", "generated/reference.md", "CHANGELOG.md"} <= set(paths)
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_the_changelog_begins_with_this_version() -> None:
    from alli import __version__

    headings = [line for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## ")]
    assert headings[0].startswith(f"## {__version__},")
