"""FastMCP: plain functions as tools of a server, called by its client."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("fastmcp")

from fastmcp import Client
from fastmcp.exceptions import ToolError

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


class TestFastMCP(AgentContract):
    """A server in memory."""

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        async with Client(service.as_shown("FastMCP", app)) as client:
            try:
                return str((await client.call_tool(service.tools[app].name, arguments)).data)
            except ToolError as error:
                return str(error)

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        async with Client(service.as_shown("FastMCP", app)) as client:
            (tool,) = await client.list_tools()
        return tool.model_dump()["input_schema"]["properties"]  # type: ignore[no-any-return]
