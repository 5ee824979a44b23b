"""Tests that are wrong on purpose, whose program hides what went wrong: the fixture `alli` makes each of them fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alli_emulator.their_tests import outcomes, run_pytest
from tests.alli_emulator.wrong_tests import HEAD, MARKED, RIGHT, WRONG


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of these tests, run once."""
    folder = tmp_path_factory.mktemp("theirs")
    tests = {name: body for name, (body, _) in WRONG.items()} | RIGHT
    source = "".join(f"def test_{name}(alli, alli_client):{body}\n\n" for name, body in tests.items())
    done = run_pytest(folder, HEAD + source + "".join(MARKED.values()))
    assert done.returncode == 1, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_test_fails_and_says_why(folder: Path, name: str) -> None:
    outcome = outcomes(folder)[f"test_{name}"]
    assert outcome.word in ("failed", "error")
    for message in WRONG[name][1]:
        assert message in outcome.text


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_test_passes(folder: Path, name: str) -> None:
    outcome = outcomes(folder)[f"test_{name}"]
    assert outcome.word == "passed", outcome.text


def test_a_marker_says_what_may_be_found_and_how_the_emulator_is_made(folder: Path) -> None:
    found = outcomes(folder)
    assert {name: found[f"test_{name}"].word for name in MARKED} == {
        "allowed": "passed",
        "not_allowed": "error",
        "arguments": "passed",
        "misspelt": "error",
    }
    assert "allow must hold some of app_errors, unused_faults" in found["test_misspelt"].text
