"""All the apps an application lets its agents use, as tools."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from alli import Alli, App, AsyncAlli
from langchain_core.tools import BaseTool, BaseToolkit
from pydantic import ConfigDict, Field, PrivateAttr

from .arguments import InputLike
from .clients import Clients
from .naming import Naming, check_name
from .options import ToolOptions
from .spec import SINGLE_ACTION, AppLike, app_inputs
from .text import told
from .tool import AlliAppTool

__all__ = ["AlliToolkit"]

_PAGE_SIZE = 100  # the most the service gives at once (docs, "App Market")


class AlliToolkit(BaseToolkit):
    """One tool per published app of a project.

    `get_tools` needs `client` and `aget_tools` needs `async_client`; tools that are to be used both ways need both.
    With neither given, both are made from the environment when first needed.

    Raises (`get_tools`, `aget_tools`):
        ConfigurationError: a client is missing, or the environment lacks ALLI_API_KEY.
        ValueError: two tools of one name, more than `max_tools`, or `ids`, `names` or `schemas` that fit no app.
        AlliError: the lists could not be read.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", hide_input_in_errors=True)

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
    """App id → its arguments: a pydantic model, or variable → (type, Field(...))."""
    reserved_names: Collection[str] = ()
    """Names of the agent's other tools; an app may not take one."""
    max_tools: int = 100
    """The most tools to give. OpenAI takes 128 in all, and models choose worse among many."""
    options: ToolOptions = Field(default_factory=ToolOptions)
    """How the tools behave."""

    _clients: Clients = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Share one pair of clients among all tools."""
        self._clients = Clients(self.client, self.async_client)
        for app_id, name in self.names.items():
            check_name(name, of=f"names: app {app_id}")

    def get_tools(self) -> list[BaseTool]:
        """The tools, in the service's order of the apps. Reads all pages of the list each time."""
        client = self._clients.blocking()
        apps = self._selected(client.apps.list(**self._query()))
        v1 = client.apps.list_v1(published=self.published) if self._needs_inputs(apps) else []
        return self._build(apps, v1)

    async def aget_tools(self) -> list[BaseTool]:
        """The tools, in the service's order of the apps. Reads all pages of the list each time."""
        client = self._clients.awaiting()
        apps = self._selected([app async for app in client.apps.list(**self._query())])
        v1 = await client.apps.list_v1(published=self.published) if self._needs_inputs(apps) else []
        return self._build(apps, v1)

    def close(self) -> None:
        """Close the sync client if it came from the environment; one that was given stays open."""
        self._clients.close()

    async def aclose(self) -> None:
        """Close the clients that came from the environment; those that were given stay open."""
        await self._clients.aclose()

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
        listed = {told(app.id): app for app in apps if told(app.id)}
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

    def _build(self, apps: Sequence[App], v1: Iterable[AppLike]) -> list[BaseTool]:
        if len(apps) > self.max_tools:
            raise ValueError(
                f"{len(apps)} apps would be {len(apps)} tools, and max_tools is {self.max_tools}; "
                "choose some by ids, types, categories, search_term or predicate, or raise max_tools"
            )
        inputs: dict[str, list[InputLike]] = {told(app.id): app_inputs(app) or [] for app in v1}
        tools = [
            AlliAppTool.build(
                app,
                self._clients,
                inputs.get(app.id, ()),
                args_schema=self.schemas.get(app.id),
                name=self.names.get(app.id),
                naming=self.naming,
                options=self.options,
            )
            for app in apps
        ]
        self._check_names(tools)
        return list[BaseTool](tools)

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
