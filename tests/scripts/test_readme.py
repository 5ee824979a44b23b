"""README.md tells the truth: it is short, its code runs and is typed and safe to paste, its paths are there."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reader import project, run
from tests.scripts.readme import ROOT, TEXT, Block, blocks

PYTHON = blocks("python")
ANSWERS = ("HELLO", "every town kept its own time", "Noon was when the sun stood highest.")
"""What the apps of the examples answer: an example that prints an error has printed something, too."""


@pytest.mark.parametrize("block", PYTHON, ids=[block.name for block in PYTHON])
def test_a_block_of_python_runs_as_it_stands_and_runs_no_app_that_the_reader_has_not_chosen(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with project(monkeypatch, block.app) as reader:
        run(block)
        out = capsys.readouterr().out
        assert any(answer in out for answer in ANSWERS)
        assert reader.harm == []
        assert not reader.service.violations


@pytest.mark.parametrize("block", PYTHON, ids=[block.name for block in PYTHON])
def test_without_a_chosen_app_a_block_of_python_runs_none(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    with project(monkeypatch, None) as reader:
        if "APP_ID" in block.code:
            with pytest.raises(KeyError, match="APP_ID"):
                run(block)
        else:
            run(block)
        assert reader.harm == []


def test_the_three_commands_of_the_keyless_start_run_an_app_of_an_emulator(tmp_path: Path) -> None:
    (commands,) = [block.code for block in blocks("sh") if block.heading == "Try it without a key"]
    install, serve, ask = commands.splitlines()
    assert install.startswith("pip install 'alli-sdk[cli,emulator]'")  # scripts/release installs both extras
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    python = f"{shlex.quote(sys.executable)} -m alli_emulator"
    serve = serve.replace("python -m alli_emulator", f"{python} --port {port}") + " serving=$!"
    ask = ask.replace(":8730", f":{port}").replace(" alli ", f" {shlex.quote(sys.executable)} -m alli_cli ")
    shown = subprocess.run([sys.executable, "-m", "alli_emulator", "--help"], capture_output=True, text=True)
    assert "default 8730" in shown.stdout
    # A person takes longer to read what the emulator prints than it takes to start.
    wait = f"until {shlex.quote(sys.executable)} -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}))' 2>/dev/null; do :; done"
    program = f"{serve}\n{wait}\n{ask}\nstatus=$?\nkill $serving\nexit $status"
    done = subprocess.run(["sh", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert "Noon was when the sun stood highest." in done.stdout.splitlines()


def test_the_page_is_short() -> None:
    assert len(TEXT.splitlines()) <= 150


def test_the_three_uses_take_about_ten_lines_each() -> None:
    start, end = (TEXT.count("\n", 0, TEXT.index(heading)) for heading in ("## Three uses", "## Installation"))
    uses: dict[str, int] = {}
    for block in [*PYTHON, *blocks("yaml")]:
        if start < block.line < end:
            code = [line for line in block.code.splitlines() if line.strip() and not line.lstrip().startswith("#")]
            uses[block.heading] = uses.get(block.heading, 0) + len(code)
    assert len(uses) == 3
    assert all(8 <= lines <= 12 for lines in uses.values()), uses


def test_every_path_on_the_page_is_there() -> None:
    paths = re.findall(
        r"`((?:spec|generator|generated|adapters|tests|scripts|docs|\.ci)/[\w./-]*|[A-Z]+(?:\.md)?)`", TEXT
    )
    assert {"spec/alli.openapi.yaml", "generated/reference.md", "docs/guides/errors.md", "CHANGELOG.md"} <= set(paths)
    assert not [path for path in paths if not (ROOT / path).exists()]
