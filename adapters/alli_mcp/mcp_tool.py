"""A tool of `alli_tools` as FastMCP's."""

from collections.abc import Mapping
from typing import Any

from alli import ConfigurationError
from alli_tools import AppTool, Outcome, Tool
from alli_tools.definition.arguments import REPLIES
from alli_tools.definition.tool_definition import definition_of
from fastmcp.server.dependencies import get_context
from fastmcp.tools import Tool as FastMCPTool
from fastmcp.tools.base import ToolResult
from pydantic import PrivateAttr

from .elicitation import asked_again, elicited, input_of
from .mcp_host import McpHost, UserOfToken

__all__ = ["McpTool"]


class McpTool(FastMCPTool):
    """An app that MCP clients can call: text as content, artifact as structured content, errors as errors."""

    _tool: Tool = PrivateAttr()
    _user: UserOfToken = PrivateAttr()
    _server_id: str = PrivateAttr()

    @classmethod
    def of(cls, tool: Tool, user: UserOfToken, server_id: str) -> "McpTool":
        """The tool for FastMCP."""
        fields: dict[str, Any] = {
            "name": tool.name,
            "title": tool.app.name if isinstance(tool, AppTool) and tool.app.name else tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
            "annotations": {"openWorldHint": True},
        }
        made = cls(**fields)
        made._tool, made._user, made._server_id = tool, user, server_id
        return made

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """The app's answer. One request for the call and one for each reply of the user; none where an argument is wrong."""
        context = get_context()
        host = McpHost(context, self._user, self._server_id)
        given = input_of(context)
        if given is None:
            async with host.kept_waiting():
                outcome = await self._tool.aattempt(arguments, host)
        else:
            outcome, reply = given
            if reply is None:
                return _result(outcome)
            outcome = await self._reply(reply, outcome, host)
        while outcome.offer is not None and isinstance(self._tool, AppTool):
            asked = asked_again(context, outcome, outcome.offer)
            if asked is not None:
                return asked
            reply = await elicited(context, outcome, outcome.offer)
            if reply is None:
                break
            outcome = await self._reply(reply, outcome, host)
        if isinstance(outcome.error, ConfigurationError):  # a wrong set-up, no answer for a model
            raise outcome.error
        return _result(outcome)

    async def _reply(self, reply: Mapping[str, object], outcome: Outcome, host: McpHost) -> Outcome:
        alli = outcome.artifact["alli"]
        host.reply_to = alli["conversation_id"]
        # The state of a call that is made again is sealed, but another client could have handed it on.
        host.reply_for = alli["owner"]
        if not isinstance(self._tool, AppTool):
            raise TypeError("this tool stands for no app")
        replies = self._tool.calls.with_definition(definition_of(REPLIES))
        async with host.kept_waiting():
            return await replies.aattempt(reply, host)


def _result(outcome: Outcome) -> ToolResult:
    return ToolResult(content=outcome.text, structured_content=outcome.artifact, is_error=outcome.failed)
