"""CrewAI."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("crewai")

from crewai.tools.structured_tool import CrewStructuredTool
from crewai.tools.tool_calling import ToolCalling
from crewai.tools.tool_usage import ToolUsage

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


class TestCrewAI(AgentContract):
    """A tool call as its agents make it, with the retries of its `ToolUsage`."""

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        return await asyncio.to_thread(_use, service.as_shown("CrewAI", app).to_structured_tool(), arguments)

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        return service.as_shown("CrewAI", app).args_schema.model_json_schema()["properties"]  # type: ignore[no-any-return]


def _use(tool: CrewStructuredTool, arguments: dict[str, object]) -> str:
    usage = ToolUsage(tools_handler=None, tools=[tool], task=None, function_calling_llm=None)
    return str(usage.use(ToolCalling(tool_name=tool.name, arguments=arguments), ""))
