"""What the page shows works as it is shown."""

import json
import re
from pathlib import Path

import alli_mcp
import pytest
from alli_emulator import Emulator
from alli_mcp.__main__ import main

PAGE = (Path(alli_mcp.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("default")
def test_the_block_of_python_runs_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    with Emulator(pace=0) as service:
        monkeypatch.setenv("ALLI_API_KEY", service.api_key)
        monkeypatch.setenv("ALLI_BASE_URL", service.base_url)
        exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
        assert capsys.readouterr().out.strip()
        assert not service.violations


def test_the_configuration_is_json_with_arguments_that_the_program_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ALLI_API_KEY", raising=False)
    (text,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    shown = json.loads(text)["mcpServers"]["alli"]["args"]
    commands = [line.split()[3:] for line in re.findall(r"^\| `(python -m alli_mcp[^`]*)`", PAGE, re.MULTILINE)]
    assert len(commands) == 4
    for arguments in [shown[2:], *commands]:
        assert main(arguments) == 2  # no key; argparse would have ended otherwise
    assert "unrecognized" not in capsys.readouterr().err
