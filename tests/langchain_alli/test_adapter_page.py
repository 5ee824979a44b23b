"""What the adapter's page shows works as it is shown."""

import dataclasses
import re
from pathlib import Path

import langchain_alli
import pytest
from alli_emulator import Emulator
from langchain_alli import AlliToolkit, ToolOptions
from langchain_alli.tools.schema import MOST_CHOICES

PAGE = (Path(langchain_alli.__file__).parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=[f"block {number}" for number in range(1, len(BLOCKS) + 1)])
def test_a_block_of_python_runs_as_it_stands(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Emulator(pace=0) as service:
        monkeypatch.setenv("ALLI_API_KEY", service.api_key)
        monkeypatch.setenv("ALLI_BASE_URL", service.base_url)
        exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
        out = capsys.readouterr().out.splitlines()
        assert out
        if "context_schema" in code:
            assert [r.headers["own-user-id"] for r in service.requests if r.method == "POST"] == ["emp-7"]
        if "AlliConversations" in code:
            first, second = out
            assert first == second
        assert not service.violations


def test_every_option_is_on_the_page() -> None:
    for option in dataclasses.fields(ToolOptions):
        assert re.search(rf"\b{option.name}\b", PAGE), option.name


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"`max_tools`, {AlliToolkit.model_fields['max_tools'].default};" in PAGE
    assert f"`max_content_chars`, {ToolOptions().max_content_chars:,} characters" in PAGE
    assert f"in its schema | {MOST_CHOICES};" in PAGE
    assert AlliToolkit.model_fields["cache_seconds"].default == 5 * 60
