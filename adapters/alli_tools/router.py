"""Two tools instead of hundreds: one finds apps, one runs the app that was found.

Model providers take some 128 tools and models choose badly among many. Finding and running share the filters of
`AppTools`: an app that doesn't pass them can neither be found nor run, whatever a model passes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from alli import AlliError, App

from .app_tool import AppTool
from .calls.driving import AWAITING, BLOCKING, Way, run_now
from .calls.errors import CallRefusedError
from .calls.hosts import Host
from .calls.outcomes import Outcome, Shown, directory_outcome, refusal_outcome
from .catalog.matching import best
from .definition.app_spec import AppLike, AppSpec
from .definition.arguments import CHOICES, FORM, FREE_INPUTS, MESSAGE, Argument
from .definition.text import cut
from .definition.tool_definition import definition_of
from .options import ToolOptions
from .tool import Tool

__all__ = ["FIND_APPS", "RUN_APP", "Lists", "router_tools"]

FIND_APPS = "alli_find_apps"
"""Name of the tool that finds apps."""
RUN_APP = "alli_run_app"
"""Name of the tool that runs one."""

_MOST_FOUND = 10  # apps that the model is given at once
_LONGEST_LINE = 300  # characters of an app's description in the list
_QUERY = Argument(
    "query", "", "text", "What the app should do or be about, in a few words; empty gives the first apps."
)
_APP_REF = Argument("app_ref", "", "text", f"An app_ref from {FIND_APPS}, exactly as it was given.")

Lists = tuple[list[App], list[AppLike]]
"""The lists of the service; the same objects as long as they are kept."""


class Apps(Protocol):
    """The apps that may be found and run."""

    async def lists(self, way: Way) -> Lists:
        """The lists, kept or read. Raises what reading them raises."""
        ...

    def build(self, lists: Lists) -> list[AppTool]:
        """A tool for each app of the lists that may be run."""
        ...


def router_tools(apps: Apps, *, with_inputs: bool, options: ToolOptions) -> list[Tool]:
    """The two tools for `apps`, which is asked for the lists once per tool call."""
    directory = _Directory(apps)
    return [_FindApps(directory, options), _RunApp(directory, options, with_inputs=with_inputs)]


class _Directory:
    """The tools of all apps by name."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        # The tools last built, by name, and the lists they were built from: hundreds take a while to build.
        self._built: tuple[Lists, dict[str, AppTool]] | None = None

    async def read(self, way: Way) -> Mapping[str, AppTool]:
        lists = await self._apps.lists(way)
        built = self._built
        if built is None or built[0][0] is not lists[0] or built[0][1] is not lists[1]:
            built = self._built = lists, {tool.name: tool for tool in self._apps.build(lists)}
        return built[1]


class _RouterTool(Tool):
    def __init__(self, directory: _Directory, options: ToolOptions, arguments: Sequence[Argument]) -> None:
        self.definition = definition_of(arguments)
        self.options = options
        self._directory = directory
        self._shown = Shown(options.max_content_chars, options.artifact)

    @property
    def metadata(self) -> dict[str, Any]:
        """Says that the tool stands for many apps."""
        return {"alli": {"router": True}}

    def attempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """The outcome of the call, whether it succeeds or fails."""
        return run_now(self._outcome(BLOCKING, arguments, host, checked=checked))

    async def aattempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """As `attempt`, awaited."""
        return await self._outcome(AWAITING, arguments, host, checked=checked)

    async def _outcome(self, way: Way, arguments: Mapping[str, object], host: Host, *, checked: bool) -> Outcome:
        try:
            if not checked:
                arguments, problems = self.definition.check(arguments)
                if problems:
                    raise CallRefusedError(f"Nothing was sent: {'; '.join(problems)}.")
            return await self._act(way, await self._directory.read(way), arguments, host)
        except AlliError as error:
            return refusal_outcome(str(error), type(error).__name__, self._shown, cause=error)

    async def _act(
        self, way: Way, tools: Mapping[str, AppTool], arguments: Mapping[str, object], host: Host
    ) -> Outcome:
        raise NotImplementedError


class _FindApps(_RouterTool):
    """The apps that fit a query, as text."""

    name = FIND_APPS
    description = f"Find Alli apps by what they do. Gives each app's app_ref, which {RUN_APP} takes."

    def __init__(self, directory: _Directory, options: ToolOptions) -> None:
        super().__init__(directory, options, (_QUERY,))

    async def _act(
        self, way: Way, tools: Mapping[str, AppTool], arguments: Mapping[str, object], host: Host
    ) -> Outcome:
        specs = [(ref, tool.app) for ref, tool in tools.items()]
        chosen = best(str(arguments["query"]), [(spec.name, spec.description) for _, spec in specs], _MOST_FOUND)
        found = [specs[position] for position in chosen]
        if found:
            heading = f"{len(found)} of {len(specs)} apps:"
        else:
            found = specs[:_MOST_FOUND]
            heading = f"No app fits. The first {len(found)} of {len(specs)} apps:" if found else "There are no apps."
        lines = [f"- app_ref {ref}: {_line(spec, tools[ref])}" for ref, spec in found]
        return directory_outcome("\n".join([heading, *lines]), found, self._shown)


class _RunApp(_RouterTool):
    """The answer of the app of a reference."""

    name = RUN_APP
    description = f"Run the Alli app of an app_ref from {FIND_APPS}, and give its answer."

    def __init__(self, directory: _Directory, options: ToolOptions, *, with_inputs: bool) -> None:
        super().__init__(directory, options, (_APP_REF, MESSAGE, FREE_INPUTS)[: 3 if with_inputs else 2])

    async def _act(
        self, way: Way, tools: Mapping[str, AppTool], arguments: Mapping[str, object], host: Host
    ) -> Outcome:
        tool = tools.get(str(arguments["app_ref"]))
        if tool is None:
            raise CallRefusedError(
                f"There is no such app_ref among the {len(tools)} apps; take one that {FIND_APPS} gives."
            )
        outcome: Outcome = await way.attempt(tool, _values(tool, arguments), host)
        return outcome


def _line(spec: AppSpec, tool: AppTool) -> str:
    named = [f"{one.variable} ({one.description})" for one in tool.definition.arguments if one.variable]
    inputs = f" Inputs: {'; '.join(named)}." if named else ""
    return cut(" ".join(spec.description.split()), _LONGEST_LINE) + inputs


def _values(tool: AppTool, given: Mapping[str, object]) -> dict[str, object]:
    """The arguments of the app's own tool, which that tool accepts."""
    arguments, message = tool.definition.arguments, given["message"]
    keys = {one.variable: one.key for one in arguments if one.variable}
    pairs = cast("Sequence[Mapping[str, object]]", given.get("inputs") or ())
    values = {keys.get(str(pair["name"]), str(pair["name"])): pair["value"] for pair in pairs}
    plain = [one for one in arguments if one not in (CHOICES, FORM)]
    if plain[0].kind == "message":
        values[MESSAGE.key] = message
    elif len(plain) == 1 and plain[0].kind != "pairs" and not values:
        values = {plain[0].key: message}
    _, problems = tool.definition.check(values)
    if problems:
        alone = "" if plain[0].kind == "message" else " A message alone does not run it."
        raise CallRefusedError(
            f'The app "{tool.app.name}" takes the inputs {", ".join(keys) or "none"}; missing or wrong: '
            f"{'; '.join(problems)}.{alone}"
        )
    return values
