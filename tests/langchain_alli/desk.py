"""What these tests work with: an emulated service with an app of each kind, its clients, and both ways of asking."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from alli import Alli, App, AsyncAlli
from alli_emulator import AppFailure, AppInput, AppInputOption, AppRun, Citation, Emulator, Reply
from langchain.agents import create_agent
from langchain_alli import AlliAppTool, AlliToolkit
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AnyMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime

Way = Literal["sync", "async"]
REWRITE = {"content": "hello", "tone": "formal"}
"""Arguments that the app "Rewrite" takes."""


@dataclass
class Desk:
    """What a test works with: an emulated service and the clients of it."""

    alli: Emulator
    client: Alli
    async_client: AsyncAlli

    def app(self, name: str) -> App:
        """The app of that display name."""
        return next(app for app in self.client.apps.list(published=None) if app.name == name)

    def tool(self, display_name: str, /, **arguments: Any) -> AlliAppTool:
        """A tool for the app of that display name, with both clients."""
        return AlliAppTool.from_app(
            self.app(display_name), client=self.client, async_client=self.async_client, **arguments
        )

    def toolkit(self, **arguments: Any) -> AlliToolkit:
        """A toolkit with both clients."""
        return AlliToolkit(client=self.client, async_client=self.async_client, **arguments)

    def runs(self) -> list[Any]:
        """The requests that ran an app."""
        return [request for request in self.alli.requests if request.method == "POST"]

    async def until_answering(self) -> Any:
        """The first request that ran an app, once its answer has begun."""
        while not (runs := self.runs()) or runs[0].status is None:
            await asyncio.sleep(0.01)
        return runs[0]


@dataclass
class Runtime:
    """As LangGraph's: what a tool reads of it by attribute."""

    stream_writer: Callable[[Any], None] = lambda _: None
    state: Any = None
    context: Any = None
    tool_call_id: str = "call_1"


class Recorder(BaseCallbackHandler):
    """Notes all that LangChain tells a tracer of tools."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_tool_start(self, *args: Any, **kwargs: Any) -> None:
        self.seen.append(repr((args, kwargs)))

    def on_tool_end(self, *args: Any, **kwargs: Any) -> None:
        self.seen.append(repr((args, kwargs)))

    def on_custom_event(self, *args: Any, **kwargs: Any) -> None:
        self.seen.append(repr((args, kwargs)))


async def invoke(way: Way, tool: BaseTool, value: Any, **config: Any) -> Any:
    """`invoke` or `ainvoke`, after the test's way."""
    if way == "sync":
        return tool.invoke(value, **config)
    return await tool.ainvoke(value, **config)


def tool_call(tool: BaseTool, **arguments: Any) -> dict[str, Any]:
    """A tool call as an agent hands it to a tool."""
    return {"name": tool.name, "args": arguments, "id": "call_1", "type": "tool_call"}


async def get_tools(way: Way, toolkit: AlliToolkit) -> list[BaseTool]:
    """`get_tools` or `aget_tools`, after the test's way."""
    return toolkit.get_tools() if way == "sync" else await toolkit.aget_tools()


async def run_agent(
    way: Way, model: Any, tools: Sequence[BaseTool], text: str = "go", config: Any = None, **kwargs: Any
) -> list[AnyMessage]:
    """One turn of an agent; gives all messages after it. `checkpointer`, `context_schema` go to the agent."""
    built = {key: kwargs.pop(key) for key in ("checkpointer", "context_schema") if key in kwargs}
    agent: Any = create_agent(model, list(tools), **built)
    given = {"messages": [{"role": "user", "content": text}]}
    if way == "sync":
        return agent.invoke(given, config, **kwargs)["messages"]  # type: ignore[no-any-return]
    return (await agent.ainvoke(given, config, **kwargs))["messages"]  # type: ignore[no-any-return]


def tool_messages(messages: Sequence[AnyMessage]) -> list[ToolMessage]:
    """The tools' answers among the messages."""
    return [message for message in messages if isinstance(message, ToolMessage)]


def add_apps(alli: Emulator) -> None:
    """The apps these tests use."""
    tones = [AppInputOption("Plain", "plain"), AppInputOption("격식체", "formal")]

    @alli.app(
        name="Rewrite",
        type="single_action",
        description="Rewrites a text.",
        inputs=[AppInput("content", "Text"), AppInput("tone", "Tone", "single", options=tones)],
    )
    def rewrite(run: AppRun) -> Iterator[str | Reply]:
        text = run.text_input("content")
        if text == "fail":
            raise AppFailure("the text can't be rewritten")
        yield "Rewritten: "
        yield Reply(
            text, citations=[Citation("rules.pdf", page=3), Citation("Web", source="WEB", url="https://example.com/a")]
        )

    @alli.app(
        name="고객 조회",
        type="single_action",
        inputs=[AppInput("고객명", "고객 이름"), AppInput("runtime", "Minutes"), AppInput("message", "Note")],
    )
    def look_up(run: AppRun) -> str:
        return "|".join(f"{key}={value}" for key, value in sorted(run.inputs.items()))

    @alli.app(
        name="Contract check",
        type="single_action",
        inputs=[AppInput("question", "Question"), AppInput("contract", "Contract", "document_basic")],
    )
    def check(run: AppRun) -> str:
        read = ", ".join(f"{file.variable}: {file.read().decode()}" for file in run.files)
        return f"{run.text_input('question')} [{read}]"

    @alli.app(name="HR chat", type="campaign", description="Answers questions on leave.", category="HR")
    def chat(run: AppRun) -> Iterator[str]:
        if run.message == "fail":
            raise AppFailure("I don't answer that")
        yield f"turn {run.conversation.turn}"
        yield f" for {run.user_id or 'nobody'}: "
        yield run.message

    @alli.app(name="Auditor", type="agent")
    def audit(run: AppRun) -> Iterator[str | Reply]:
        yield "Looking at it…"
        yield Reply(new_message=True, text="Still looking…")
        yield Reply(replacement=f"Found: {run.message}")

    @alli.app(name="Draft", type="campaign", published=False)
    def draft(run: AppRun) -> str:
        return run.message


has_tools_channel = hasattr(ToolRuntime, "emit_output_delta")
"""Whether this langgraph has `stream_mode="tools"`, which came in 2026; without it the other channels go on as ever."""
needs_tools_channel = pytest.mark.skipif(not has_tools_channel, reason="this langgraph has no stream mode tools")
"""For tests of that mode, and of events of version 3, which came with it."""
beta_may_be_used = pytest.mark.filterwarnings("ignore::langchain_core._api.LangChainBetaWarning")
"""For what LangChain calls beta, such as events of version 3."""
