"""LlamaIndex."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("llama_index.core")

from llama_index.core.tools import ToolSelection
from llama_index.core.tools.calling import acall_tool_with_selection

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]


class TestLlamaIndex(AgentContract):
    """A tool call as its agents make it."""

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        tool = service.as_shown("LlamaIndex", app)
        selection = ToolSelection(tool_id="1", tool_name=tool.metadata.get_name(), tool_kwargs=arguments)
        return (await acall_tool_with_selection(selection, [tool])).content

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        return service.as_shown("LlamaIndex", app).metadata.get_parameters_dict()["properties"]  # type: ignore[no-any-return]
