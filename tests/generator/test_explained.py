"""`explain` holds for every method of an operation, also for one that reads a stream to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.generator.conftest import WHOLE

pytestmark = pytest.mark.usefixtures("unchecked")

PROGRAM = """
import asyncio

import httpx

from alli import Alli, AsyncAlli, UnprocessableEntityError


def answer(request):
    if request.method == "GET":
        return httpx.Response(200, json=[{"id": "a1", "inputs": [{"value": "tone"}]}])
    return httpx.Response(422, json={"detail": "wrong form"})


async def main():
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        apps = AsyncAlli(api_key="k", base_url="http://127.0.0.1", http_client=client).apps
        for name, run in (("run", apps.run_conversation), ("read", lambda id: apps.stream_conversation(id).result())):
            try:
                await run("a1")
            except UnprocessableEntityError as error:
                print(name, str(error).rpartition(". ")[2])


with httpx.Client(transport=httpx.MockTransport(answer)) as client:
    apps = Alli(api_key="k", base_url="http://127.0.0.1", http_client=client).apps
    for name, run in (("run", apps.run_conversation), ("read", lambda id: apps.stream_conversation(id).result())):
        try:
            run("a1")
        except UnprocessableEntityError as error:
            print(name, str(error).rpartition(". ")[2])
asyncio.run(main())
"""


@WHOLE
def test_an_error_about_inputs_is_explained_where_a_stream_is_read_to_its_end(workspace: Any) -> None:
    place = "        resource: apps\n        methods:\n          run_conversation:\n"
    workspace.edit(
        workspace.overlay, place, place.replace("        methods", "        explain: _inputs_hint\n        methods")
    )
    outcome = workspace.run()
    assert outcome.status == 0, outcome.errors
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=workspace.folder,
        env=os.environ | {"PYTHONPATH": str(workspace.output)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["run The app takes: tone", "read The app takes: tone"] * 2, done.stderr
