"""All the apps an application lets its agents use, as LangChain tools."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Self

from alli import Alli, App, AsyncAlli
from alli_tools import AppTool, AppTools
from alli_tools.definition.arguments import InputLike
from alli_tools.definition.naming import Naming
from langchain_core.tools import BaseTool, BaseToolkit
from pydantic import ConfigDict, Field, InstanceOf, PrivateAttr

from .options import ToolOptions
from .tools.app_tool import AlliAppTool, plain_tool
from .tools.langchain_tool import LangChainTool

__all__ = ["AlliToolkit"]


class AlliToolkit(BaseToolkit):
    """One tool per published app of a project, or two tools for all of them: `router`.

    The lists of the service are kept for `cache_seconds` and read once for all who ask at the same moment, in threads
    and tasks; copies of a toolkit share what was read with the same client and filters. `refresh` forgets it.

    `get_tools` needs `client` and `aget_tools` needs `async_client`; tools that are to be used both ways need both.
    With neither given, both are made from the environment when first needed; leaving `with` or `async with` closes them.

    Raises (`get_tools`, `aget_tools`):
        ConfigurationError: a client is missing, or the environment lacks ALLI_API_KEY.
        ValueError: two tools of one name, more than `max_tools`, or `ids`, `names`, `schemas`, `extras` or
            `return_direct` that fit no app.
        AlliError: the lists could not be read.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    client: Alli | None = Field(default=None, repr=False)
    """For synchronous calls."""
    async_client: AsyncAlli | None = Field(default=None, repr=False)
    """For asynchronous calls."""
    ids: Sequence[str] | None = None
    """Only the apps with these ids, each of which must be there."""
    types: Sequence[str] | None = None
    """Only apps of these types, such as "single_action", "campaign", "agent"."""
    categories: Sequence[str] | None = None
    """Only apps of these categories, in the service's spelling."""
    search_term: str | None = None
    """Only apps whose name or description has this."""
    published: bool | None = True
    """True: published apps only. False: drafts only. None: all."""
    predicate: Callable[[App], bool] | None = None
    """Only apps for which this is true; called once for each app that passes the other filters."""
    names: Mapping[str, str] = Field(default_factory=dict)
    """App id → the tool's name, to choose it yourself."""
    naming: Naming = "name"
    """How other names are made. "id" gives names that stay when an app is renamed, as stored threads need."""
    schemas: Mapping[str, Any] = Field(default_factory=dict)
    """App id → its arguments: a pydantic model, variable → (type, Field(...)), or `FreeForm`."""
    reserved_names: Sequence[str] | Set[str] = ()
    """Names of the agent's other tools; an app may not take one."""
    max_tools: int = 100
    """The most tools to give. OpenAI takes 128 in all, and models choose worse among many."""
    options: InstanceOf[ToolOptions] = Field(default_factory=ToolOptions)
    """How the tools behave."""
    cache_seconds: float = Field(default=300.0, ge=0)
    """How long the lists are kept. 0: they are read each time, as is needed where the client's `api_key` is a function
    that gives keys of several projects."""

    extras: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """App id → settings of its tool for a provider, such as `{"cache_control": {...}}`."""
    return_direct: Sequence[str] = ()
    """Ids of the apps whose answer ends the agent's turn."""

    _apps: "_Apps" = PrivateAttr()

    if not TYPE_CHECKING:  # type checkers know a model's constructor by its fields, which this one adds nothing to

        def __init__(self, client: Alli | None = None, async_client: AsyncAlli | None = None, **fields: Any) -> None:
            """Pydantic's own takes keywords alone; a client may also be given as every other class takes one."""
            super().__init__(client=client, async_client=async_client, **fields)

    def model_post_init(self, context: Any, /) -> None:
        """Share one pair of clients, and what was read, among all tools and copies."""
        self._apps = self._made()

    def get_tools(self) -> list[BaseTool]:
        """The tools, in the service's order of the apps."""
        return self._wrapped(self._current().get_tools())

    async def aget_tools(self) -> list[BaseTool]:
        """The tools, in the service's order of the apps."""
        return self._wrapped(await self._current().aget_tools())

    def router(self, *, with_inputs: bool = False) -> list[BaseTool]:
        """Two tools for any number of apps: `alli_find_apps(query)` and `alli_run_app(app_ref, message)`.

        `app_ref` is a name that `alli_find_apps` gives; only apps that pass the filters can be run. The lists are read
        when a tool is first called, so this asks the service nothing, and nothing of it raises.

        Args:
            with_inputs: `alli_run_app` also takes `inputs`, a list of names and values, and so can run apps that have
                several. Without, those say that they can't be run with a message alone.
        """
        tools = self._current().router(with_inputs=with_inputs)
        return [LangChainTool.of(tool, self.options) for tool in tools]

    def refresh(self) -> None:
        """Forget the lists: the next to ask reads them again."""
        self._apps.refresh()

    def close(self) -> None:
        """Close the sync client if it came from the environment; one that was given stays open."""
        self._apps.close()

    async def aclose(self) -> None:
        """Close the clients that came from the environment; those that were given stay open."""
        await self._apps.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _wrapped(self, tools: Sequence[AppTool]) -> list[BaseTool]:
        return [
            AlliAppTool.wrap(
                tool,
                self.options,
                extras=self.extras.get(tool.app.app_id),
                return_direct=tool.app.app_id in self.return_direct,
            )
            for tool in tools
        ]

    def _current(self) -> "_Apps":
        """The apps. A copy with other fields (`model_copy`) gets its own here, which share what was read."""
        made = self._made()
        if made != self._apps:
            same = self._apps.clients.given == (self.client, self.async_client)
            made.share(self._apps.clients if same else made.clients, self._apps.claims, self._apps.listing)
            self._apps = made
        return self._apps

    def _made(self) -> "_Apps":
        return _Apps(**{field.name: getattr(self, field.name) for field in dataclasses.fields(_Apps) if field.init})


@dataclasses.dataclass(frozen=True)
class _Apps(AppTools):
    """Apps whose arguments may be declared in LangChain's forms, and whose tools have settings that only LangChain knows."""

    extras: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict[str, Mapping[str, Any]])
    return_direct: Sequence[str] = ()

    def named_apps(self) -> dict[str, Iterable[str]]:
        """With the apps that have such settings."""
        return {**super().named_apps(), "extras": self.extras, "return_direct": self.return_direct}

    def build_one(self, app: App, inputs: Iterable[InputLike]) -> AppTool:
        """The tool for one app."""
        return plain_tool(
            app,
            self.clients,
            inputs,
            args_schema=self.schemas.get(app.id),
            name=self.names.get(app.id),
            naming=self.naming,
            options=self.options,
            claims=self.claims,
        )
