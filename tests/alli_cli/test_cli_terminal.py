"""What an app says reaches a terminal as text, and not as commands to it; a file or a pipe gets it as it is."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from alli_cli import main
from alli_emulator import AppFailure, AppInput, AppRun, Emulator

from tests.alli_cli.conftest import KEY, Terminal

FULL = Path("/dev/full")
ESCAPES = "\x1b]0;title\x07\x1b[2J\x9b31m\rover\x7f\u202eexe"
SHOWN = r"\u001b]0;title\u0007\u001b[2J\u009b31m\u000dover\u007f\u202eexe"


def in_terminal(terminal: Terminal, *arguments: str, errors: bool = False) -> str:
    """Runs `alli` in a pseudoterminal; gives what it shows."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "alli_cli", *arguments],
        env=terminal.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if errors else its,
        stderr=its if errors else subprocess.DEVNULL,
    ):
        os.close(its)
        shown = b""
        try:
            while piece := os.read(ours, 10_000):
                shown += piece
        except OSError:
            pass  # the other end is closed
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture(autouse=True)
def _nasty(service: Emulator) -> None:
    @service.app(name="Nasty", type="campaign", description=f"does {ESCAPES}")
    def nasty(_run: AppRun) -> str:
        return f"tab\there\n{ESCAPES} 한국어"


@pytest.mark.parametrize("options", [[], ["--stream"], ["--json"], ["--stream", "--json"]], ids=" ".join)
def test_control_characters_of_an_answer_are_visible_in_a_terminal(terminal: Terminal, options: list[str]) -> None:
    shown = in_terminal(terminal, "run", "Nasty", "-m", "x", *options)
    assert r"\u001b" in shown
    assert "한국어" in shown
    assert not set(shown) & set("\x1b\x07\x9b\r\x7f")
    if not options:
        assert shown == f"tab\there\n{SHOWN} 한국어\n"


def test_a_pipe_gets_the_answer_as_it_is(terminal: Terminal) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alli_cli", "run", "Nasty", "-m", "x"], env=terminal.environment, capture_output=True
    )
    assert done.stdout.decode() == f"tab\there\n{ESCAPES} 한국어\n"


@pytest.mark.parametrize("options", [[], ["--json"], ["--stream"]], ids=["whole", "json", "stream"])
def test_an_app_that_repeats_the_key_does_not_make_the_command_print_it(
    terminal: Terminal, service: Emulator, options: list[str]
) -> None:
    service.app(name="Leak", type="campaign")(lambda _run: f"The key is {KEY}.")
    done = terminal.run("run", "Leak", "-m", "which key?", *options)
    assert done.returncode == 0
    assert "The key is [API key]." in done.stdout


def test_names_in_the_list_of_apps_are_visible_too(terminal: Terminal) -> None:
    shown = in_terminal(terminal, "apps", "--search", "Nasty")
    assert r"\u001b]0;title\u0007" in shown
    assert "\x1b]0" not in shown
    assert "\x9b" not in shown


def test_an_error_is_visible_too(terminal: Terminal) -> None:
    shown = in_terminal(terminal, "run", "no \x1b[2J app", "-m", "x", errors=True)
    assert "no app has the id or the name" in shown
    assert "\x1b[2J" not in shown


def test_progress_in_a_terminal_says_how_many_rows_are_done_and_failed(
    terminal: Terminal, service: Emulator, tmp_path: Path
) -> None:
    @service.app(name="Slow", inputs=[AppInput("text", "Text")])
    def slow(run: AppRun) -> str:
        time.sleep(0.2)
        if run.text_input("text") == "bad":
            raise AppFailure("no luck")
        return "fine"

    rows = tmp_path / "rows.csv"
    rows.write_text("text\nbad\n" + "a\n" * 5)
    out = str(tmp_path / "out.jsonl")
    shown = in_terminal(terminal, "map", "Slow", str(rows), "--out", out, "--concurrency", "1", errors=True)
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown)
    assert re.search(r"Slow .*[1-5]/6 1 failed, \d+\.\d rows/s [\d:-]+", plain)


@pytest.mark.skipif(not FULL.exists(), reason="a device that is always full")
@pytest.mark.parametrize(
    ("arguments", "status", "advice"),
    [
        (["apps"], 1, ""),
        (["run", "Nasty", "-m", "x"], 3, "; the app may have run, so look before you run it again"),
        (["run", "Nasty", "-m", "x", "--stream"], 3, "; the app may have run, so look before you run it again"),
    ],
    ids=["apps", "run", "stream"],
)
def test_output_that_can_not_be_written_is_one_line_and_a_run_is_not_called_failed(
    terminal: Terminal, arguments: list[str], status: int, advice: str
) -> None:
    errors = io.StringIO()
    with (
        patch.dict(os.environ, terminal.environment),
        FULL.open("w") as full,
        redirect_stdout(full),
        redirect_stderr(errors),
    ):
        assert main(arguments) == status
    assert errors.getvalue() == f"alli: the output can't be written: No space left on device{advice}\n"


@pytest.mark.parametrize("arguments", [["apps"], ["run", "Nasty", "-m", "x"], ["nonsense"]], ids=lambda one: one[0])
def test_without_standard_streams_the_status_is_the_same(
    terminal: Terminal, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = terminal.run(*arguments).returncode
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with patch.dict(os.environ, terminal.environment):
        assert main(arguments) == expected
        assert sys.stdout.name == sys.stderr.name == os.devnull
        sys.stdout.close()
        sys.stderr.close()


@pytest.mark.parametrize("columns", ["0", "-1", "wide", ""])
def test_a_table_has_all_its_cells_whatever_the_environment_says_of_the_terminal(
    terminal: Terminal, columns: str
) -> None:
    shown = terminal.run("apps", COLUMNS=columns).stdout
    assert "Shortens a text to the sentences that carry most of it\n" in shown
