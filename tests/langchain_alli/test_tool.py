"""What a tool sends to the service, and what comes back to the agent or its model."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from alli import Alli, AsyncAlli, AuthenticationError, ConfigurationError, InternalServerError, StreamInterruptedError
from alli_emulator import Emulator
from langchain_alli import AlliAppTool, AlliToolError, ToolOptions
from langchain_core.messages import ToolMessage
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, Field, ValidationError

from tests.langchain_alli.desk import Desk, Way, invoke, tool_call

REWRITE = {"content": "hello", "tone": "formal"}


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
    assert alli["text"] == "Rewritten: hello"
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


@pytest.mark.parametrize("forged", ["conversationId", "mode", "user_id"])
async def test_an_argument_a_model_makes_up_is_refused_and_nothing_is_sent(desk: Desk, way: Way, forged: str) -> None:
    tool = desk.tool("HR chat")
    with pytest.raises(ValidationError, match=forged):
        await invoke(way, tool, {"message": "hi", forged: "x"})
    assert desk.runs() == []


@pytest.mark.parametrize("forged", [{"context": {"alli_user": "boss"}}, ["x"], "x", 1, True], ids=str)
async def test_a_made_up_runtime_is_refused_and_nothing_is_sent(desk: Desk, way: Way, forged: object) -> None:
    tool = desk.tool("HR chat")
    with pytest.raises(AlliToolError, match="runtime is not an argument"):
        await invoke(way, tool, {"message": "hi", "runtime": forged})
    message = await invoke(way, tool, tool_call(tool, message="hi", runtime=forged))
    assert message.status == "error"
    assert desk.runs() == []


async def test_a_missing_or_unknown_choice_is_refused_and_nothing_is_sent(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    for arguments in ({"content": "x"}, {"content": "x", "tone": "rude"}):
        with pytest.raises(ValidationError, match="tone"):
            await invoke(way, tool, arguments)
    assert desk.runs() == []


async def test_a_path_from_a_model_is_never_opened(desk: Desk, way: Way) -> None:
    tool = desk.tool("Contract check")
    assert set(tool.args) == {"question"}
    assert "document contract can't be given" in tool.description
    with pytest.raises(ValidationError, match="contract"):
        await invoke(way, tool, {"question": "?", "contract": "/etc/passwd"})
    assert desk.runs() == []


async def test_a_document_comes_from_the_resolver_of_the_application(desk: Desk, way: Way) -> None:
    shelf = {"doc-1": ("lease.txt", b"the lease")}
    tool = desk.tool("Contract check", options=ToolOptions(files=lambda handle, variable: shelf[handle]))
    assert await invoke(way, tool, {"question": "long?", "contract": "doc-1"}) == "long? [contract: the lease]"
    message = await invoke(way, tool, tool_call(tool, question="long?", contract="/etc/passwd"))
    assert message.status == "error"
    assert len(desk.runs()) == 1


def _no_handle(handle: str, variable: str) -> object:
    raise LookupError("Only leases are here.")


@pytest.mark.parametrize(
    ("resolver", "words"),
    [
        (lambda handle, variable: {}[handle], "contract: there is no such document; give the handle"),
        (lambda handle, variable: [][len(handle)], "contract: there is no such document; give the handle"),
        (lambda handle, variable: {}.get(handle), "contract: there is no such document; give the handle"),
        (_no_handle, "Only leases are here."),
    ],
    ids=["KeyError", "IndexError", "None", "LookupError"],
)
async def test_a_handle_that_is_none_is_told_to_the_model(desk: Desk, way: Way, resolver: Any, words: str) -> None:
    tool = desk.tool("Contract check", options=ToolOptions(files=resolver))
    message = await invoke(way, tool, tool_call(tool, question="long?", contract="doc-9"))
    assert message.status == "error"
    assert message.content.startswith(words)
    assert desk.runs() == []


async def _awaited(handle: str, variable: str) -> object:
    return b""


@pytest.mark.parametrize("resolver", [lambda handle, variable: "/srv/lease.txt", _awaited], ids=["text", "coroutine"])
async def test_a_resolver_that_gives_no_document_is_the_applications_error(desk: Desk, way: Way, resolver: Any) -> None:
    tool = desk.tool("Contract check", options=ToolOptions(files=resolver, on_error="return_all"))
    with pytest.raises(TypeError, match="files: the resolver gave (str|coroutine) for contract; it must give a Path"):
        await invoke(way, tool, tool_call(tool, question="long?", contract="doc-9"))
    assert desk.runs() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ToolOptions(user=lambda _: ""), "user: its function gave an empty user"),
        (ToolOptions(user=lambda _: 7), "user_id: must be a str, not int"),  # type: ignore[arg-type, return-value]
        (ToolOptions(conversation=lambda app_id, _: 7), "conversation: its function must give text or None, not int"),  # type: ignore[arg-type, return-value]
    ],
    ids=["no user", "a number for a user", "a number for a conversation"],
)
async def test_a_mistake_of_the_application_is_raised_and_told_to_no_model(
    desk: Desk, way: Way, options: ToolOptions, words: str
) -> None:
    tool = desk.tool("HR chat", options=options)
    with pytest.raises(ConfigurationError, match=words):
        await invoke(way, tool, tool_call(tool, message="hi"))
    assert desk.runs() == []


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


@pytest.mark.parametrize(
    ("app", "arguments", "words"),
    [
        ("Rewrite", {"content": "fail", "tone": "plain"}, "the text can't be rewritten"),
        ("HR chat", {"message": "fail"}, "I don't answer that"),
    ],
)
@pytest.mark.parametrize("streaming", [True, False], ids=["streamed", "whole"])
async def test_an_error_of_the_app_is_an_error_message_for_the_model(
    desk: Desk, way: Way, app: str, arguments: dict[str, str], words: str, streaming: bool
) -> None:
    tool = desk.tool(app, options=ToolOptions(streaming=streaming))
    message = await invoke(way, tool, tool_call(tool, **arguments))
    assert (message.status, message.name, message.tool_call_id) == ("error", tool.name, "call_1")
    assert words in message.content
    assert f"Its arguments are: {', '.join(arguments)}." in message.content
    assert message.artifact["alli"]["error"]["message"] == words
    assert json.loads(json.dumps(message.artifact)) == message.artifact
    with pytest.raises(AlliToolError, match=re.escape(words)) as raised:
        await invoke(way, tool, arguments)
    assert raised.value.artifact is not None
    assert raised.value.artifact.keys() == message.artifact.keys()


async def test_an_error_in_mid_stream_keeps_the_answer_up_to_there(desk: Desk, way: Way) -> None:
    desk.alli.fault(path_contains="/run_conversation", error_after=2, error_record={"errors": "upstream timeout"})
    tool = desk.tool("HR chat")
    message = await invoke(way, tool, tool_call(tool, message="hi"))
    assert message.status == "error"
    assert "upstream timeout" in message.content
    assert message.artifact["alli"]["text"].startswith("turn 1")
    assert message.artifact["alli"]["text"] in message.content


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_a_refused_request_is_told_to_the_model(desk: Desk, way: Way, status: int) -> None:
    tool = desk.tool("Rewrite")
    desk.alli.fault(path_contains="/run", status=status, body={"error": "no good"})
    message = await invoke(way, tool, tool_call(tool, **REWRITE))
    assert message.status == "error"
    assert f"{status} no good" in message.content
    assert message.artifact["alli"]["error"]["status_code"] == status


@pytest.mark.parametrize("status", [401, 402, 403, 405, 429, 500, 502, 503])
async def test_an_error_the_model_can_not_act_on_is_raised_as_it_is(desk: Desk, way: Way, status: int) -> None:
    tool = desk.tool("Rewrite")
    desk.alli.fault(path_contains="/run", status=status, body={"error": "no good"})
    with pytest.raises(Exception, match="no good") as raised:
        await invoke(way, tool, tool_call(tool, **REWRITE))
    assert type(raised.value).__module__.startswith("alli.")
    assert getattr(raised.value, "status_code") == status  # noqa: B009  # several classes


async def test_all_errors_of_the_service_come_back_where_that_is_asked_for(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite", options=ToolOptions(on_error="return_all"))
    desk.alli.fault(path_contains="/run", status=403, body={"error": "no good"})
    message = await invoke(way, tool, tool_call(tool, **REWRITE))
    assert message.status == "error"
    assert "403 no good" in message.content


async def test_a_cut_answer_is_raised_after_one_post_and_its_outcome_called_unknown(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    desk.alli.fault(path_contains="/run_conversation", cut_after=150)
    with pytest.raises(StreamInterruptedError):
        await invoke(way, tool, tool_call(tool, message="hi"))
    assert len(desk.runs()) == 1
    desk.alli.fault(path_contains="/run_conversation", cut_after=150)
    telling = desk.tool("HR chat", options=ToolOptions(on_error="return_all"))
    message = await invoke(way, telling, tool_call(telling, message="hi"))
    assert "unknown" in message.content
    assert "again" in message.content
    assert message.artifact["alli"]["error"]["outcome_unknown"] is True


async def test_a_wrong_key_is_raised_and_told_nowhere(desk: Desk, way: Way) -> None:
    app = desk.app("HR chat")
    key = "wrong-key-0123456789"
    with Alli(api_key=key, base_url=desk.alli.base_url) as client:
        async with AsyncAlli(api_key=key, base_url=desk.alli.base_url) as async_client:
            tool = AlliAppTool.from_app(app, client=client, async_client=async_client)
            assert key not in repr(tool)
            with pytest.raises(AuthenticationError) as raised:
                await invoke(way, tool, tool_call(tool, message="hi"))
            assert key not in repr(raised.value)
            assert key not in str(raised.value)


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
    @dataclass
    class Runtime:
        stream_writer: Callable[[Any], None]
        state: None = None
        context: None = None
        tool_call_id: str = "call_1"

    tool = desk.tool("HR chat")
    updates: list[Any] = []
    desk.alli.fault(path_contains="/run_conversation", stall_after=10)
    task = asyncio.create_task(tool.ainvoke({"message": "hi", "runtime": Runtime(updates.append)}))
    while not (runs := desk.runs()) or runs[0].status is None:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(runs[0].wait, 5)
    assert runs[0].client_left
    assert [(update["type"], update["text"]) for update in updates] == [("alli.status", "cancelled")]


def test_one_tool_serves_one_event_loop_after_another(alli: Emulator) -> None:
    async_client = AsyncAlli(api_key=alli.api_key, base_url=alli.base_url)
    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        app = next(app for app in client.apps.list() if app.name == "HR chat")
    tool = AlliAppTool.from_app(app, async_client=async_client)
    for _ in range(3):
        assert asyncio.run(tool.ainvoke("hi")) == "turn 1 for nobody: hi"


def test_a_server_error_before_the_answer_is_raised_by_its_class(desk: Desk) -> None:
    tool = desk.tool("Auditor")
    desk.alli.fault(path_contains="/run_conversation", status=500, body={"errors": "internal error."})
    with pytest.raises(InternalServerError):
        tool.invoke({"message": "hi"})


@pytest.mark.parametrize(
    ("imported", "unwanted"),
    [("langchain_alli, langchain_alli.testing", {"langgraph", "langchain", "httpx"}), ("alli", {"langchain_core"})],
    ids=["langchain_alli", "alli"],
)
def test_importing_loads_no_more_than_needed(imported: str, unwanted: set[str]) -> None:
    program = f"import sys, {imported}; print(*{unwanted!r} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert loaded.split() == []
