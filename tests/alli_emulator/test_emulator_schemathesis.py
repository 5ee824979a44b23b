"""Thousands of requests made from the document alone, right ones and wrong ones: every answer keeps to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from alli_emulator import Emulator
from alli_emulator.contract.validation import Contract, load_document

from tests.places import ROOT

SEED = "20260616"
"""The same requests in every run: a failure on one machine is one on all."""


def run_against(alli: Emulator, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs schemathesis as a program: its plugin for pytest would slow all other tests."""
    document = str(resources.files("alli").joinpath("openapi.json"))
    command = [sys.executable, "-m", "schemathesis.cli", "run", document, "--url", alli.base_url]
    command += ["--header", f"API-KEY: {alli.api_key}", "--seed", SEED, "--max-examples", "8"]
    command += ["--checks", "all", "--generation-database", "none", "--no-color", *options]
    for operation in alli.not_served:
        command += ["--exclude-name", operation]
    hooks = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent), "COLUMNS": "200"}
    # hypothesis keeps a table of all characters there, which takes seconds to make.
    environment = {**os.environ, **hooks, "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.takes_long
@pytest.mark.timeout(300)
def test_schemathesis_finds_nothing(alli: Emulator, tmp_path: Path) -> None:
    done = run_against(alli, tmp_path)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    # It did look: at all operations that are served, in hundreds of requests, some of which were refused.
    all_of_them = len(list(Contract(load_document()).operations))
    served = all_of_them - len(alli.not_served)
    assert served >= 13
    assert f"Selected: {served}/{all_of_them}" in done.stdout
    assert f"Tested: {served}" in done.stdout
    found = re.search(r"(\d+) generated", done.stdout)
    assert found is not None
    assert int(found[1]) > 300
    assert {200, 400, 401, 404, 405, 422} <= {record.status for record in alli.requests}


@pytest.mark.timeout(120)
def test_schemathesis_would_find_an_answer_that_breaks_the_document(alli: Emulator, tmp_path: Path) -> None:
    alli.fault(path_contains="/v2/apps", times=None, status=200, body={"apps": [{"id": 1}]})
    alli.fault(path_contains="/run_conversation", times=None, error_after=1, error_record={"result": 1})
    done = run_against(alli, tmp_path, "--phases", "examples,coverage", "--include-path-regex", "/v2/apps")
    assert done.returncode == 1
    assert "GET /webapi/v2/apps" in done.stdout
    assert "POST /webapi/v2/apps/{app_id}/run_conversation" in done.stdout
