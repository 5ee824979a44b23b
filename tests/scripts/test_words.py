"""scripts/words.py: the phrases it finds, and those that it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.words import PHRASES, findings
from tests.places import ROOT


def found(text: str) -> list[str]:
    return [finding.phrase for finding in findings(Path("page.md"), text)]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("The caller is told which.", "is told"),
        ("a str is no file", "is no file"),
        ("in a thread of its own.", "of its own"),
        ("what it was made of", "what it was made of"),
        ("may have run an app all the same.", "all the same"),
        ("In earnest: model = …", "In earnest"),
        ("an item that isn't spoken of stays", "spoken of"),
        ("the answer tells an error", "tells an error"),
        ("It is refused, for it holds the key.", "for it holds"),
        ("fields nobody knows", "nobody knows"),
        ("made anew", "anew"),
    ],
)
def test_a_phrase_that_was_unlearned_is_found(text: str, phrase: str) -> None:
    assert found(text) == [phrase]


@pytest.mark.parametrize(
    "text",
    [
        "It is no longer needed, and there is no other way.",
        "They can be told apart.",
        "What if there is no method?",
        "all the same size",
        "wait for it is not what we mean",
        "a client of the user's",
    ],
)
def test_plain_english_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_phrase_is_found_over_a_line_break_and_in_a_comment() -> None:
    assert found("# what it was\n    # made of") == ["what it was # made of"]


def test_a_finding_names_the_line_and_says_what_to_write() -> None:
    (finding,) = findings(Path("page.md"), "one\ntwo\nin earnest")
    assert str(finding) == "page.md:3: 'in earnest'; write: in production"


def test_every_phrase_says_what_to_write_instead() -> None:
    assert all(PHRASES.values())


def test_what_is_checked_is_clean() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts/words.py"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
