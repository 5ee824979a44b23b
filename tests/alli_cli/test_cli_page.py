"""The guide on the command line has every command, option and exit status, and its examples run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import alli_cli
import pytest
from alli_cli import terminal as statuses
from alli_cli.program import program

from tests.alli_cli.conftest import Terminal
from tests.places import ROOT

PAGE = (ROOT / "docs/guides/command-line.md").read_text("utf-8")


def test_every_command_and_every_option_is_on_the_page(terminal: Terminal) -> None:
    commands = re.findall(r"^\| `alli (\w+)", PAGE, re.MULTILINE)
    shown = re.findall(r"^│ (\w+) ", terminal.run("--help").stdout.partition("Commands")[2], re.MULTILINE)
    assert sorted(commands) == sorted(shown)
    for command in commands:
        options = set(re.findall(r"--[a-z-]+", terminal.run(command, "--help").stdout)) - {"--help"}
        short = {"--input": "`-i ", "--message": "`-m ", "--file": "`-f "}
        assert [option for option in options if short.get(option, f"`{option}") not in PAGE] == [], command


def test_help_is_no_docstring_which_an_optimised_python_drops() -> None:
    assert all(command.help for command in program.registered_commands)
    assert program.registered_callback is not None and program.registered_callback.help


def test_every_exit_status_is_on_the_page_and_in_the_package() -> None:
    for status in (0, statuses.FAILED, 2, statuses.OUTCOME_UNKNOWN, statuses.STOPPED):
        assert f"\n| {status} |" in PAGE
        assert f"\n    {status} " in (alli_cli.__doc__ or "")


def test_the_examples_run(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.txt").write_text("Noon was when the sun stood highest.", "utf-8")
    Path("invoice.csv").write_text("item,qty,price,amount\nLamp,2,24.50,49.00\n", "utf-8")
    Path("reviews.csv").write_text("id,text\nr-1,The lamp is bright.\nr-2,The chair is soft.\n", "utf-8")
    lines = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)).splitlines()
    assert lines
    for line in lines:
        done = terminal.run(*shlex.split(line)[1:])
        assert (done.returncode, done.stderr) == (0, "")
