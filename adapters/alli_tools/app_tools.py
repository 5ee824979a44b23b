"""All the apps an application lets its agents use, as tools."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Self, get_args

from alli import Alli, App, AppType, AsyncAlli

from .app_tool import AppTool
from .calls.conversations import Claims
from .calls.driving import AWAITING, BLOCKING, Way, run_now
from .catalog.listing import Listing
from .clients import Clients
from .definition.app_spec import SINGLE_ACTION, AppLike, app_inputs, id_of
from .definition.arguments import InputLike
from .definition.naming import Naming, check_name
from .options import ToolOptions
from .router import Lists, router_tools
from .tool import Tool

__all__ = ["AppTools"]

_NO_V1: list[AppLike] = []  # one object, so that what was built from it is found again
_PAGE_SIZE = 100  # the most the service gives at once (docs, "App Market")


@dataclass(frozen=True)
class AppTools:
    """One tool per published app of a project, or two tools for all of them: `router`.

    Iterating gives the tools. The lists of the service are kept for `cache_seconds` and read once for all who ask at the
    same moment, in threads and tasks. `refresh` forgets them.

    `get_tools` needs `client` and `aget_tools` needs `async_client`; tools that are to be used both ways need both.
    With neither given, both are made from the environment when first needed; leaving `with` or `async with` closes them.

    Attributes:
        client: for synchronous calls.
        async_client: for asynchronous calls.
        ids: only the apps with these ids, each of which must be there.
        types: only apps of these types, such as "single_action", "campaign", "agent".
        categories: only apps of these categories, in the service's spelling.
        search_term: only apps whose name or description has this.
        published: True: published apps only. False: drafts only. None: all.
        predicate: only apps for which this is true; called once for each app that passes the other filters.
        names: app id → the tool's name, to choose it yourself.
        naming: how other names are made. "id" gives names that stay when an app is renamed, as stored threads need.
        schemas: app id → its arguments: a pydantic model, a JSON Schema of an object, or `FREE_FORM`.
        reserved_names: names of the agent's other tools; an app may not take one.
        max_tools: the most tools to give. OpenAI takes 128 in all, and models choose worse among many.
        options: how the tools behave.
        cache_seconds: how long the lists are kept. 0: they are read each time, as is needed where the client's `api_key`
            is a function that gives keys of several projects.

    Raises (iterating, `get_tools`, `aget_tools`):
        ConfigurationError: a client is missing, or the environment lacks ALLI_API_KEY.
        ValueError: two tools of one name, more than `max_tools`, or `ids`, `names` or `schemas` that fit no app.
        AlliError: the lists could not be read.
    """

    client: Alli | None = field(default=None, repr=False)
    async_client: AsyncAlli | None = field(default=None, repr=False)
    ids: Sequence[str] | None = None
    types: Sequence[str] | None = None
    categories: Sequence[str] | None = None
    search_term: str | None = None
    published: bool | None = True
    predicate: Callable[[App], bool] | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    naming: Naming = "name"
    schemas: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reserved_names: Sequence[str] | Set[str] = ()
    max_tools: int = 100
    options: ToolOptions = field(default_factory=ToolOptions)
    cache_seconds: float = 300.0
    clients: Clients = field(init=False, repr=False, compare=False)
    claims: Claims = field(init=False, repr=False, compare=False)
    listing: Listing = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuses what can only be a mistake.

        Raises:
            ValueError: names the argument.
        """
        for argument in ("ids", "types", "categories"):
            if isinstance(getattr(self, argument), str):
                raise ValueError(f"{argument}: must be a list of texts, not a text")
        for argument in ("names", "schemas"):
            if not isinstance(given := getattr(self, argument), Mapping):
                raise ValueError(f"{argument}: must be a mapping of app ids, not {type(given).__name__}")
        if not isinstance(self.max_tools, int):
            raise ValueError(f"max_tools: must be a number, not {type(self.max_tools).__name__}")
        options: object = self.options
        if not isinstance(options, ToolOptions):
            raise ValueError(f"options: must be a ToolOptions, not {type(options).__name__}")
        if self.naming not in get_args(Naming):
            raise ValueError(f"naming: must be one of {', '.join(get_args(Naming))}")
        if self.predicate is not None and not callable(self.predicate):
            raise ValueError(f"predicate: must be a function of an app, not {type(self.predicate).__name__}")
        if self.cache_seconds < 0:
            raise ValueError(f"cache_seconds: must be 0 or more, not {self.cache_seconds}")
        for app_id, name in self.names.items():
            check_name(name, of=f"names: app {app_id}")
        self.share(Clients(self.client, self.async_client), Claims(), Listing(self.cache_seconds))

    def named_apps(self) -> dict[str, Iterable[str]]:
        """The ids of apps that arguments name, by argument; each must be there."""
        return {"ids": self.ids or (), "names": self.names, "schemas": self.schemas}

    def share(self, clients: Clients, claims: Claims, listing: Listing) -> None:
        """Shares what other tools use; for adapters that make many of these."""
        object.__setattr__(self, "clients", clients)
        object.__setattr__(self, "claims", claims)
        object.__setattr__(self, "listing", listing)

    def __iter__(self) -> Iterator[AppTool]:
        return iter(self.get_tools())

    def get_tools(self) -> list[AppTool]:
        """The tools, in the service's order of the apps."""
        return self._limited(run_now(self.lists(BLOCKING)))

    async def aget_tools(self) -> list[AppTool]:
        """The tools, in the service's order of the apps."""
        return self._limited(await self.lists(AWAITING))

    def router(self, *, with_inputs: bool = False) -> list[Tool]:
        """Two tools for any number of apps: `alli_find_apps(query)` and `alli_run_app(app_ref, message)`.

        `app_ref` is a name that `alli_find_apps` gives; only apps that pass the filters can be run. The lists are read
        when a tool is first called, so this asks the service nothing, and nothing of it raises.

        Args:
            with_inputs: `alli_run_app` also takes `inputs`, a list of names and values, and so can run apps that have
                several. Without, those say that they can't be run with a message alone.
        """
        return router_tools(self, with_inputs=with_inputs, options=self.options)

    def refresh(self) -> None:
        """Forget the lists: the next to ask reads them again."""
        self.listing.forget()

    def close(self) -> None:
        """Closes the sync client if it came from the environment; one that was given stays open."""
        self.clients.close()

    async def aclose(self) -> None:
        """Closes the clients that came from the environment; those that were given stay open."""
        await self.clients.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def lists(self, way: Way) -> Lists:
        """All apps that pass the service's filters, and the v1 list if apps take their inputs from it; kept or read."""
        client, query = self.clients.of(way), self._query()

        async def ask() -> list[App]:
            return [app async for app in way.events(client.apps.list(**query))]

        async def ask_v1() -> list[AppLike]:
            return list[AppLike](await way.wait(client.apps.list_v1(published=self.published)))

        apps = await self.listing.answer(way, ("apps", client, repr(query)), ask)
        if not self._needs_inputs(self._selected(apps)):
            return apps, _NO_V1
        return apps, await self.listing.answer(way, ("v1", client, self.published), ask_v1)

    def build(self, lists: Lists) -> list[AppTool]:
        """A tool for each app of the lists that passes all filters, however many."""
        listed, v1 = lists
        inputs: dict[str, list[InputLike]] = {id_of(app): app_inputs(app) or [] for app in v1}
        tools = [self.build_one(app, inputs.get(app.id, ())) for app in self._selected(listed)]
        self._check_names(tools)
        return tools

    def build_one(self, app: App, inputs: Iterable[InputLike]) -> AppTool:
        """The tool for one app; adapters that take other forms of schemas override this."""
        return AppTool.build(
            app,
            self.clients,
            inputs,
            schema=self.schemas.get(app.id),
            name=self.names.get(app.id),
            naming=self.naming,
            options=self.options,
            claims=self.claims,
        )

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
        for what, given in self.named_apps().items():
            missing = [app_id for app_id in given if app_id not in listed]
            if missing:
                raise ValueError(
                    f"{what}: no app {', '.join(missing)} among the {len(listed)} listed apps; "
                    f"is it published (published={self.published}), and does it pass the other filters?"
                )
        known = {*get_args(AppType), *(app.type for app in listed.values())}
        if unknown := [name for name in self.types or () if name not in known]:
            raise ValueError(
                f"types: no app has the type {', '.join(unknown)}; known are {', '.join(get_args(AppType))}"
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

    def _limited(self, lists: Lists) -> list[AppTool]:
        count = len(self._selected(lists[0]))
        if count > self.max_tools:
            raise ValueError(
                f"{count} apps would be {count} tools, and max_tools is {self.max_tools}; choose some by ids, types, "
                "categories, search_term or predicate, take the two tools of router() instead, or raise max_tools"
            )
        return self.build(lists)

    def _check_names(self, tools: Sequence[AppTool]) -> None:
        """Agents keep tools in a dict, where the later of two silently wins."""
        counts = Counter(tool.name for tool in tools)
        counts.update(name for name in self.reserved_names if name in counts)
        for name, count in counts.items():
            if count > 1:
                apps = [tool.app.app_id for tool in tools if tool.name == name]
                taken = " and by a reserved name" if name in self.reserved_names else ""
                raise ValueError(
                    f"the tool name {name} is taken by the apps {', '.join(apps)}{taken}; "
                    "give one of them another through names={app_id: ...}"
                )
