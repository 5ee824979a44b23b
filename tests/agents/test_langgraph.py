"""LangGraph's agents: create_agent with its middlewares, deepagents, supervisor, swarm, an agent as a tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("deepagents")

from deepagents import create_deep_agent
from langchain.agents import create_agent
from langchain.agents.middleware import (
    ContextEditingMiddleware,
    HumanInTheLoopMiddleware,
    ModelRetryMiddleware,
    PIIMiddleware,
    SummarizationMiddleware,
    TodoListMiddleware,
    ToolCallLimitMiddleware,
    ToolRetryMiddleware,
)
from langchain_alli import AlliToolkit, ToolOptions, alli_subagent, create_alli_agent, retryable
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.tools import tool as as_tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_supervisor import create_supervisor
from langgraph_swarm import create_handoff_tool, create_swarm

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


@dataclass
class Context:
    """For whom an agent runs."""

    alli_user: str | None = None


class Model:
    """A model that calls the tool once per turn of its agent and ends with what it read."""

    def __init__(self, tool: BaseTool, arguments: dict[str, object]) -> None:
        self.read: list[str] = []
        self._tool, self._arguments = tool, arguments
        self.chat = ScriptedChatModel(decide=self._decide)

    def _decide(self, messages: Sequence[BaseMessage], _: object) -> AIMessage | str:
        last = messages[-1]
        if isinstance(last, ToolMessage) and last.name == self._tool.name:
            self.read.append(last.text)
            return last.text
        return call_tool(self._tool.name, **self._arguments)


def calls_once(name: str, **arguments: object) -> ScriptedChatModel:
    """A model that calls that tool for each human message, and then is done."""
    return ScriptedChatModel(
        decide=lambda messages, _: call_tool(name, **arguments) if isinstance(messages[-1], HumanMessage) else "done"
    )


Build = Callable[[BaseTool, Model, InMemorySaver], Any]


def plain(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """An agent with the tool."""
    return create_agent(model.chat, [tool], checkpointer=saver, context_schema=Context)


def with_middlewares(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """With all of LangChain's middlewares that touch tools or messages."""
    middleware: list[Any] = [
        HumanInTheLoopMiddleware(interrupt_on={}),
        SummarizationMiddleware(model=model.chat, trigger=("messages", 1000)),
        ToolRetryMiddleware(retry_on=retryable, initial_delay=0),
        ToolCallLimitMiddleware(run_limit=5),
        PIIMiddleware("email", apply_to_tool_results=True),
        TodoListMiddleware(),
        ContextEditingMiddleware(),
        ModelRetryMiddleware(),
    ]
    return create_agent(model.chat, [tool], checkpointer=saver, context_schema=Context, middleware=middleware)


