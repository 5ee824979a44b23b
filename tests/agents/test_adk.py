"""Google ADK, and its own bridge from LangChain."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("google.adk")

from google.adk.integrations.langchain import LangchainTool
from google.adk.tools import FunctionTool
from langchain_alli import AlliToolkit

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


class TestADK(AgentContract):
    """A tool call as its runner makes it."""

    def tool(self, service: Service, app: str) -> FunctionTool:
        return service.as_shown("Google ADK", app)  # type: ignore[no-any-return]

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        answer = await self.tool(service, app).run_async(args=arguments, tool_context=None)  # type: ignore[arg-type]
        return str(answer["error"]) if isinstance(answer, dict) else str(answer)

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        declaration = self.tool(service, app)._get_declaration()
        assert declaration is not None
        return declaration.parameters_json_schema["properties"]  # type: ignore[no-any-return]


class TestADKFromLangChain(TestADK):
    """The same through `LangchainTool`, which calls a tool's `func` by its signature."""

    def tool(self, service: Service, app: str) -> FunctionTool:
        toolkit = AlliToolkit(client=service.client, async_client=service.async_client, ids=service.ids)
        return LangchainTool(next(one for one in toolkit.get_tools() if one.name == service.tools[app].name))

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        declaration = self.tool(service, app)._get_declaration()
        assert declaration is not None
        if declaration.parameters_json_schema is not None:
            return declaration.parameters_json_schema["properties"]  # type: ignore[no-any-return]
        assert declaration.parameters is not None
        return {
            name: one.model_dump(exclude_none=True) for name, one in (declaration.parameters.properties or {}).items()
        }
