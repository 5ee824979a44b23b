"""One app as a tool for any agent."""

from collections.abc import Iterable, Mapping
from typing import Any

from alli import Alli, AsyncAlli, ConfigurationError, NotFoundError

from .calls.app_calls import AppCalls
from .calls.conversations import Claims
from .calls.hosts import Host
from .calls.outcomes import Outcome
from .clients import Clients
from .definition.app_spec import SINGLE_ACTION, AppLike, app_inputs, describe_app, required_id
from .definition.arguments import MESSAGE, InputLike
from .definition.naming import Naming
from .definition.tool_definition import ToolDefinition, declared_definition, definition_of
from .options import ToolOptions
from .tool import Tool

__all__ = ["AppTool", "known_inputs"]


class AppTool(Tool):
    """An app that any agent can call. Make one with `from_app`, or one per app with `AppTools`.

    Attributes:
        app: the app as a model sees it.
        calls: runs it.
    """

    def __init__(self, calls: AppCalls) -> None:
        self.app = calls.app
        self.name = calls.app.tool_name
        self.description = calls.app.description
        self.definition = calls.definition
        self.options = calls.options
        self.calls = calls

    @classmethod
    def from_app(
        cls,
        app: AppLike,
        *,
        client: Alli | None = None,
        async_client: AsyncAlli | None = None,
        schema: object = None,
        name: str | None = None,
        inputs: Iterable[InputLike] | None = None,
        options: ToolOptions | None = None,
    ) -> "AppTool":
        """The tool for `app`, an app of `client.apps.list()`, `.get()` or `.list_v1()`.

        Its arguments come from `schema`; else from `inputs`, or those that an app of the v1 list carries, or, for a
        single_action app, one call of `client.apps.inputs`; else there is one argument, `message`.

        Args:
            app: the app.
            client: for synchronous calls. With neither client given, both are made from the environment.
            async_client: for asynchronous calls.
            schema: a pydantic model, a JSON Schema of an object whose properties are the app's variables, or `FREE_FORM`.
            name: the tool's name, instead of one made from the app's name and id.
            inputs: the app's v1 inputs, if they are known.
            options: how the tool behaves.

        Raises:
            ValueError: the app has no id, `name` is not a tool name, or `schema` can't be used.
            ConfigurationError: the inputs of a single_action app are not known and there is no sync client.
            AlliError: the inputs could not be read.
        """
        clients = Clients(client, async_client)
        if inputs is None and schema is None:
            inputs = known_inputs(app, clients)
        return cls.build(app, clients, inputs or (), schema=schema, name=name, options=options)

    @classmethod
    def build(
        cls,
        app: AppLike,
        clients: Clients,
        inputs: Iterable[InputLike],
        *,
        schema: object = None,
        name: str | None = None,
        naming: Naming = "name",
        options: ToolOptions | None = None,
        claims: Claims | None = None,
    ) -> "AppTool":
        """The tool for an app whose inputs are known, with clients and claims that other tools share; no I/O.

        Raises:
            ValueError: as `from_app`.
        """
        options = options or ToolOptions()
        spec = describe_app(
            app,
            name=name,
            naming=naming,
            inputs=inputs,
            documents=options.takes_documents,
            replies=options.takes_replies,
        )
        if isinstance(schema, ToolDefinition):
            definition = schema
        elif schema is not None:
            definition = declared_definition(schema, chats=spec.converses)
        else:
            definition = definition_of(spec.arguments or (MESSAGE,))
        return cls(AppCalls(spec, definition, clients, options, claims))

    @property
    def metadata(self) -> dict[str, Any]:
        """`{"alli": {"app_id", "type", "category", "published"}}`, no secret in it."""
        return self.app.metadata

    def attempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """The outcome of the call, whether it succeeds or fails."""
        return self.calls.attempt(arguments, host, checked=checked)

    async def aattempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """As `attempt`, awaited."""
        return await self.calls.aattempt(arguments, host, checked=checked)

    def close(self) -> None:
        """Closes the sync client if it came from the environment; one that was given stays open."""
        self.calls.clients.close()

    async def aclose(self) -> None:
        """Closes the clients that came from the environment; those that were given stay open."""
        await self.calls.clients.aclose()


def known_inputs(app: AppLike, clients: Clients) -> Iterable[InputLike] | None:
    """The inputs an app of the v1 list carries; for a single_action app of the other list, what the service says.

    Raises:
        ValueError: the app has no id.
        ConfigurationError: only an async client was given, which this plain function can't ask with.
        AlliError: as `client.apps.inputs`.
    """
    app_id = required_id(app)
    known = app_inputs(app)
    if known is not None or app.type != SINGLE_ACTION:
        return known
    client, async_client = clients.given
    if client is None and async_client is not None:
        raise ConfigurationError(
            "a single_action app takes its arguments from the v1 list, which from_app can read with a sync "
            "client only; pass client=, inputs=await async_client.apps.inputs(app.id), or a schema"
        )
    try:
        return list(clients.blocking().apps.inputs(app_id))
    except NotFoundError:
        return []  # of one list of the service, but not of the other
