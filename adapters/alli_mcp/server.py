"""The server: each app a tool, or two tools for all of them."""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from alli import Alli, AsyncAlli
from alli_tools import AppTools, Tool, ToolOptions
from fastmcp import FastMCP

from .mcp_host import UserOfToken, user_from_token
from .mcp_tool import McpTool

__all__ = ["acreate_server", "create_server", "user_from_token"]

_log = logging.getLogger(__name__)

_INSTRUCTIONS = "Each tool runs an app of the Alli platform and gives its answer. An app may take minutes."


def create_server(
    *,
    client: Alli | None = None,
    async_client: AsyncAlli | None = None,
    router: bool = False,
    user: UserOfToken = user_from_token,
    auth: Any = None,
    name: str = "Alli",
    options: ToolOptions | None = None,
    **filters: Any,
) -> FastMCP[Any]:
    """A FastMCP server of the apps. The list of apps is read now, by the sync client; apps run by the async one.

    Args:
        client: reads the list. With neither client given, both are made from the environment.
        async_client: runs the apps.
        router: two tools for any number of apps, one that finds and one that runs; the list is read when it is asked for.
        user: finds the user of a call by the token of the server's authentication.
        auth: FastMCP's authentication, for HTTP.
        name: the server's.
        options: of `alli_tools`. `on_error`, `user` and `stop` mean nothing here: all errors of the service come back.
        filters: as of `AppTools`: ids, types, categories, search_term, published, predicate, names, naming, schemas, max_tools.

    Raises:
        ConfigurationError: a client is missing, or the environment lacks ALLI_API_KEY.
        ValueError: as of `AppTools`.
        AlliError: the list could not be read.
    """
    apps = _apps(client, async_client, options, filters)
    return _server(apps.router(with_inputs=True) if router else apps.get_tools(), user, auth, name)


async def acreate_server(
    *,
    async_client: AsyncAlli | None = None,
    router: bool = False,
    user: UserOfToken = user_from_token,
    auth: Any = None,
    name: str = "Alli",
    options: ToolOptions | None = None,
    **filters: Any,
) -> FastMCP[Any]:
    """As `create_server`, awaited: the async client alone reads the list and runs the apps."""
    apps = _apps(None, async_client, options, filters)
    return _server(apps.router(with_inputs=True) if router else await apps.aget_tools(), user, auth, name)


def _apps(
    client: Alli | None, async_client: AsyncAlli | None, options: ToolOptions | None, filters: dict[str, Any]
) -> AppTools:
    apps = AppTools(client=client, async_client=async_client, options=options or ToolOptions(), **filters)
    apps.clients.awaiting()  # so that a missing key is an error now, also where the list is read later
    return apps


def _server(tools: Sequence[Tool], user: UserOfToken, auth: Any, name: str) -> FastMCP[Any]:
    if not callable(user):
        raise ValueError(f"user: must be a function of the token, not {type(user).__name__}")
    server: FastMCP[Any] = FastMCP(name, instructions=_INSTRUCTIONS, auth=auth)
    server_id = uuid4().hex
    if not tools:
        _log.warning("no app passes the filters, so this server has no tools; is the app published?")
    for tool in tools:
        server.add_tool(McpTool.of(tool, user, server_id))
    return server
