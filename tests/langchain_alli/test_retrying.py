"""What may be tried again without running an app twice, and what LangChain's retry middleware makes of it."""

import socket
from typing import Any

import pytest
from alli import (
    Alli,
    AlliError,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AppError,
    AsyncAlli,
    AuthenticationError,
    ConfigurationError,
    ConversationBusyError,
    InternalServerError,
    PaymentError,
    RateLimitError,
    StreamInterruptedError,
)
from langchain.agents import create_agent
from langchain.agents.middleware import ToolRetryMiddleware
from langchain_alli import AlliAppTool, AlliToolError, ToolOptions, retryable
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import HumanMessage, ToolMessage

from tests.langchain_alli.desk import Desk, Way, invoke, tool_call


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (APIConnectionError("x", method="POST", request_sent=False), True),
        (APIConnectionError("x", method="POST", request_sent=True, outcome_unknown=True), False),
        (APITimeoutError("x", method="POST", request_sent=True, outcome_unknown=True), False),
        (APITimeoutError("x", method="GET", request_sent=True), True),
        (RateLimitError("x", method="POST", status_code=429), True),
        (InternalServerError("x", method="POST", status_code=503, retry_after=1.0), True),
        (InternalServerError("x", method="POST", status_code=503), False),
        (InternalServerError("x", method="POST", status_code=500), False),
        (InternalServerError("x", method="GET", status_code=500), True),
        (InternalServerError("x", method="POST", status_code=504, outcome_unknown=True), False),
        (AuthenticationError("x", status_code=401), False),
        (PaymentError("x", status_code=429), False),
        (APIStatusError("x", status_code=400), False),
        (AppError("x"), False),
        (StreamInterruptedError("x"), False),
        (ConversationBusyError("x"), True),
        (ConfigurationError("x"), False),
        (AlliToolError("x"), False),
        (AlliError("x"), False),
        (TimeoutError("x"), False),
        (ValueError("x"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_only_what_can_not_have_run_an_app_is_retryable(error: Exception, expected: bool) -> None:
    assert retryable(error) is expected


async def _run(way: Way, tool: AlliAppTool, **retry: Any) -> ToolMessage:
    middleware = ToolRetryMiddleware(max_retries=2, initial_delay=0, jitter=False, **retry)
    script = [call_tool(tool.name, message="hi"), "done"]
    agent: Any = create_agent(ScriptedChatModel(script=script), [tool], middleware=[middleware])
    given = {"messages": [HumanMessage("go")]}
    state = agent.invoke(given) if way == "sync" else await agent.ainvoke(given)
    return next(message for message in state["messages"] if isinstance(message, ToolMessage))


async def test_retry_middleware_tries_again_what_the_service_refused(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    desk.alli.fault(path_contains="/run_conversation", status=429, times=2)
    message = await _run(way, tool, retry_on=retryable)
    assert (message.status, message.content) == ("success", "turn 1 for nobody: hi")
    assert len(desk.runs()) == 3


@pytest.mark.parametrize(
    "fault",
    [{"cut_after": 150}, {"drop": True}, {"status": 504}, {"status": 500}, {"stall_after": 10}],
    ids=["cut", "no answer", "gateway", "server error", "silence"],
)
async def test_retry_middleware_runs_no_app_twice(desk: Desk, way: Way, fault: dict[str, Any]) -> None:
    tool = desk.tool("HR chat", options=ToolOptions(idle_timeout=1))
    desk.alli.fault(path_contains="/run_conversation", times=None, **fault)
    try:
        message = await _run(way, tool, retry_on=retryable)
    except AlliError as error:
        told = str(error)
    else:  # langchain before 1.4 shows the model also what it should not repeat
        assert message.status == "error"
        told = message.text
    assert len(desk.runs()) == 1
    assert ("may have" in told) is (fault != {"status": 500})


async def test_an_error_for_the_model_is_never_repeated_even_by_the_middlewares_default(desk: Desk, way: Way) -> None:
    tool = desk.tool("HR chat")
    desk.alli.fault(path_contains="/run_conversation", status=400, times=None)
    assert (await _run(way, tool)).status == "error"
    assert len(desk.runs()) == 1


async def test_a_raised_unknown_outcome_says_so_once_to_whoever_shows_its_text_to_a_model(desk: Desk, way: Way) -> None:
    """The middleware's own text ends with the advice to try again."""
    tool = desk.tool("HR chat")
    desk.alli.fault(path_contains="/run_conversation", cut_after=150)
    with pytest.raises(StreamInterruptedError, match="may have been carried out: look before") as raised:
        await invoke(way, tool, tool_call(tool, message="hi"))
    assert (raised.value.request_sent, raised.value.outcome_unknown) == (True, True)
    assert str(raised.value).count("may have") == 1


async def test_a_connection_that_was_never_made_says_so(desk: Desk, way: Way) -> None:
    app = desk.app("HR chat")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # a port nobody listens on
        nowhere = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with Alli(api_key="k", base_url=nowhere, max_retries=0) as client:
            async with AsyncAlli(api_key="k", base_url=nowhere, max_retries=0) as async_client:
                tool = AlliAppTool.from_app(app, client=client, async_client=async_client)
                with pytest.raises(APIConnectionError) as raised:
                    await invoke(way, tool, tool_call(tool, message="hi"))
    assert raised.value.request_sent is False
    assert raised.value.outcome_unknown is False
    assert "outcome" not in str(raised.value)
    assert retryable(raised.value)
