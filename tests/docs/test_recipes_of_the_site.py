"""The recipes whose libraries are too large for every developer: scripts/docs runs this file with .venv-docs, which has them."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alli import Alli

from tests.markdown import blocks_of
from tests.places import ROOT
from tests.reader import project

streamlit = pytest.importorskip("streamlit", reason="scripts/docs runs this with .venv-docs")
testing = pytest.importorskip("streamlit.testing.v1", reason="scripts/docs runs this with .venv-docs")
nbformat = pytest.importorskip("nbformat", reason="scripts/docs runs this with .venv-docs")

RECIPES = ROOT / "docs/recipes"


@pytest.fixture(autouse=True)
def _fresh_client() -> Iterator[None]:
    """Streamlit keeps the client of the page for the life of the process, so that a test has to close it."""
    yield
    for one in gc.get_objects():
        if issubclass(type(one), Alli):  # isinstance asks a weak proxy's object, which may be gone
            one.close()
    streamlit.cache_resource.clear()


@pytest.mark.timeout(120)
def test_the_cells_of_the_notebook_run_in_a_notebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(block.code) for block in blocks_of(RECIPES / "notebook.md", "python")]
    path = tmp_path / "recipe.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with project(monkeypatch, "Summary") as reader:
        # In another process, because a notebook's client keeps its sockets until the process ends.
        execute = Path(sys.executable).parent / "jupyter-execute"
        subprocess.run([execute, "--inplace", path], check=True, cwd=tmp_path)
        assert reader.harm == []
    notebook = nbformat.read(path, as_version=4)
    _, result, stream = (cell["outputs"] for cell in notebook.cells)
    assert result[0]["data"]["text/markdown"] == "Before the railways, every town kept its own time."
    assert "".join(output["text"] for output in stream) == "Noon was when the sun stood highest."


@pytest.mark.timeout(120)
def test_the_chat_keeps_its_conversation_and_shows_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = blocks_of(RECIPES / "streamlit.md", "python")
    with project(monkeypatch, "Equipment request") as reader:
        chat = testing.AppTest.from_string(block.code, default_timeout=60).run()
        chat.chat_input[0].set_value("Something for my desk").run()
        assert not chat.exception
        assert [message.name for message in chat.chat_message] == ["user", "assistant"]
        assert "Laptop" in chat.chat_message[1].markdown[0].value
        chat.chat_input[0].set_value("A lamp").run()
        assert len(chat.chat_message) == 4
        assert reader.harm == []
        turns = [request for request in reader.service.requests if request.method == "POST"]
        assert len(turns) == 2
        assert len({chat.session_state.conversation.id}) == 1


@pytest.mark.timeout(120)
def test_a_chat_that_fails_says_so_without_details(monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = blocks_of(RECIPES / "streamlit.md", "python")
    with project(monkeypatch, "Equipment request") as reader:
        reader.service.fault(path_contains="run_conversation", status=400, body={"message": "secret"})
        chat = testing.AppTest.from_string(block.code, default_timeout=60).run()
        chat.chat_input[0].set_value("Hello").run()
        assert [error.value for error in chat.error] == ["That didn't work (BadRequestError)."]
