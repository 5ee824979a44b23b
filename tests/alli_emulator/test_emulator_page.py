"""What the emulator's page shows works as it is shown."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path

import alli_emulator
from alli_emulator import Emulator, Fault

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
