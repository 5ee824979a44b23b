"""`python -m alli_emulator drift`: asks a real service, and prints what becomes of each statement of spec/README.md."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import get_args

import httpx
from alli.config import REGIONS

from alli_emulator.commands.terminal import complain, print_any_name
from alli_emulator.contract.validation import Contract, load_document
from alli_emulator.drift.checks import check_contract, check_statement
from alli_emulator.drift.questions import Answer, ask
from alli_emulator.drift.statements import load_statements
from alli_emulator.drift.verdict import Verdict, Word
from alli_emulator.recording.recorder import checked_upstream

__all__ = ["drift"]

TIMEOUT = 30.0
"""Seconds for each question."""


def drift(arguments: Sequence[str]) -> int:
    """Runs the command; gives the exit status: 0 where nothing differs, 1 where something does or nothing could be asked."""
    options = _parser().parse_args(arguments)
    key = os.environ.get("ALLI_API_KEY", "").strip()
    region = os.environ.get("ALLI_REGION", "").strip() or "us"
    address = options.base_url or os.environ.get("ALLI_BASE_URL", "").strip() or REGIONS.get(region, "")
    if not key:
        return complain("drift: set ALLI_API_KEY to the key of the project to ask")
    if not address:
        return complain(f"drift: ALLI_REGION must be one of {', '.join(REGIONS)}")
    try:
        base_url = checked_upstream(address, "the address of the service")
        contract = Contract(load_document())
        statements = load_statements()
    except (ValueError, FileNotFoundError) as error:
        return complain(f"drift: {error}")
    with httpx.Client(base_url=base_url, timeout=TIMEOUT, follow_redirects=False) as http:

        def get(path: str, other_key: str | None) -> Answer:
            sent = key if other_key is None else other_key
            return _get(http, path, {"API-KEY": sent} if sent else {})

        asked = ask(get, contract)
    print_any_name()
    verdicts = [(one.row, one.text, check_statement(one, asked)) for one in statements]
    verdicts += [(name, "answers as documented", verdict) for name, verdict in check_contract(contract, asked).items()]
    for row, text, verdict in verdicts:
        print(f"{row:<4} {verdict.word:<10} {_short(text)}{_because(verdict)}")
    words = [verdict.word for _, _, verdict in verdicts]
    print("#", ", ".join(f"{words.count(word)} {word}" for word in get_args(Word)))
    if not any(page.status == 200 for page in asked.pages):
        return complain("drift: the list of apps could not be read, so little can be checked; is the key right?")
    return int(any(verdict.word == "differs" and verdict.alternative is None for _, _, verdict in verdicts))


def _get(http: httpx.Client, path: str, headers: dict[str, str]) -> Answer:
    try:
        answer = http.get(path, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(0, failure=type(error).__name__)
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(answer.status_code, media_type, answer.content)


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."


def _because(verdict: Verdict) -> str:
    other = f" (row {verdict.alternative} has it)" if verdict.alternative else ""
    return f"  [{verdict.reason}{other}]" if verdict.reason else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m alli_emulator drift",
        description="Asks a real service a few read-only questions (GET only) with the key in ALLI_API_KEY, and prints one "
        "line for each graded statement of spec/README.md: holds, differs, can't tell. Names, ids and texts of the project "
        "are not printed.",
    )
    parser.add_argument("--base-url", metavar="URL", help="default: ALLI_BASE_URL, else the host of ALLI_REGION")
    return parser
