"""Adding an operation is an edit of spec/ alone: raw client, facade and reference follow."""

import os
import subprocess
import sys
import textwrap
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("unchecked")

PATH = """\
  /webapi/v2/projects/{project_id}/notes:
    get:
      summary: List Notes
      parameters:
        - {name: project_id, in: path, required: true, schema: {type: string}, description: Id of the project}
        - {name: onlyNew, in: query, schema: {type: boolean}, description: Leave out what was seen}
      responses:
        '200':
          description: Done
          content:
            application/json:
              schema: {$ref: '#/components/schemas/NotesPage'}
"""

SCHEMAS = """\
    Note:
      type: object
      required: [noteText]
      properties:
        noteText: {type: string}
    NotesPage:
      type: object
      required: [notes]
      properties:
        notes: {type: array, items: {$ref: '#/components/schemas/Note'}}
"""

ACTIONS = """\
  - target: $.paths['/webapi/v2/projects/{project_id}/notes'].get
    update:
      operationId: list_notes
      tags: [notes]
      x-alli-sdk:
        resource: notes
        method: search
        source: https://docs.example.com/notes
  - target: $.x-alli-sdk.resources
    update:
      notes:
        doc: Notes of a project.
"""

PROGRAM = """
import asyncio
import inspect

import httpx

from alli import Alli, AsyncAlli


def answer(request):
    assert request.method == "GET"
    assert str(request.url) == "http://127.0.0.1/webapi/v2/projects/a%2Fb/notes?onlyNew=true", request.url
    assert request.headers["API-KEY"] == "k"
    return httpx.Response(200, json={"notes": [{"noteText": "hello", "more": 1}]})


def check(page):
    assert page.notes[0].note_text == "hello"
    assert page.to_dict() == {"notes": [{"noteText": "hello", "more": 1}]}


async def main():
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    async with client:
        alli = AsyncAlli(api_key="k", base_url="http://127.0.0.1", http_client=client)
        check(await alli.notes.search("a/b", only_new=True))


with httpx.Client(transport=httpx.MockTransport(answer)) as client:
    alli = Alli(api_key="k", base_url="http://127.0.0.1", http_client=client)
    check(alli.notes.search("a/b", only_new=True))
asyncio.run(main())
assert "Leave out what was seen" in inspect.getdoc(type(alli.notes).search)
"""


@pytest.fixture
def generated(workspace: Any) -> Any:
    workspace.edit(workspace.spec, "\npaths:\n", "\npaths:\n" + PATH)
    workspace.edit(workspace.spec, "\n  schemas:\n", "\n  schemas:\n" + SCHEMAS)
    with workspace.overlay.open("a", encoding="utf-8") as overlay:
        overlay.write(ACTIONS)
    outcome = workspace.run()
    assert outcome.status == 0, outcome.errors
    return workspace


def test_a_new_operation_can_be_called_sync_and_async_and_stands_in_the_reference(generated: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        cwd=generated.folder,
        env=os.environ | {"PYTHONPATH": str(generated.output)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    package = generated.output / "alli"
    assert "def build_request(" in (package / "raw" / "api" / "notes" / "list_notes.py").read_text("utf-8")
    assert "### client.notes.search" in (generated.output / "reference.md").read_text("utf-8")
    assert "/webapi/v2/projects/{project_id}/notes" in (package / "openapi.json").read_text("utf-8")
