"""The start guide and the recipes work as a reader follows them, in a project with dangerous apps."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient

from tests.markdown import Block, blocks_of
from tests.places import ROOT
from tests.reader import Project, project, run

DOCS = ROOT / "docs"
PLAIN = [
    block for page in ("index", "start", "agents/apps-as-agents") for block in blocks_of(DOCS / f"{page}.md", "python")
]


def recipe(name: str) -> Block:
    (block,) = blocks_of(DOCS / f"recipes/{name}.md", "python")
    return block


def saved(block: Block, path: Path) -> ModuleType:
    """The block saved as a file and imported, as the page says."""
    path.write_text(block.code, "utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[path.stem]
    return module


@pytest.mark.parametrize("block", PLAIN, ids=[block.name for block in PLAIN])
def test_a_block_runs_as_it_stands_and_runs_no_app_that_the_reader_has_not_chosen(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with project(monkeypatch, block.app) as reader:
        run(block)
        assert capsys.readouterr().out
        assert reader.harm == []


def test_the_first_program_prints_what_the_guide_says(capsys: pytest.CaptureFixture[str]) -> None:
    run(PLAIN[1])
    assert capsys.readouterr().out == "Hello Ada\nHello |Grace|"
    text = (DOCS / "start.md").read_text("utf-8")
    assert "It prints `Hello Ada`, then `Hello |Grace|`." in text


def test_the_commands_of_the_guide_find_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = [block.code for block in blocks_of(DOCS / "start.md", "sh")]
    with project(monkeypatch, "Summary") as reader:
        for line in "".join(commands).splitlines():
            if line.startswith("alli "):
                command = [sys.executable, "-m", "alli_cli", *line.split()[1:]]
                done = subprocess.run(command, capture_output=True, text=True)
                assert (done.returncode, done.stderr) == (0, "")
        assert reader.harm == []
    assert "python hello.py" in (DOCS / "start.md").read_text("utf-8")


class TestFastAPI:
    """The server of the recipe."""

    def ask(self, reader: Project, tmp_path: Path) -> str:
        server = saved(recipe("fastapi"), tmp_path / "server.py").server
        with TestClient(server) as client:
            response = client.post("/ask", json={"question": "A laptop"}, headers={"X-User": "emp-7"})
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert reader.harm == []
        return response.text

    def test_the_answer_arrives_as_events_for_the_user_who_signed_in(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        with project(monkeypatch, "Equipment request") as reader:
            text = self.ask(reader, tmp_path)
            (request,) = [request for request in reader.service.requests if request.method == "POST"]
            assert request.headers["own-user-id"] == "emp-7"
        assert text.startswith("event: conversation.started\ndata: {")
        assert "\n\nevent: text.delta\n" in text
        assert "\n\nevent: completed\n" in text

    def test_an_error_reaches_the_browser_without_details(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        with project(monkeypatch, "Equipment request") as reader:
            reader.service.fault(path_contains="run_conversation", status=400, body={"message": "secret"})
            text = self.ask(reader, tmp_path)
        assert text == 'event: error\ndata: {"kind": "BadRequestError"}\n\n'


@pytest.mark.parametrize("flags", [[], ["--stream"]], ids=["whole", "streamed"])
def test_the_script_summarizes_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: list[str]) -> None:
    script, file = tmp_path / "summarize.py", tmp_path / "text.txt"
    script.write_text(recipe("click").code, "utf-8")
    file.write_text("Noon was when the sun stood highest.", "utf-8")
    with project(monkeypatch, "Summary") as reader:
        done = subprocess.run(
            [sys.executable, script, os.environ["APP_ID"], file, *flags], capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "Noon was when the sun stood highest.\n"
        reader.service.fault(path_contains="/run", drop=True)
        broken = subprocess.run([sys.executable, script, os.environ["APP_ID"], file, *flags], capture_output=True)
        assert broken.returncode == 3
        assert reader.harm == []
