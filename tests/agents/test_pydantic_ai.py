"""Pydantic AI."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pydantic_ai")

from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, RetryPromptPart, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


class TestPydanticAI(AgentContract):
    """A whole agent, whose model calls the tool once."""

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        tool = service.tools[app]

        def model(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
            read = [p for p in messages[-1].parts if isinstance(p, ToolReturnPart | RetryPromptPart)]
            if not read:
                return ModelResponse(parts=[ToolCallPart(tool.name, arguments)])
            said = read[0].model_response() if isinstance(read[0], RetryPromptPart) else str(read[0].content)
            return ModelResponse(parts=[TextPart(said)])

        agent = Agent(FunctionModel(model), tools=[service.as_shown("Pydantic AI", app)])
        return (await agent.run("go")).output

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        return service.as_shown("Pydantic AI", app).function_schema.json_schema["properties"]  # type: ignore[no-any-return]
