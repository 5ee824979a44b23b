"""What the page shows works as it is shown. What it says of other frameworks, tests/agents tries."""

import dataclasses
import re
from pathlib import Path

import alli_tools
import pytest
from alli_emulator import Emulator
from alli_tools import ToolOptions

PAGE = (Path(alli_tools.__file__).parent / "README.md").read_text(encoding="utf-8")
OURS = PAGE.partition("## In each framework")[0] + PAGE.partition("### Your own loop")[2]
BLOCKS = re.findall(r"^```python\n(.*?)^```$", OURS, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=[f"block {number}" for number in range(1, len(BLOCKS) + 1)])
def test_a_block_of_python_runs_as_it_stands(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Emulator(pace=0) as service:
        monkeypatch.setenv("ALLI_API_KEY", service.api_key)
        monkeypatch.setenv("ALLI_BASE_URL", service.base_url)
        monkeypatch.chdir(tmp_path)
        exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
        assert capsys.readouterr().out.splitlines()
        assert not service.violations


def test_every_option_is_on_the_page() -> None:
    for option in dataclasses.fields(ToolOptions):
        assert re.search(rf"\b{option.name}\b", PAGE), option.name


def test_no_example_runs_an_app_found_by_its_place() -> None:
    for code in BLOCKS:
        assert "search_term=" in code
        assert "[0]." not in code
