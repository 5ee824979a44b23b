"""smolagents."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("smolagents")

from smolagents import ToolCallingAgent
from smolagents.models import ChatMessage, ChatMessageToolCall, ChatMessageToolCallFunction, MessageRole, Model

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


class Scripted(Model):
    """Calls the tool once, then ends with what it read."""

    def __init__(self, name: str, arguments: dict[str, object]) -> None:
        super().__init__()
        self._name, self._arguments = name, arguments

    def generate(self, messages: list[Any], **_: Any) -> ChatMessage:
        read = [m for m in messages if m.role == MessageRole.TOOL_RESPONSE or "Error" in str(m.content)[:200]]
        if read:
            call = ChatMessageToolCallFunction(name="final_answer", arguments={"answer": read[-1].content[0]["text"]})
        else:
            call = ChatMessageToolCallFunction(name=self._name, arguments=self._arguments)
        calls = [ChatMessageToolCall(id="1", type="function", function=call)]
        return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=calls)


class TestSmolagents(AgentContract):
    """A whole agent, whose model calls the tool once."""

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        tool = service.tools[app]
        model = Scripted(tool.name, arguments)
        agent = ToolCallingAgent(
            tools=[service.as_shown("smolagents", app)], model=model, max_steps=3, verbosity_level=0
        )
        answer = str(await asyncio.to_thread(agent.run, "go"))
        return answer.removeprefix("Observation:\n")

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        return service.as_shown("smolagents", app).inputs  # type: ignore[no-any-return]
