"""One Alli app as one LangChain tool."""

from collections.abc import Iterable, Mapping
from typing import Any

from alli import Alli, AsyncAlli
from alli_tools import AppTool
from alli_tools.app_tool import known_inputs
from alli_tools.calls.app_calls import AppCalls
from alli_tools.calls.conversations import Claims
from alli_tools.clients import Clients
from alli_tools.definition.app_spec import AppLike
from alli_tools.definition.arguments import InputLike
from alli_tools.definition.naming import Naming

from langchain_alli.calls.interrupts import Interrupts
from langchain_alli.options import ToolOptions

from .langchain_tool import LangChainTool
from .schema import DeclaredSchema, declared_schema

__all__ = ["AlliAppTool"]


class AlliAppTool(LangChainTool):
    """An Alli app that an agent can call, synchronously and asynchronously.

    Make one with `from_app`, or one per app with `AlliToolkit`. The content of an answer is plain text with numbered
    sources; its artifact is `{"alli": {...}}`, JSON. `metadata["alli"]["app_id"]` says which app it is.
    """

    @classmethod
    def from_app(
        cls,
        app: AppLike,
        *,
        client: Alli | None = None,
        async_client: AsyncAlli | None = None,
        args_schema: DeclaredSchema | None = None,
        name: str | None = None,
        inputs: Iterable[InputLike] | None = None,
        options: ToolOptions | None = None,
        extras: Mapping[str, Any] | None = None,
        return_direct: bool = False,
    ) -> "AlliAppTool":
        """The tool for `app`, an app of `client.apps.list()`, `.get()` or `.list_v1()`.

        Its arguments come from `args_schema`; else from `inputs`, or those that an app of the v1 list carries, or,
        for a single_action app, one call of `client.apps.inputs`; else there is one argument, `message`, and for an app
        that converses `choices` and `form` beside it.

        Args:
            app: the app.
            client: for synchronous calls. With neither client given, both are made from the environment.
            async_client: for asynchronous calls.
            args_schema: a pydantic model whose fields are the app's variables, or variable → (type, Field(...)), or
                `FreeForm` for a list of names and values.
            name: the tool's name, instead of one made from the app's name and id.
            inputs: the app's v1 inputs, if they are known.
            options: how the tool behaves.
            extras: settings of the tool for a provider, such as `{"cache_control": {...}}`.
            return_direct: the answer ends the agent's turn, also where the call failed.

        Raises:
            ValueError: the app has no id, `name` is not a tool name, or `args_schema` can't be used.
            ConfigurationError: the app's inputs must be asked for, and there is no sync client to ask with.
            AlliError: asking for the inputs failed.
        """
        clients = Clients(client, async_client)
        if inputs is None and args_schema is None:
            inputs = known_inputs(app, clients)
        return cls.build(
            app,
            clients,
            inputs or (),
            args_schema=args_schema,
            name=name,
            options=options,
            extras=extras,
            return_direct=return_direct,
        )

    @classmethod
    def build(
        cls,
        app: AppLike,
        clients: Clients,
        inputs: Iterable[InputLike],
        *,
        args_schema: DeclaredSchema | None = None,
        name: str | None = None,
        naming: Naming = "name",
        options: ToolOptions | None = None,
        claims: Claims | None = None,
        extras: Mapping[str, Any] | None = None,
        return_direct: bool = False,
    ) -> "AlliAppTool":
        """The tool for an app whose inputs are known, with clients and claims that other tools share; no I/O.

        Raises:
            ValueError: as `from_app`.
        """
        options = options or ToolOptions()
        tool = plain_tool(
            app, clients, inputs, args_schema=args_schema, name=name, naming=naming, options=options, claims=claims
        )
        return cls.wrap(tool, options, extras=extras, return_direct=return_direct)

    @classmethod
    def wrap(
        cls,
        tool: AppTool,
        options: ToolOptions,
        *,
        extras: Mapping[str, Any] | None = None,
        return_direct: bool = False,
    ) -> "AlliAppTool":
        """A tool of `alli_tools` for LangChain; `options` are those it was made with."""
        fields: dict[str, Any] = {"extras": dict(extras)} if extras is not None else {}
        interrupts = Interrupts(tool.calls) if options.offers == "interrupt" and tool.app.converses else None
        return cls.of(tool, options, interrupts, return_direct=return_direct, **fields)

    @property
    def calls(self) -> AppCalls:
        """Runs the app without LangChain's part of a tool call."""
        return self._app_tool.calls

    def close(self) -> None:
        """Close the sync client if it came from the environment; one that was given stays open."""
        self._app_tool.close()

    async def aclose(self) -> None:
        """Close the clients that came from the environment; those that were given stay open."""
        await self._app_tool.aclose()

    @property
    def _app_tool(self) -> AppTool:
        if not isinstance(self._tool, AppTool):
            raise TypeError("this tool stands for no app")
        return self._tool


def plain_tool(
    app: AppLike, clients: Clients, inputs: Iterable[InputLike], *, args_schema: DeclaredSchema | None, **settings: Any
) -> AppTool:
    """The tool of `alli_tools`; `args_schema` in LangChain's forms."""
    tool = AppTool.build(app, clients, inputs, **settings)
    if args_schema is None:
        return tool
    definition = declared_schema(tool.name, args_schema, chats=tool.app.converses)
    return AppTool.build(app, clients, inputs, schema=definition, **settings)
