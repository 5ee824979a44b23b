"""A tool taken apart: its function and coroutine, called by hosts that know no LangChain; and what providers want of a tool."""

import inspect
import subprocess
import sys
from typing import Any, Literal

import pytest
from alli_emulator import AppRun
from langchain.agents import create_agent
from langchain_alli import AlliToolError, ToolOptions
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, HumanMessage

from tests.langchain_alli.desk import REWRITE, Desk, Way, invoke, tool_call


async def _called(way: Way, tool: Any, **values: object) -> str:
    return str(tool.func(**values) if way == "sync" else await tool.coroutine(**values))


async def test_the_function_has_the_signature_of_the_app_and_gives_text(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    parameters = inspect.signature(tool.func if way == "sync" else tool.coroutine).parameters  # type: ignore[arg-type]
    assert {name: one.annotation for name, one in parameters.items()} == {
        "content": str,
        "tone": Literal["plain", "formal"],
    }
    assert (await _called(way, tool, **REWRITE)).startswith("Rewritten: hello\n\nSources:")


async def test_it_refuses_what_is_missing_or_wrong_before_anything_is_sent(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    for values in ({}, {"content": "x"}, {"content": "x", "tone": "rude"}, {**REWRITE, "runtime": {"context": "x"}}):
        assert (await _called(way, tool, **values)).startswith("Nothing was sent: ")
    assert desk.runs() == []


async def test_it_raises_neither_for_an_error_of_the_app_nor_for_an_unknown_outcome(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    assert "can't be rewritten" in await _called(way, tool, content="fail", tone="plain")
    desk.alli.fault(path_contains="/run", cut_after=100)
    assert "Do not call it again" in await _called(way, tool, **REWRITE)
    assert len(desk.runs()) == 2


@pytest.mark.parametrize("fault", [{"cut_after": 100}, {"status": 403}, None], ids=["cut", "forbidden", "app"])
async def test_all_errors_come_back_outside_a_tool_call_where_that_is_asked_for(
    desk: Desk, way: Way, fault: dict[str, Any] | None
) -> None:
    tool = desk.tool("Rewrite", options=ToolOptions(on_error="return_all"))
    if fault is not None:
        desk.alli.fault(path_contains="/run", **fault)
    text = await invoke(way, tool, {"content": "fail", "tone": "plain"})
    assert isinstance(text, str)
    assert text
    assert len(desk.runs()) == 1


async def test_a_host_that_calls_the_tools_own_methods_is_checked_too(desk: Desk, way: Way) -> None:
    """As some frameworks do; LangChain's check of arguments is not on that way."""
    tool = desk.tool("Rewrite")
    with pytest.raises(AlliToolError, match="tone is missing"):
        _ = tool._run(content="x") if way == "sync" else await tool._arun(content="x")
    assert desk.runs() == []
    text, artifact = tool._run(**REWRITE) if way == "sync" else await tool._arun(**REWRITE)
    assert text.startswith("Rewritten: hello")
    assert artifact["alli"]["status"] == "success"


async def test_a_call_that_fails_in_a_step_leaves_its_siblings_alone_where_all_errors_come_back(
    desk: Desk, way: Way
) -> None:
    options = ToolOptions(on_error="return_all")

    @desk.alli.app(name="Sibling", type="campaign")
    def sibling(run: AppRun) -> str:
        return "mine"

    failing, other = desk.tool("Rewrite", options=options), desk.tool("Sibling", options=options)
    desk.alli.fault(app="Rewrite", status=503, times=None)
    calls = [call_tool(failing.name, **REWRITE).tool_calls[0], call_tool(other.name, message="x").tool_calls[0]]
    agent: Any = create_agent(ScriptedChatModel(script=[AIMessage("", tool_calls=calls), "done"]), [failing, other])
    given = {"messages": [HumanMessage("go")]}
    state = agent.invoke(given) if way == "sync" else await agent.ainvoke(given)
    first, second = state["messages"][2:4]
    assert (first.status, second.status, second.text) == ("error", "success", "mine")
    assert len(desk.runs()) == 2


async def test_extras_and_return_direct_are_those_of_the_tool(desk: Desk, way: Way) -> None:
    extras = {"cache_control": {"type": "ephemeral"}}
    app_id = desk.app("HR chat").id
    (one,) = desk.toolkit(ids=[app_id], extras={app_id: extras}, return_direct=[app_id]).get_tools()
    for tool in (one, desk.tool("HR chat", extras=extras, return_direct=True)):
        assert tool.extras == extras
        agent: Any = create_agent(ScriptedChatModel(script=[call_tool(tool.name, message="hi")]), [tool])
        given = {"messages": [HumanMessage("go")]}
        state = agent.invoke(given) if way == "sync" else await agent.ainvoke(given)
        assert state["messages"][-1].text == "turn 1 for nobody: hi"


async def test_null_for_an_optional_argument_is_not_given(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite", args_schema={"content": str, "tone": (str, "plain")})
    await invoke(way, tool, tool_call(tool, content="x", tone=None))
    assert desk.runs()[-1].json()["inputs"] == {"content": "x", "tone": "plain"}


@pytest.mark.parametrize("module", ["langchain_alli", "langchain_alli.testing", "langchain_alli.middleware"])
def test_without_the_extra_the_import_says_which_command_helps(module: str) -> None:
    program = (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.partition('.')[0] in ('langchain_core', 'pydantic', 'pydantic_core'): raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name in ('langchain_core', 'pydantic') else real(name, *a)\n"
        f"import {module}"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert finished.returncode == 1
    assert finished.stderr.splitlines()[-1].endswith(
        "langchain_alli needs langchain-core, pydantic, which a bare alli-sdk does not bring: "
        "pip install 'alli-sdk[langchain]'"
    )
