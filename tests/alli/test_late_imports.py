"""Nothing is imported between sending a request and reading its answer: with no file descriptor left, the answer would be lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.places import ROOT

PROGRAM = """
import asyncio, sys, threading
import alli
from tests.answers import after_request
from tests.servers import ScriptedServer

status, body, code = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
sent = threading.Event()
late = []

class Watch:
    def find_spec(self, name, path=None, target=None):
        if sent.is_set():
            late.append(name)
        return None

def respond(connection):
    sent.set()
    connection.respond(status, body)

async def awaited(client):
    async with client:
        return await eval(code)

with ScriptedServer(after_request(respond)) as server:
    for kind in (alli.Alli, alli.AsyncAlli):
        sent.clear()
        client = kind(api_key="k", base_url=server.url, max_retries=0)
        sys.meta_path.insert(0, Watch())
        try:
            if kind is alli.Alli:
                with client:
                    eval(code)
            else:
                asyncio.run(awaited(client))
        except alli.APIStatusError as error:
            assert status >= 400, error
        assert sent.is_set()
        sys.meta_path.pop(0)
print(sorted(set(late)))
"""

APP = '{"id": "a1", "agentPermission": {"accessAgents": [{"x": 1}]}, "userPermission": {"ownUserIds": []}}'
RUN = '{"result": {"id": "a1", "conversation": {"id": "c"}, "responses": [{"message": "{\\"blocks\\": [], \\"entityMap\\": {}}"}]}}'
CALLS = [
    ("client.apps.get('a1')", 200, APP),
    ("client.apps.list()", 200, f'{{"apps": [{APP}], "cursor": "c"}}'),
    ("client.apps.list_v1()", 200, '{"result": [{"id": "a1", "inputs": [{"options": [{"name": "x"}]}]}]}'),
    ("client.apps.run('a1', {'text': 'x'})", 200, RUN),
    ("client.apps.run_conversation('a1', 'hi')", 200, RUN),
    ("client.skills.run('s1', 'x')", 200, '{"result": "done"}'),
    ("client.conversations.start()", 200, '{"result": {"conversation": {"id": "c1"}}}'),
    ("client.cognitive_config.get()", 200, "{}"),
    ("client.request('POST', '/webapi/x', json={'a': 1})", 200, "{}"),
    ("client.apps.get('a1')", 404, '{"detail": "Not Found"}'),
    ("client.apps.update('a1', name='x')", 500, "<html>"),
]


@pytest.mark.parametrize(("code", "status", "body"), CALLS)
def test_nothing_is_imported_once_a_request_is_sent(code: str, status: int, body: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(status), body, code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stdout + done.stderr
