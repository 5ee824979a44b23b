"""LangGraph's development server over HTTP: who is signed in is the user, whatever the request says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("langgraph_api")

from alli_emulator import AppRun, Emulator, Reply

GRAPH = """
from dataclasses import dataclass
from langchain.agents import create_agent
from langchain_alli import AlliToolkit, ToolOptions
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import ToolMessage

@dataclass
class Context:
    alli_user: str | None = None

async def make():
    (tool,) = await AlliToolkit(search_term="Chat", options=ToolOptions(on_error="return_all")).aget_tools()
    model = ScriptedChatModel(decide=lambda messages, _: messages[-1].text if isinstance(messages[-1], ToolMessage) else call_tool(tool.name, message="hi"))
    return create_agent(model, [tool], context_schema=Context)
"""
APP = """
from dataclasses import dataclass
from alli import AsyncAlli
from langchain_alli import create_alli_agent

@dataclass
class Context:
    alli_user: str | None = None

client = AsyncAlli()

async def make():
    (app,) = [app async for app in client.apps.list(search_term="Shop")]
    return create_alli_agent(app, async_client=client, offers="interrupt", context_schema=Context)
"""
AUTH = """
from langgraph_sdk import Auth
auth = Auth()

@auth.authenticate
async def signed_in(authorization: str | None):
    if not authorization:
        raise Auth.exceptions.HTTPException(status_code=401, detail="who is it?")
    return {"identity": authorization.removeprefix("Bearer ")}
"""
STARTS_WITHIN = 60  # seconds


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """The service, with an app that says whose turn it is, and one that also offers choices."""
    with Emulator(pace=0) as alli:

        @alli.app(name="Chat", type="campaign")
        def chat(run: AppRun) -> str:
            return f"turn {run.conversation.turn} for {run.user_id or 'nobody'}"

        @alli.app(name="Shop", type="campaign")
        def shop(run: AppRun) -> Iterator[str | Reply]:
            yield f"turn {run.conversation.turn} "
            yield f"for {run.user_id or 'nobody'}"
            if run.choices:
                yield f": number {run.choices[0]}"
            elif run.message == "buy":
                yield Reply(": what?", choices=["Lamp", "Chair"])

        yield alli


@pytest.fixture(scope="module")
def server(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the server."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "graph.py").write_text(GRAPH)
    (folder / "auth.py").write_text(AUTH)
    (folder / "app.py").write_text(APP)
    graphs = {"agent": "./graph.py:make", "app": "./app.py:make"}
    settings = {"dependencies": ["."], "graphs": graphs, "auth": {"path": "./auth.py:auth"}}
    (folder / "langgraph.json").write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("langgraph")),
        "dev",
        "--no-browser",
        "--no-reload",
        "--port",
        str(port),
    ]
    environment = {
        **os.environ,
        "ALLI_API_KEY": emulator.api_key,
        "ALLI_BASE_URL": emulator.base_url,
        "LANGSMITH_TRACING": "false",
        "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    }
    log = (folder / "log").open("w")
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until = time.monotonic() + STARTS_WITHIN
            while not _is_up(client):
                assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()[-3000:]
                time.sleep(0.2)
            yield client
    finally:
        process.terminate()
        process.wait()
        log.close()


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/ok").status_code == 200
    except httpx.TransportError:
        return False


def _run(server: httpx.Client, user: str, thread: str | None = None, **more: Any) -> Any:
    place = f"/threads/{thread}/runs/wait" if thread else "/runs/wait"
    body = {"assistant_id": "agent", "input": _input("go"), **more}
    return server.post(place, json=body, headers={"authorization": f"Bearer {user}"}).json()


def _input(text: str) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": text}]}


def _thread(server: httpx.Client, user: str) -> str:
    return str(server.post("/threads", json={}, headers={"authorization": f"Bearer {user}"}).json()["thread_id"])


GRAPHS = pytest.mark.parametrize("graph", ["agent", "app"])  # an agent with the app as a tool; the app as an agent


@GRAPHS
def test_the_signed_in_user_is_the_user(server: httpx.Client, graph: str) -> None:
    assert _run(server, "emp-7", assistant_id=graph)["messages"][-1]["content"] == "turn 1 for emp-7"


@GRAPHS
@pytest.mark.parametrize(
    "forged",
    [
        {"context": {"alli_user": "emp-FORGED"}},
        {"config": {"configurable": {"alli_user": "emp-FORGED"}}},
        {"config": {"configurable": {"langgraph_auth_user_id": "emp-FORGED"}}},
        {"config": {"configurable": {"langgraph_auth_user": {"identity": "emp-FORGED"}}}},
    ],
    ids=["context", "configurable", "auth id", "auth user"],
)
def test_nobody_else_can_be_named(server: httpx.Client, emulator: Emulator, forged: dict[str, Any], graph: str) -> None:
    before = len(emulator.requests)
    _run(server, "emp-7", assistant_id=graph, **forged)
    users = {request.headers.get("own-user-id") for request in emulator.requests[before:] if request.method == "POST"}
    assert users <= {"emp-7"}


@GRAPHS
def test_a_thread_goes_on_with_its_conversation(server: httpx.Client, graph: str) -> None:
    thread = _thread(server, "emp-7")
    said = [_run(server, "emp-7", thread, assistant_id=graph)["messages"][-1]["content"] for _ in range(2)]
    assert said == ["turn 1 for emp-7", "turn 2 for emp-7"]


def test_partial_answers_are_streamed_as_custom_events(server: httpx.Client) -> None:
    body = {
        "assistant_id": "agent",
        "input": {"messages": [{"role": "user", "content": "go"}]},
        "stream_mode": ["custom"],
    }
    headers = {"authorization": "Bearer emp-7"}
    with server.stream("POST", "/runs/stream", json=body, headers=headers) as stream:
        lines = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: {")]
    updates = [line for line in lines if line.get("type") == "alli.delta"]
    assert "".join(update["text"] for update in updates) == "turn 1 for emp-7"
    refused = server.post("/runs/stream", json={**body, "stream_mode": ["tools"]}, headers=headers)
    assert refused.status_code == 422


def test_an_app_is_streamed_token_by_token(server: httpx.Client) -> None:
    body = {"assistant_id": "app", "input": _input("go"), "stream_mode": ["messages-tuple"]}
    with server.stream("POST", "/runs/stream", json=body, headers={"authorization": "Bearer emp-7"}) as stream:
        parts = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: [")]
    assert [part["content"] for part, _ in parts if part["content"]] == ["turn 1 ", "for emp-7"]


def test_choices_interrupt_and_are_taken_up_in_another_request(server: httpx.Client, emulator: Emulator) -> None:
    thread, before = _thread(server, "emp-7"), len(emulator.requests)
    asked = _run(server, "emp-7", thread, assistant_id="app", input=_input("buy"))
    (offer,) = asked["__interrupt__"]
    assert offer["value"]["choices"] == [{"index": 0, "text": "Lamp"}, {"index": 1, "text": "Chair"}]
    state = _run(server, "emp-7", thread, assistant_id="app", input=None, command={"resume": {"choices": [1]}})
    assert state["messages"][-1]["content"] == "turn 2 for emp-7: number 1"
    assert len([request for request in emulator.requests[before:] if request.method == "POST"]) == 2
