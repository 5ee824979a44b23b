"""The fixture `alli` in somebody else's tests."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

FOLDERS = [str(Path(__file__).parents[2] / name) for name in ("generated", "adapters")]


def run_pytest(folder: Path, test: str, *before: str) -> subprocess.CompletedProcess[str]:
    """Runs a test file in a folder of its own, with nothing of this project's configuration."""
    (folder / "test_theirs.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    program = "; ".join([*before, "import pytest, sys", "sys.exit(pytest.main(sys.argv[1:]))"])
    # The entry point by its name, and nobody else's plugins: what they load or warn of is not what is asked here.
    options = ["-q", "-p", "no:cacheprovider", "-p", "alli_emulator"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-c", program, *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=50, check=False)


def test_pytest_finds_the_fixture_by_itself() -> None:
    (found,) = (one for one in entry_points(group="pytest11") if one.name == "alli_emulator")
    assert found.value == "alli_emulator.pytest_plugin"


def test_the_fixture_is_a_running_emulator(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
from alli import Alli

def test_greeting(alli):
    @alli.app(type="campaign")
    def greeter(run):
        return f"Hello {run.message}"

    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        assert client.apps.run(greeter.id, message="Desk").text == "Hello Desk"
    assert alli.requests[0].json()["chat"] == {"message": "Desk"}

def test_each_test_has_its_own(alli):
    assert alli.requests == []
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_a_test_fails_whose_app_broke_the_spec(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import urllib.request
from urllib.error import HTTPError

def test_odd(alli):
    alli.app(name="Odd", user_permission={"ownUserIds": "everybody"})(lambda run: "")
    request = urllib.request.Request(alli.base_url + "/webapi/v2/apps", headers={"API-KEY": alli.api_key})
    try:
        urllib.request.urlopen(request, timeout=20)
    except HTTPError as error:
        error.close()
""",
    )
    assert done.returncode == 1
    assert "1 passed, 1 error" in done.stdout
    assert "broke the spec" in done.stdout
    assert "list_apps" in done.stdout


def test_the_plugin_loads_nothing_until_the_fixture_is_asked_for(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import sys

def test_light():
    assert not {"alli", "starlette", "uvicorn", "jsonschema_rs", "httpx"} & set(sys.modules)

def test_a_fixture_of_ones_own(alli):
    assert alli == "mine"

import pytest

@pytest.fixture
def alli():
    return "mine"
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["starlette", "uvicorn"])
def test_without_the_extra_only_tests_that_ask_for_the_fixture_fail(tmp_path: Path, module: str) -> None:
    test = "def test_other():\n    pass\n\ndef test_asks(alli):\n    pass\n"
    done = run_pytest(tmp_path, test, f"import sys; sys.modules[{module!r}] = None")
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "pip install 'alli-sdk[emulator]'" in done.stdout
