"""What the emulator's page shows works as it is shown."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import alli_emulator
import httpx
from alli_emulator import Emulator, Fault, Latency, pytest_plugin
from alli_emulator.findings import FindingKind
from alli_emulator.requests.exchange import MAX_BODY, MAX_TEXT
from alli_emulator.requests.request_log import KEPT, KEPT_BYTES

from tests.alli_emulator.their_tests import run_pytest

PAGE = (Path(alli_emulator.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_first_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["Hello Desk", "{'chat': {'message': 'Desk'}, 'mode': 'sync'}"], done.stderr


def test_every_switch_and_every_kind_of_fault_is_on_the_page() -> None:
    switches = {"profile", "run_shape", "message_format", "citation_case", "echo_user"}
    assert switches <= set(inspect.signature(Emulator).parameters)
    for name in switches | {one.name for one in dataclasses.fields(Fault)} - {"method", "path_contains"}:
        assert name in PAGE, name


def block_with(text: str) -> str:
    """The block of the page that has this text."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (found,) = (block for block in blocks if text in block)
    return str(found)


def test_the_answers_by_hand_are_right_and_come_as_shown() -> None:
    with Emulator(pace=0) as alli:
        exec(block_with("alli.answer("), {"alli": alli})
        with httpx.Client(base_url=alli.base_url, headers={"API-KEY": alli.api_key}, verify=False) as http:
            assert http.get("/webapi/v2/apps").json() == {"apps": [], "cursor": None}
            assert http.post("/webapi/skill", json={"id": "a", "text": "desk"}).json() == {"result": "DESK"}
            assert http.patch("/webapi/v2/cognitive_config", json={}).headers["retry-after"] == "1"
        assert alli.findings() == []


def test_the_latency_and_the_requests_are_as_shown() -> None:
    emulator = eval(block_with("Latency("), {"Emulator": Emulator, "Latency": Latency})
    assert isinstance(emulator, Emulator)
    with Emulator(pace=0) as alli:
        greeter = alli.app(name="Greeter")(lambda run: "Hello")
        with httpx.Client(base_url=alli.base_url, headers={"API-KEY": alli.api_key}, verify=False) as http:
            files = {"contract": ("contract.pdf", b"%PDF")}
            http.post(f"/webapi/apps/{greeter.id}/run", data={"json": "{}"}, files=files).raise_for_status()
        exec(block_with(".files["), {"alli": alli, "greeter": greeter})


def test_the_lines_for_pytest_work_as_shown(tmp_path: Path) -> None:
    conftest = f"import pytest\n{block_with('def service')}\n{block_with('vcr_config')}"
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    test = f"""
import pytest
{block_with("@pytest.mark.alli(")}
def test_marked(service, vcr_config):
    assert service.apps == []
    assert "filter_headers" in vcr_config
"""
    done = run_pytest(tmp_path, test)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_fixture_and_kind_of_finding_is_on_the_page() -> None:
    for name in (
        *pytest_plugin.__all__,
        *get_args(FindingKind),
        "alli_scope",
        "alli_replay",
        "not_served",
        "allowed_hosts",
    ):
        assert f"`{name}" in PAGE or name in PAGE, name


def test_the_numbers_of_the_page_are_the_codes() -> None:
    assert (MAX_BODY, MAX_TEXT, KEPT, KEPT_BYTES) == (2 * 1024**3, 64 * 1024**2, 10_000, 256 * 1024**2)
    for shown in ("2 GiB", "64 MiB", "10,000", "256 MiB"):
        assert shown in PAGE
