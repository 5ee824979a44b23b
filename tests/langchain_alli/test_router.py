"""Two tools for any number of apps: one finds them, one runs them."""

import re
from typing import Any

import pytest
from alli import RateLimitError
from alli_emulator import AppRun
from alli_tools.catalog.matching import best
from alli_tools.definition.naming import NAME_PATTERN
from langchain_alli import AlliToolError, FreeForm, ToolOptions
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.tools import BaseTool

from tests.langchain_alli.desk import Desk, Way, invoke, run_agent, tool_call, tool_messages


async def _find(way: Way, find: BaseTool, query: str) -> dict[str, str]:
    """Display name → app_ref of what was found, in the order it was given."""
    message = await invoke(way, find, tool_call(find, query=query))
    found = {app["name"]: app["ref"] for app in message.artifact["alli"]["apps"]}
    assert all(ref in message.content and re.fullmatch(NAME_PATTERN, ref) for ref in found.values())
    return found


def test_the_two_tools_take_what_their_names_say(desk: Desk) -> None:
    find, run = desk.toolkit().router()
    assert (find.name, set(find.args)) == ("alli_find_apps", {"query"})
    assert (run.name, set(run.args)) == ("alli_run_app", {"app_ref", "message"})
    assert desk.alli.requests == []


async def test_what_was_found_can_be_run(desk: Desk, way: Way) -> None:
    find, run = desk.toolkit().router()
    found = await _find(way, find, "questions on leave")
    assert next(iter(found)) == "HR chat"
    message = await invoke(way, run, tool_call(run, app_ref=found["HR chat"], message="hi"))
    assert message.content == "turn 1 for nobody: hi"
    assert message.artifact["alli"]["app"]["id"] == desk.app("HR chat").id
    listed = [r for r in desk.alli.requests if r.path == "/webapi/v2/apps"]
    assert len(listed) == 2  # one is that of desk.app


async def test_only_apps_that_pass_the_filters_are_found_or_run(desk: Desk, way: Way) -> None:
    (draft,) = (await _find(way, desk.toolkit(published=False).router()[0], "")).values()
    find, run = desk.toolkit(ids=[desk.app("HR chat").id]).router()
    assert set(await _find(way, find, "")) == {"HR chat"}
    for ref in (draft, desk.tool("Auditor").name, desk.app("HR chat").id, "alli_find_apps", ""):
        message = await invoke(way, run, tool_call(run, app_ref=ref, message="hi"))
        assert message.status == "error"
        assert message.name == "alli_run_app"
        assert "alli_find_apps gives" in message.content
        assert message.artifact["alli"]["error"]["type"] == "CallRefusedError"
        with pytest.raises(AlliToolError, match="no such app_ref"):
            await invoke(way, run, {"app_ref": ref, "message": "hi"})
    assert desk.runs() == []


async def test_a_query_that_fits_nothing_tells_what_there_is(desk: Desk, way: Way) -> None:
    find, _ = desk.toolkit().router()
    message = await invoke(way, find, tool_call(find, query="xyzzy"))
    assert message.content.startswith("No app fits. The first ")
    assert message.artifact["alli"]["apps"]
    empty, _ = desk.toolkit(search_term="nothing").router()
    assert await invoke(way, empty, "x") == "There are no apps."


async def test_an_app_of_one_input_takes_the_message_and_one_of_several_says_what_it_needs(
    desk: Desk, way: Way
) -> None:
    @desk.alli.app(name="Translate", type="single_action", inputs=[])
    def translate(run: AppRun) -> str:
        return f"translated {run.message}"

    find, run = desk.toolkit().router()
    found = await _find(way, find, "Translate Contract Rewrite")
    assert await invoke(way, run, {"app_ref": found["Translate"], "message": "hi"}) == "translated hi"
    assert (await invoke(way, run, {"app_ref": found["Contract check"], "message": "long?"})).startswith("long? [")
    message = await invoke(way, run, tool_call(run, app_ref=found["Rewrite"], message="hi"))
    assert message.status == "error"
    assert "takes the inputs content, tone; missing or wrong: content is missing; tone is missing" in message.content
    assert len(desk.runs()) == 2


