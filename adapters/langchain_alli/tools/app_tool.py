"""One Alli app as one LangChain tool."""

from collections.abc import Iterable

from alli import Alli, AsyncAlli, ConfigurationError
from alli_tools.calls.clients import Clients
from alli_tools.definition.app_spec import SINGLE_ACTION, AppLike, app_inputs, describe_app
from alli_tools.definition.arguments import MESSAGE, InputLike
from alli_tools.definition.naming import Naming
from pydantic import PrivateAttr

from langchain_alli.calls.app_calls import AppCalls
from langchain_alli.calls.conversations import Claims
from langchain_alli.options import ToolOptions

from .call_ids import ToolWithCallId
from .injection import with_runtime
from .schema import DeclaredSchema, declared_schema, model_from_arguments

__all__ = ["AlliAppTool"]


class AlliAppTool(ToolWithCallId):
    """An Alli app that an agent can call, synchronously and asynchronously.

    Make one with `from_app`, or one per app with `AlliToolkit`. The content of an answer is plain text with numbered
    sources; its artifact is `{"alli": {...}}`, JSON. `metadata["alli"]["app_id"]` says which app it is.
    """

    _clients: Clients | None = PrivateAttr(default=None)
    _calls: AppCalls = PrivateAttr()

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
    ) -> "AlliAppTool":
        """The tool for `app`, an app of `client.apps.list()`, `.get()` or `.list_v1()`.

        Its arguments come from `args_schema`; else from `inputs`, or those that an app of the v1 list carries, or,
        for a single_action app, one call of `client.apps.inputs`; else there is one argument, `message`.

        Args:
            app: the app.
            client: for synchronous calls. With neither client given, both are made from the environment.
            async_client: for asynchronous calls.
            args_schema: a pydantic model whose fields are the app's variables, or variable → (type, Field(...)), or
                `FreeForm` for a list of names and values.
            name: the tool's name, instead of one made from the app's name and id.
            inputs: the app's v1 inputs, if they are known.
            options: how the tool behaves.

        Raises:
            ValueError: the app has no id, `name` is no tool name, or `args_schema` can't be used.
            ConfigurationError: the app's inputs must be asked for, and there is no sync client to ask with.
            AlliError: asking for the inputs failed.
        """
        clients = Clients(client, async_client)
        known = list(inputs) if inputs is not None else app_inputs(app)
        if known is None and args_schema is None and app.type == SINGLE_ACTION:
            if client is None and async_client is not None:
                raise ConfigurationError(
                    "a single_action app takes its arguments from the v1 list, which from_app can read with a sync "
                    "client only; pass client=, inputs=await async_client.apps.inputs(app.id), or args_schema="
                )
            known = list(clients.blocking().apps.inputs(str(app.id)))
        return cls.build(app, clients, known or (), args_schema=args_schema, name=name, options=options)

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
    ) -> "AlliAppTool":
        """The tool for an app whose inputs are known, with clients and claims that other tools share; no I/O.

        Raises:
            ValueError: as `from_app`.
        """
        options = options or ToolOptions()
        spec = describe_app(app, name=name, naming=naming, inputs=inputs, documents=options.takes_documents)
        if args_schema is None:
            arguments = spec.arguments
            model = model_from_arguments(arguments)
        else:
            chats = spec.type != SINGLE_ACTION
            model, arguments = declared_schema(spec.tool_name, args_schema, chats=chats)
        calls = AppCalls(spec, arguments or (MESSAGE,), clients, options, claims)
        tool = cls(
            name=spec.tool_name,
            description=spec.description,
            metadata=spec.metadata,
            args_schema=with_runtime(model),
            func=calls.run,
            coroutine=calls.arun,
            response_format="content_and_artifact",
        )
        tool._clients, tool._calls = clients, calls
        return tool

    def close(self) -> None:
        """Close the sync client if it came from the environment; one that was given stays open."""
        if self._clients is not None:
            self._clients.close()

    async def aclose(self) -> None:
        """Close the clients that came from the environment; those that were given stay open."""
        if self._clients is not None:
            await self._clients.aclose()

    @property
    def calls(self) -> AppCalls:
        """Runs the app without LangChain's part of a tool call; for tools that run other tools' apps."""
        return self._calls
