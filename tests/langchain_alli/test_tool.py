"""What a tool says of its app, what it sends to the service, and what comes back to the agent."""

import asyncio
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from alli import Alli, AsyncAlli, ConfigurationError
from alli_emulator import Emulator
from langchain_alli import AlliAppTool, ToolOptions
from langchain_core.messages import ToolMessage
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, Field

from tests.langchain_alli.desk import REWRITE, Desk, Runtime, Way, invoke, tool_call


def _key(tool: AlliAppTool, variable: str) -> str:
    properties: dict[str, Any] = convert_to_openai_tool(tool)["function"]["parameters"]["properties"]
    return next(key for key, schema in properties.items() if f"variable {variable})" in schema["description"])


async def test_a_single_action_app_is_run_with_its_inputs(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    message = await invoke(way, tool, tool_call(tool, **REWRITE))
    assert isinstance(message, ToolMessage)
    assert message.status == "success"
    assert message.content == ("Rewritten: hello\n\nSources:\n[1] rules.pdf, page 3\n[2] Web, https://example.com/a")
    (request,) = desk.runs()
    assert request.json()["inputs"] == REWRITE


async def test_the_artifact_is_json_and_holds_what_the_text_leaves_out(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    artifact = (await invoke(way, tool, tool_call(tool, **REWRITE))).artifact
    assert json.loads(json.dumps(artifact)) == artifact
    alli = artifact["alli"]
    assert alli["app"] == {"id": desk.app("Rewrite").id, "name": "Rewrite", "type": "single_action"}
    assert (alli["status"], alli["error"], alli["truncated"], alli["replaced"]) == ("success", None, False, False)
    assert "Rewritten: hello" not in str(artifact)
    assert [(c["n"], c["title"], c["page"], c["url"]) for c in alli["citations"]] == [
        (1, "rules.pdf", 3, None),
        (2, "Web", None, "https://example.com/a"),
    ]


async def test_a_conversational_app_is_sent_the_message(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    assert await invoke(way, tool, {"message": "안녕"}) == "turn 1 for nobody: 안녕"
    assert await invoke(way, tool, "a bare string") == "turn 1 for nobody: a bare string"
    assert [request.path.rpartition("/")[2] for request in desk.runs()] == ["run_conversation"] * 2


async def test_awkward_variables_arrive_under_their_own_names(desk: Desk, way: Way) -> None:
    tool = desk.tool("고객 조회")
    values = {_key(tool, "고객명"): "사용자", _key(tool, "runtime"): "5", _key(tool, "message"): "hi"}
    assert await invoke(way, tool, values) == "message=hi|runtime=5|고객명=사용자"


@pytest.mark.parametrize("streaming", [True, False], ids=["streamed", "whole"])
async def test_the_answer_is_the_same_streamed_or_whole(desk: Desk, way: Way, streaming: bool) -> None:
    options = ToolOptions(streaming=streaming)
    rewrite, auditor = desk.tool("Rewrite", options=options), desk.tool("Auditor", options=options)
    assert (await invoke(way, rewrite, REWRITE)).startswith("Rewritten: hello\n\nSources:")
    assert await invoke(way, auditor, "7") == "Looking at it…\n\nFound: 7"


async def test_a_declared_schema_replaces_the_inputs(desk: Desk, way: Way) -> None:
    class Rewrite(BaseModel):
        content: str = Field(description="The text")
        tone: str = "plain"

    tool = desk.tool("Rewrite", args_schema=Rewrite)
    await invoke(way, tool, {"content": "x"})
    assert desk.runs()[-1].json()["inputs"] == {"content": "x", "tone": "plain"}
    tool = desk.tool("고객 조회", args_schema={"고객명": (str, Field(description="Customer"))})
    assert await invoke(way, tool, {_key(tool, "고객명"): "홍"}) == "고객명=홍"


async def test_a_conversational_app_takes_declared_variables_beside_the_message(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat", args_schema={"region": str})
    assert await invoke(way, tool, {"message": "hi", "region": "kr"}) == "turn 1 for nobody: hi"
    body = desk.runs()[-1].json()
    assert (body["inputs"], body["chat"]["message"], body["isStateful"]) == ({"region": "kr"}, "hi", True)


async def test_a_long_answer_is_cut_with_a_mark_and_whole_in_the_artifact(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite", options=ToolOptions(max_content_chars=300))
    message = await invoke(way, tool, tool_call(tool, content="y" * 5000, tone="plain"))
    assert len(message.content) <= 300
    assert re.search(r"y\n\[cut here: 5011 characters in all.*\n\nSources:\n\[1\] rules\.pdf", message.content)
    assert message.artifact["alli"]["truncated"] is True
    assert message.artifact["alli"]["text"] == "Rewritten: " + "y" * 5000


async def test_a_call_the_given_client_can_not_make_says_which_client_to_pass(desk: Desk, way: Way) -> None:
    app = desk.app("HR chat")
    tool = (
        AlliAppTool.from_app(app, async_client=desk.async_client)
        if way == "sync"
        else AlliAppTool.from_app(app, client=desk.client)
    )
    expected = "pass client=Alli()" if way == "sync" else r"pass async_client=AsyncAlli\(\)"
    with pytest.raises(
        ConfigurationError, match=expected.replace("Alli()", r"Alli\(\)") if way == "sync" else expected
    ):
        await invoke(way, tool, {"message": "hi"})
    assert desk.runs() == []


async def test_without_clients_both_come_from_the_environment(
    desk: Desk, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = AlliAppTool.from_app(desk.app("HR chat"))
    monkeypatch.delenv("ALLI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="ALLI_API_KEY"):
        await invoke(way, tool, {"message": "hi"})
    monkeypatch.setenv("ALLI_API_KEY", desk.alli.api_key)
    monkeypatch.setenv("ALLI_BASE_URL", desk.alli.base_url)
    assert await invoke(way, tool, {"message": "hi"}) == "turn 1 for nobody: hi"
    await tool.aclose()


def test_a_single_action_app_without_known_inputs_needs_a_client_to_ask_with(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="inputs=await async_client"):
        AlliAppTool.from_app(desk.app("Rewrite"), async_client=desk.async_client)
    v1 = next(app for app in desk.client.apps.list_v1() if app.name == "Rewrite")
    assert set(AlliAppTool.from_app(v1, async_client=desk.async_client).args) == {"content", "tone"}


def test_a_tool_says_what_the_app_is(desk: Desk) -> None:
    tool = desk.tool("HR chat")
    assert tool.description == "HR chat\nAnswers questions on leave.\nCategory: HR.\nAn Alli app of type campaign."
    assert tool.metadata == {
        "alli": {"app_id": desk.app("HR chat").id, "type": "campaign", "category": "HR", "published": True}
    }
    assert desk.tool("HR chat", name="leave_questions").name == "leave_questions"
    with pytest.raises(ValueError, match="does not match"):
        desk.tool("HR chat", name="Leave Questions")


def test_every_schema_survives_strict_mode(desk: Desk) -> None:
    for name in ("Rewrite", "고객 조회", "Contract check", "HR chat", "Auditor"):
        tool = desk.tool(name)
        function = convert_to_openai_tool(tool, strict=True)["function"]
        assert set(function["parameters"]["properties"]) == set(tool.args) != set()
        assert function["parameters"]["additionalProperties"] is False
        assert set(function["parameters"]["required"]) == set(tool.args)


async def test_cancelling_closes_the_connection_and_says_so(desk: Desk) -> None:
    tool = desk.tool("HR chat")
    updates: list[Any] = []
    desk.alli.fault(path_contains="/run_conversation", stall_after=10)
    task = asyncio.create_task(tool.ainvoke({"message": "hi", "runtime": Runtime(updates.append)}))
    run = await desk.until_answering()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(run.wait, 20)
    assert run.client_left
    assert [(update["type"], update["text"]) for update in updates] == [("alli.status", "cancelled")]


def test_one_tool_serves_one_event_loop_after_another(alli: Emulator) -> None:
    async_client = AsyncAlli(api_key=alli.api_key, base_url=alli.base_url)
    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        app = next(app for app in client.apps.list() if app.name == "HR chat")
    tool = AlliAppTool.from_app(app, async_client=async_client)
    for _ in range(3):
        assert asyncio.run(tool.ainvoke("hi")) == "turn 1 for nobody: hi"


@pytest.mark.parametrize(
    ("imported", "unwanted"),
    [("langchain_alli, langchain_alli.testing", {"langgraph", "langchain", "httpx"}), ("alli", {"langchain_core"})],
    ids=["langchain_alli", "alli"],
)
def test_importing_loads_no_more_than_needed(imported: str, unwanted: set[str]) -> None:
    # LangChain's own client of LangSmith loads the HTTP library where the extra aiohttp is installed.
    program = f"import sys, langsmith.client; before = set(sys.modules); import {imported}; print(*{unwanted!r} & set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert loaded.split() == []