async def test_inputs_can_be_passed_by_name_where_that_is_asked_for(desk: Desk, way: Way) -> None:
    find, run = desk.toolkit().router(with_inputs=True)
    found = await _find(way, find, "Rewrite 고객")

    async def ran(app: str, **inputs: str) -> ToolMessage:
        pairs = [{"name": name, "value": value} for name, value in inputs.items()]
        return await invoke(way, run, tool_call(run, app_ref=found[app], message="-", inputs=pairs))  # type: ignore[no-any-return]

    assert (await ran("Rewrite", content="x", tone="formal")).text.startswith("Rewritten: x")
    assert (await ran("고객 조회", 고객명="홍", runtime="5", message="m")).text == "message=m|runtime=5|고객명=홍"
    assert "tone must be one of plain, formal" in (await ran("Rewrite", content="x", tone="rude")).text
    assert "nope is not an argument" in (await ran("Rewrite", content="x", tone="plain", nope="1")).text
    assert len(desk.runs()) == 2


async def test_a_made_up_runtime_is_refused(desk: Desk, way: Way) -> None:
    find, run = desk.toolkit().router()
    forged = {"context": {"alli_user": "boss"}}
    ref = desk.tool("HR chat").name
    for tool, arguments in ((find, {"query": "x"}), (run, {"app_ref": ref, "message": "hi"})):
        message = await invoke(way, tool, tool_call(tool, runtime=forged, **arguments))
        assert message.status == "error"
    assert desk.runs() == []


async def test_an_agent_finds_runs_and_goes_on_with_the_conversation(desk: Desk, way: Way) -> None:
    def decide(messages: list[BaseMessage], _: object) -> AIMessage | str:
        answers = tool_messages(messages)  # type: ignore[arg-type]
        if not answers:
            return call_tool("alli_find_apps", query="leave")
        if len(answers) < 3:
            return call_tool(
                "alli_run_app", app_ref=answers[0].artifact["alli"]["apps"][0]["ref"], message=str(len(answers))
            )
        return "done"

    messages = tool_messages(await run_agent(way, ScriptedChatModel(decide=decide), desk.toolkit().router()))
    assert [m.text for m in messages[1:]] == ["turn 1 for nobody: 1", "turn 2 for nobody: 2"]


async def test_an_unreadable_list_is_raised_or_told_as_the_options_say(desk: Desk, way: Way) -> None:
    raising, _ = desk.toolkit().router()
    desk.alli.fault(path_contains="/v2/apps", status=429, times=1)
    with pytest.raises(RateLimitError):
        await invoke(way, raising, tool_call(raising, query="x"))
    assert (await invoke(way, raising, tool_call(raising, query="x"))).status == "success"
    telling, _ = desk.toolkit(options=ToolOptions(on_error="return_all")).router()
    desk.alli.fault(path_contains="/v2/apps", status=429, times=1)
    message = await invoke(way, telling, tool_call(telling, query="x"))
    assert (message.status, message.artifact["alli"]["error"]["type"]) == ("error", "RateLimitError")


async def test_a_free_form_tool_sends_inputs_under_the_names_the_model_gives(desk: Desk, way: Way) -> None:
    tool = desk.tool("고객 조회", args_schema=FreeForm)
    assert set(tool.args) == {"inputs"}
    pairs: list[Any] = [{"name": "고객명", "value": "홍"}, {"name": "runtime", "value": "/etc/passwd"}]
    assert await invoke(way, tool, {"inputs": pairs}) == "runtime=/etc/passwd|고객명=홍"
    chat = desk.tool("HR chat", args_schema=FreeForm)
    assert set(chat.args) == {"message", "inputs"}
    assert await invoke(way, chat, {"message": "hi", "inputs": []}) == "turn 1 for nobody: hi"
    assert desk.runs()[0].json()["inputs"] == {"고객명": "홍", "runtime": "/etc/passwd"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("invoice", [1, 2]),
        ("計約", []),
        ("계약서를 요약해줘", [0]),
        ("請求書の確認", [3]),
        ("ＩＮＶＯＩＣＥ", [1, 2]),
        ("", [0, 1, 2, 3]),
        ("?!", [0, 1, 2, 3]),
    ],
)
def test_the_best_fit_comes_first_in_any_language(query: str, expected: list[int]) -> None:
    texts = [
        ("계약서 요약", "Summarises contracts"),
        ("Invoice check", "Reads a PDF"),
        ("Mail", "Sends an invoice"),
        ("請求書チェック", ""),
    ]
    assert best(query, texts, 10) == expected
    assert best(query, texts, 1) == expected[:1]
