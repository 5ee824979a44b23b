"""What an MCP server knows of a call: who is signed in, which session it is, where progress goes."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from alli_tools.calls.acting import current_caller
from alli_tools.calls.hosts import Host
from fastmcp import Context
from fastmcp.server.dependencies import get_access_token

__all__ = ["McpHost", "UserOfToken", "user_from_token"]

_log = logging.getLogger(__name__)

UserOfToken = Callable[[Any], str | None]
"""`user(token)` gives the user of a call; None: the client's own user. `token` is FastMCP's access token, with `.claims` and
`.client_id`; None where the server has no authentication. No tool takes the user as an argument."""

_THREAD = "alli/thread"

SILENT_FOR = 10.0
"""Seconds of silence after which the client is sent progress without text. Hosts give up after 30 to 60 s without progress."""

LEAST = 0.001
"""Progress of what has no text: the protocol wants each number to be greater than the one before."""


def user_from_token(token: Any) -> str | None:
    """The default: the claim `sub` of the token, else its client; without authentication whom `acting_for` names."""
    if token is None:
        return current_caller().user
    claims: object = getattr(token, "claims", None)
    subject = cast("Mapping[str, object]", claims).get("sub") if isinstance(claims, Mapping) else None
    found = subject or getattr(token, "client_id", None)
    if not (isinstance(found, str) and found):
        raise PermissionError("the token names no user; pass create_server(user=...), a function that finds one")
    return found


class McpHost(Host):
    """A client of an MCP server that calls a tool.

    Args:
        context: FastMCP's.
        user: finds the user of a token.
        server_id: names the server, where there are no sessions.
    """

    def __init__(self, context: Context, user: UserOfToken, server_id: str) -> None:
        super().__init__()
        self.context = get_access_token()
        self.mcp = context
        self._user = user
        self._server_id = server_id
        self._sent = 0.0

    @property
    def thread(self) -> str | None:
        """What the request's `_meta` says under "alli/thread", else the session; over stdio the process has one client."""
        request = self.mcp.request_context
        meta: Any = getattr(request, "meta", None)
        fields: Any = cast("object", meta) if isinstance(meta, Mapping) else getattr(meta, "model_extra", None)
        named: object = cast("Mapping[str, object]", fields).get(_THREAD) if isinstance(fields, Mapping) else None
        if isinstance(named, str) and named:
            return named
        return self._server_id if self.mcp.transport in ("stdio", None) else self.mcp.session_id

    def find_user(self, resolver: Any) -> object:
        """Whom the call is made for, by the server's authentication."""
        return self._user(self.context)

    async def asend(self, updates: list[dict[str, Any]]) -> None:
        """Partial answers as progress, which also keeps a client from giving up."""
        for update in updates:
            await self._progress(len(update["text"]) or LEAST, update["text"])

    @asynccontextmanager
    async def kept_waiting(self) -> AsyncGenerator[None, None]:
        """Within the block, the client is sent progress also while the app says nothing."""
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(SILENT_FOR)
            await self._progress(LEAST, None)

    async def _progress(self, more: float, message: str | None) -> None:
        self._sent += more
        try:
            await self.mcp.report_progress(self._sent, message=message)
        except Exception as error:  # noqa: BLE001  # the app runs, whoever listens
            _log.debug("progress was not delivered: %s", type(error).__name__)
