"""The first things that go wrong on a new machine, as a newcomer sees them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ALLI_")}


def python(program: str) -> subprocess.CompletedProcess[str]:
    """A program in a separate process, without settings for Alli."""
    return subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "program",
    [
        "from alli import Alli; Alli()",
        "from alli import AsyncAlli; AsyncAlli()",
        "from langchain_alli import AlliToolkit; AlliToolkit().get_tools()",
    ],
    ids=["sync", "async", "toolkit"],
)
def test_without_a_key_the_error_names_the_variable_that_takes_it(program: str) -> None:
    done = python(program)
    assert done.returncode == 1
    *_, last, link = done.stderr.splitlines()
    assert link.startswith("See https://")
    assert last.startswith("alli.errors.ConfigurationError")
    assert "ALLI_API_KEY" in last


BARE = "import sys; sys.modules.update(dict.fromkeys(('starlette', 'uvicorn', 'python_multipart', 'jsonschema_rs')))"


@pytest.mark.parametrize(
    "program",
    [
        "from alli_emulator import Emulator",
        "import runpy; sys.argv = ['alli_emulator', '--port', '0']; runpy.run_module('alli_emulator', run_name='__main__')",
    ],
    ids=["import", "command"],
)
def test_without_the_emulators_extra_the_error_gives_the_pip_command(program: str) -> None:
    done = python(f"{BARE}; {program}")
    assert done.returncode == 1
    assert "pip install 'alli-sdk[emulator]'" in done.stderr.splitlines()[-1]


def test_without_the_extra_the_client_still_works() -> None:
    done = python(f"{BARE}; from alli import Alli; print(Alli(api_key='k'))")
    assert (done.returncode, done.stderr) == (0, "")