def deep(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """The main agent of deepagents."""
    return create_deep_agent(model.chat, [tool], checkpointer=saver, context_schema=Context)


def deep_subagent(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """A subagent of deepagents."""
    clerk: Any = {"name": "clerk", "description": "d", "system_prompt": "s", "tools": [tool], "model": model.chat}
    main = calls_once("task", description="ask", subagent_type="clerk")
    return create_deep_agent(main, [], subagents=[clerk], checkpointer=saver, context_schema=Context)


def supervised(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """A worker of a supervisor that keeps the worker's last message alone."""
    clerk = create_agent(model.chat, [tool], name="clerk", context_schema=Context)
    main = calls_once("transfer_to_clerk")
    graph = create_supervisor([clerk], model=main, output_mode="last_message", context_schema=Context)
    return graph.compile(checkpointer=saver)


def swarm(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """An agent of a swarm."""
    handoff = create_handoff_tool(agent_name="other")
    clerk = create_agent(model.chat, [tool, handoff], name="clerk", context_schema=Context)
    other = create_agent(calls_once("transfer_to_clerk"), [create_handoff_tool(agent_name="clerk")], name="other")
    return create_swarm([clerk, other], default_active_agent="clerk", context_schema=Context).compile(
        checkpointer=saver
    )


def agent_as_tool(tool: BaseTool, model: Model, saver: InMemorySaver) -> Any:
    """An agent that another agent's tool invokes."""
    inner = create_agent(model.chat, [tool], context_schema=Context)

    @as_tool
    async def clerk(question: str) -> str:
        """Ask the clerk."""
        answer = await inner.ainvoke({"messages": [HumanMessage(question)]})
        return str(answer["messages"][-1].text)

    return create_agent(calls_once("clerk", question="?"), [clerk], checkpointer=saver, context_schema=Context)


BUILDS = [plain, with_middlewares, deep, deep_subagent, supervised, swarm, agent_as_tool]


@pytest.mark.parametrize("build", BUILDS)
class TestLangGraph(AgentContract):
    """Each way to hold the tool. The agents want all errors back, as agents that serve people do."""

    build: Build
    savers: dict[int, InMemorySaver]

    @pytest.fixture(autouse=True)
    def _set_up(self, build: Build) -> None:
        self.build = staticmethod(build)  # type: ignore[assignment]
        self.saver = InMemorySaver()

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        return await self.turn(service, app, arguments, None)

    async def turn(self, service: Service, app: str, arguments: dict[str, object], user: str | None) -> str:
        tool = _tool(service, app)
        model = Model(tool, arguments)
        agent = self.build(tool, model, self.saver)
        config: Any = {"configurable": {"thread_id": "t-1"}}
        await agent.ainvoke({"messages": [HumanMessage("go")]}, config, context=Context(user))
        return model.read[0]

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        schema = _tool(service, app).tool_call_schema
        assert not isinstance(schema, dict)
        return schema.model_json_schema()["properties"]  # type: ignore[no-any-return]

    async def test_each_call_is_made_for_its_user_and_goes_on_in_its_thread(self, service: Service) -> None:
        for user, turn in (("emp-7", 1), ("emp-8", 1), ("emp-7", 2)):
            answer = await self.turn(service, "Chat", {"message": "hi"}, user)
            assert answer == f"turn {turn} for {user}: hi"


def _tool(service: Service, app: str) -> BaseTool:
    toolkit = AlliToolkit(
        client=service.client,
        async_client=service.async_client,
        ids=service.ids,
        options=ToolOptions(on_error="return_all"),
    )
    return next(one for one in toolkit.get_tools() if one.name == service.tools[app].name)


async def _answers(service: Service, agent: Any) -> list[str]:
    """What is said at the end of three turns of one thread: by one user, another, and the first again."""
    said: list[str] = []
    for user in ("emp-7", "emp-8", "emp-7"):
        config: Any = {"configurable": {"thread_id": "t-1"}}
        state = await agent.ainvoke({"messages": [HumanMessage("go")]}, config, context=Context(user))
        said.append(next(m.text for m in reversed(state["messages"]) if " for " in m.text))
    return said


async def test_an_app_is_a_subagent_of_deepagents(service: Service) -> None:
    app = service.client.apps.get(service.ids[1])
    clerk: Any = alli_subagent(app, name="clerk", client=service.client, async_client=service.async_client)
    main = ScriptedChatModel(
        decide=lambda messages, _: (
            messages[-1].text
            if isinstance(messages[-1], ToolMessage)
            else call_tool("task", description="ask", subagent_type="clerk")
        )
    )
    agent = create_deep_agent(main, [], subagents=[clerk], checkpointer=InMemorySaver(), context_schema=Context)
    assert await _answers(service, agent) == [
        "turn 1 for emp-7: ask",
        "turn 1 for emp-8: ask",
        "turn 2 for emp-7: ask",
    ]


@pytest.mark.parametrize("output_mode", ["full_history", "last_message"])
@pytest.mark.filterwarnings("default")
async def test_an_app_is_a_worker_of_a_supervisor(service: Service, output_mode: Any) -> None:
    app = service.client.apps.get(service.ids[1])
    clerk = create_alli_agent(
        app, name="clerk", client=service.client, async_client=service.async_client, context_schema=Context
    )
    graph = create_supervisor(
        [clerk], model=calls_once("transfer_to_clerk"), output_mode=output_mode, context_schema=Context
    )
    said = await _answers(service, graph.compile(checkpointer=InMemorySaver()))
    assert [text.split(":")[0] for text in said] == ["turn 1 for emp-7", "turn 1 for emp-8", "turn 2 for emp-7"]
