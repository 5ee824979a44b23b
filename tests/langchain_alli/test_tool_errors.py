"""Of what fails in a call, the model sees what it can act on; the rest is raised."""

import json
import re

import pytest
from alli import Alli, AsyncAlli, AuthenticationError, InternalServerError, StreamInterruptedError
from langchain_alli import AlliAppTool, AlliToolError, ToolOptions

from tests.langchain_alli.desk import REWRITE, Desk, Way, invoke, tool_call


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
    assert f"Its arguments are: {', '.join(arguments)}" in message.content
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
    assert "The answer up to there:\nturn 1" in message.content
    assert "turn 1" not in str(message.artifact)


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


def test_a_server_error_before_the_answer_is_raised_by_its_class(desk: Desk) -> None:
    tool = desk.tool("Auditor")
    desk.alli.fault(path_contains="/run_conversation", status=500, body={"errors": "internal error."})
    with pytest.raises(InternalServerError):
        tool.invoke({"message": "hi"})
