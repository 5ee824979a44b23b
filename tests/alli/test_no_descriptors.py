"""With no file descriptor left, a call ends as an AlliError before anything is sent; and it works again when there is one."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.answers import give_app
from tests.places import ROOT
from tests.servers import ScriptedServer

PROGRAM = """
import asyncio, json, os, resource, sys
import alli

kind, url, code = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))

def take_all():
    taken = []
    while True:
        try:
            taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            return taken

def tell(error):
    return [isinstance(error, alli.AlliError), getattr(error, "request_sent", None), type(error).__name__, str(error)]

def plain():
    with alli.Alli(api_key="k", base_url=url, max_retries=0) as client:
        taken = take_all()
        try:
            eval(code)
            said = None
        except BaseException as error:
            said = tell(error)
        for each in taken:
            os.close(each)
        return said, client.apps.get("a1").id

async def awaited():
    async with alli.AsyncAlli(api_key="k", base_url=url, max_retries=0) as client:
        taken = take_all()
        try:
            await eval(code)
            said = None
        except BaseException as error:
            said = tell(error)
        for each in taken:
            os.close(each)
        return said, (await client.apps.get("a1")).id

print(json.dumps(plain() if kind == "sync" else asyncio.run(awaited())))
"""
CALLS = {
    "get": "client.apps.get('a1')",
    "list": "client.apps.list()",
    "run": "client.apps.run('a1', {'text': 'x'})",
    "request": "client.request('POST', '/webapi/x', json={})",
}
STREAMS = {"sync": "next(client.apps.stream('a1'))", "async": "anext(client.apps.stream('a1'))"}


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of Unix")
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("call", [*CALLS, "stream"])
def test_a_call_without_a_descriptor_left_is_an_error_and_nothing_was_sent(kind: str, call: str) -> None:
    with ScriptedServer(give_app) as server:
        command = [sys.executable, "-c", PROGRAM, kind, server.url, CALLS.get(call, STREAMS[kind])]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=50)
        assert done.returncode == 0, done.stderr
        said: Any
        said, found = json.loads(done.stdout)
    assert said[:3] == [True, False, "APIConnectionError"], said
    assert "Too many open files" in said[3] or "imported" in said[3]
    assert found == "a1"
    assert [request.method for request in server.requests] == ["GET"]
