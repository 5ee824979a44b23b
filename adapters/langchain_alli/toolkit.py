"""All the apps an application lets its agents use, as tools."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from alli import Alli, App, AsyncAlli
from alli_tools.calls.clients import Clients
from alli_tools.catalog.listing import Listing
from alli_tools.definition.app_spec import SINGLE_ACTION, AppLike, app_inputs, id_of
from alli_tools.definition.arguments import InputLike
from alli_tools.definition.naming import Naming, check_name
from langchain_core.tools import BaseTool, BaseToolkit
from pydantic import ConfigDict, Field, InstanceOf, PrivateAttr

from langchain_alli.calls.conversations import Claims
from langchain_alli.tools.app_tool import AlliAppTool
from langchain_alli.tools.router import Lists, router_tools

from .options import ToolOptions

__all__ = ["AlliToolkit"]

_NO_V1: list[AppLike] = []  # one object, so that what was built from it is found again
_PAGE_SIZE = 100  # the most the service gives at once (docs, "App Market")


class AlliToolkit(BaseToolkit):
    """One tool per published app of a project, or two tools for all of them: `router`.

    The lists of the service are kept for `cache_seconds` and read once for all who ask at the same moment, in threads
    and tasks; copies of a toolkit share what was read with the same client and filters. `refresh` forgets it.

    `get_tools` needs `client` and `aget_tools` needs `async_client`; tools that are to be used both ways need both.
    With neither given, both are made from the environment when first needed.

    Raises (`get_tools`, `aget_tools`):
        ConfigurationError: a client is missing, or the environment lacks ALLI_API_KEY.
        ValueError: two tools of one name, more than `max_tools`, or `ids`, `names` or `schemas` that fit no app.
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
    """Only apps for which this is true; called once per app that passed all else."""
    names: Mapping[str, str] = Field(default_factory=dict)
    """App id → the tool's name, where a name of your own is wanted."""
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

    _clients: Clients = PrivateAttr()
    _claims: Claims = PrivateAttr(default_factory=Claims)
    _listing: Listing = PrivateAttr()

    if not TYPE_CHECKING:  # type checkers know a model's constructor by its fields, which this one adds nothing to

        def __init__(self, client: Alli | None = None, async_client: AsyncAlli | None = None, **fields: Any) -> None:
            """Pydantic's own takes keywords alone; a client may also be given as every other class takes one."""
            super().__init__(client=client, async_client=async_client, **fields)

    def model_post_init(self, context: Any, /) -> None:
        """Share one pair of clients among all tools."""
        self._clients = Clients(self.client, self.async_client)
        self._listing = Listing(self.cache_seconds)
        for app_id, name in self.names.items():
            check_name(name, of=f"names: app {app_id}")

    def get_tools(self) -> list[BaseTool]:
        """The tools, in the service's order of the apps."""
        return self._checked(self.lists())

    async def aget_tools(self) -> list[BaseTool]:
        """The tools, in the service's order of the apps."""
        return self._checked(await self.alists())

    def router(self, *, with_inputs: bool = False) -> list[BaseTool]:
        """Two tools for any number of apps: `alli_find_apps(query)` and `alli_run_app(app_ref, message)`.

        `app_ref` is a name that `alli_find_apps` tells; only apps that pass the filters can be run. The lists are read
        when a tool is first called, so this asks the service nothing, and nothing of it raises.

        Args:
            with_inputs: `alli_run_app` also takes `inputs`, a list of names and values, and so can run apps that have
                several. Without, those say that they can't be run with a message alone.
        """
        return router_tools(self, with_inputs=with_inputs, options=self.options)

    def refresh(self) -> None:
        """Forget the lists: the next to ask reads them anew."""
        self._listing.forget()

    def close(self) -> None:
        """Close the sync client if it came from the environment; one that was given stays open."""
        self._clients.close()

    async def aclose(self) -> None:
        """Close the clients that came from the environment; those that were given stay open."""
        await self._clients.aclose()

    def lists(self) -> Lists:
        """All apps that pass the service's filters, and the v1 list if apps take their inputs from it; kept or read."""
        client, query = self._shared().blocking(), self._query()
        apps = self._listing.get(("apps", client, repr(query)), lambda: list(client.apps.list(**query)))
        if not self._needs_inputs(self._selected(apps)):
            return apps, _NO_V1
        return apps, self._listing.get(
            ("v1", client, self.published), lambda: list[AppLike](client.apps.list_v1(published=self.published))
        )

    async def alists(self) -> Lists:
        """As `lists`, awaited."""
        client, query = self._shared().awaiting(), self._query()

        async def ask() -> list[App]:
            return [app async for app in client.apps.list(**query)]

        async def ask_v1() -> list[AppLike]:
            return list[AppLike](await client.apps.list_v1(published=self.published))

        apps = await self._listing.aget(("apps", client, repr(query)), ask)
        if not self._needs_inputs(self._selected(apps)):
            return apps, _NO_V1
        return apps, await self._listing.aget(("v1", client, self.published), ask_v1)

    def build(self, lists: Lists) -> list[AlliAppTool]:
        """A tool for each app of the lists that passes all filters, however many."""
        listed, v1 = lists
        inputs: dict[str, list[InputLike]] = {id_of(app): app_inputs(app) or [] for app in v1}
        clients = self._shared()
        tools = [
            AlliAppTool.build(
                app,
                clients,
                inputs.get(app.id, ()),
                args_schema=self.schemas.get(app.id),
                name=self.names.get(app.id),
                naming=self.naming,
                options=self.options,
                claims=self._claims,
            )
            for app in self._selected(listed)
        ]
        self._check_names(tools)
        return tools

    def _shared(self) -> Clients:
        """The clients all tools share. A copy with other clients (`model_copy`) gets its own here."""
        if self._clients.given != (self.client, self.async_client):
            self._clients = Clients(self.client, self.async_client)
        return self._clients

    def _query(self) -> dict[str, Any]:
        return {
            "search_term": self.search_term,
            "categories": list(self.categories) if self.categories is not None else None,
            # The service filters by one type; by several, only we can.
            "type": self.types[0] if self.types is not None and len(self.types) == 1 else None,
            "published": self.published,
            "page_size": _PAGE_SIZE,
        }

    def _selected(self, apps: Iterable[App]) -> list[App]:
        listed = {app_id: app for app in apps if (app_id := id_of(app))}
        for what, given in (("ids", self.ids or ()), ("names", self.names), ("schemas", self.schemas)):
            missing = [app_id for app_id in given if app_id not in listed]
            if missing:
                raise ValueError(
                    f"{what}: no app {', '.join(missing)} among the {len(listed)} listed apps; "
                    f"is it published ({self.published=}), and does it pass the other filters?"
                )
        return [
            app
            for app_id, app in listed.items()
            if (self.ids is None or app_id in self.ids)
            and (self.types is None or app.type in self.types)
            and (self.predicate is None or self.predicate(app))
        ]

    def _needs_inputs(self, apps: Iterable[App]) -> bool:
        return any(app.type == SINGLE_ACTION and app.id not in self.schemas for app in apps)

    def _checked(self, lists: Lists) -> list[BaseTool]:
        count = len(self._selected(lists[0]))
        if count > self.max_tools:
            raise ValueError(
                f"{count} apps would be {count} tools, and max_tools is {self.max_tools}; choose some by ids, types, "
                "categories, search_term or predicate, take the two tools of router() instead, or raise max_tools"
            )
        return list[BaseTool](self.build(lists))

    def _check_names(self, tools: Sequence[AlliAppTool]) -> None:
        """LangGraph keeps tools in a dict, where the later of two silently wins."""
        counts = Counter(tool.name for tool in tools)
        counts.update(name for name in self.reserved_names if name in counts)
        for name, count in counts.items():
            if count > 1:
                apps = [f"{tool.metadata['alli']['app_id']}" for tool in tools if tool.name == name and tool.metadata]
                taken = " and by a reserved name" if name in self.reserved_names else ""
                raise ValueError(
                    f"the tool name {name} is taken by the apps {', '.join(apps)}{taken}; "
                    "give one of them another through names={app_id: ...}"
                )
