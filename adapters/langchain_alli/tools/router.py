"""Two tools instead of hundreds: one finds apps, one runs the app that was found.

Model providers take some 128 tools and models choose badly among many. Finding and running share the toolkit's filters:
an app that doesn't pass them can neither be found nor run, whatever a model passes.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from alli import AlliError, App
from alli_tools.calls.outcomes import Outcome, directory_outcome, refusal_outcome
from alli_tools.catalog.matching import best
from alli_tools.definition.app_spec import AppLike, AppSpec
from alli_tools.definition.arguments import FREE_INPUTS, MESSAGE, Argument
from alli_tools.definition.text import cut
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ValidationError

from langchain_alli.calls.app_calls import ToolOutput, delivered
from langchain_alli.calls.context import CallContext
from langchain_alli.calls.errors import AlliToolError
from langchain_alli.options import ToolOptions

from .app_tool import AlliAppTool
from .call_ids import ToolWithCallId, current_tool_call_id
from .injection import Runtime, with_runtime
from .schema import NamedValue, model_from_arguments

__all__ = ["FIND_APPS", "RUN_APP", "router_tools"]

FIND_APPS = "alli_find_apps"
"""Name of the tool that finds apps."""
RUN_APP = "alli_run_app"
"""Name of the tool that runs one."""

_MOST_FOUND = 10  # apps told to the model at once
_LONGEST_LINE = 300  # characters of an app's description in the list
_QUERY = Argument(
    "query", "", "text", "What the app should do or be about, in a few words; empty tells the first apps."
)
_APP_REF = Argument("app_ref", "", "text", f"An app_ref that {FIND_APPS} told, exactly as it was told.")

Lists = tuple[list[App], list[AppLike]]
"""The lists of the service; the same objects as long as they are kept."""


class AppTools(Protocol):
    """The apps that may be found and run, as a toolkit has them."""

    def lists(self) -> Lists:
        """The lists, kept or read. Raises what reading them raises."""
        ...

    async def alists(self) -> Lists:
        """As `lists`, awaited."""
        ...

    def build(self, lists: Lists) -> list[AlliAppTool]:
        """A tool for each app of the lists that may be run."""
        ...


def router_tools(apps: AppTools, *, with_inputs: bool, options: ToolOptions) -> list[BaseTool]:
    """The two tools for `apps`, which is asked for the lists once per tool call."""
    router = _Router(apps, options)
    return [
        ToolWithCallId(
            name=FIND_APPS,
            description=f"Find Alli apps by what they do. Tells each app's app_ref, which {RUN_APP} takes.",
            metadata={"alli": {"router": True}},
            args_schema=with_runtime(model_from_arguments((_QUERY,))),
            func=router.find,
            coroutine=router.afind,
            response_format="content_and_artifact",
        ),
        ToolWithCallId(
            name=RUN_APP,
            description=f"Run the Alli app of an app_ref that {FIND_APPS} told, and give its answer.",
            metadata={"alli": {"router": True}},
            args_schema=with_runtime(model_from_arguments((_APP_REF, MESSAGE, FREE_INPUTS)[: 3 if with_inputs else 2])),
            func=router.run,
            coroutine=router.arun,
            response_format="content_and_artifact",
        ),
    ]


class _Router:
    """The functions of the two tools."""

    def __init__(self, apps: AppTools, options: ToolOptions) -> None:
        self._apps = apps
        self._options = options
        # The tools last built, by name, and the lists they were built from: hundreds take a while to build.
        self._built: tuple[Lists, dict[str, AlliAppTool]] | None = None

    def find(self, /, *texts: str, query: str = "", runtime: Runtime = None) -> ToolOutput:
        """The apps that fit a query, as text."""
        try:
            CallContext.of(runtime)
            outcome = _found(texts[0] if texts else query, self._by_name(self._apps.lists()))
        except (AlliToolError, AlliError) as error:
            outcome = self._refused(error)
        return delivered(outcome, FIND_APPS)

    async def afind(self, /, *texts: str, query: str = "", runtime: Runtime = None) -> ToolOutput:
        """As `find`, awaited."""
        try:
            CallContext.of(runtime)
            outcome = _found(texts[0] if texts else query, self._by_name(await self._apps.alists()))
        except (AlliToolError, AlliError) as error:
            outcome = self._refused(error)
        return delivered(outcome, FIND_APPS)

    def run(
        self, /, app_ref: str, message: str, inputs: Sequence[NamedValue] = (), runtime: Runtime = None
    ) -> ToolOutput:
        """The answer of the app. Raises as the app's own tool does."""
        try:
            tool = _chosen(app_ref, self._by_name(self._apps.lists()))
            values = _values(tool, message, inputs)
        except (AlliToolError, AlliError) as error:
            return delivered(self._refused(error), RUN_APP)
        return delivered(tool.calls.outcome((), runtime, values), RUN_APP)

    async def arun(
        self, /, app_ref: str, message: str, inputs: Sequence[NamedValue] = (), runtime: Runtime = None
    ) -> ToolOutput:
        """As `run`, awaited."""
        try:
            tool = _chosen(app_ref, self._by_name(await self._apps.alists()))
            values = _values(tool, message, inputs)
        except (AlliToolError, AlliError) as error:
            return delivered(self._refused(error), RUN_APP)
        return delivered(await tool.calls.aoutcome((), runtime, values), RUN_APP)

    def _by_name(self, lists: Lists) -> Mapping[str, AlliAppTool]:
        built = self._built
        if built is None or built[0][0] is not lists[0] or built[0][1] is not lists[1]:
            built = self._built = lists, {tool.name: tool for tool in self._apps.build(lists)}
        return built[1]

    def _refused(self, error: AlliToolError | AlliError) -> Outcome:
        """The outcome for a call that came to no app; what the model can't act on is raised as it is."""
        if isinstance(error, AlliError) and (self._options.on_error != "return_all" or isinstance(error, ValueError)):
            raise error
        if current_tool_call_id.get() is None:
            raise error if isinstance(error, AlliToolError) else AlliToolError(str(error)) from error
        return refusal_outcome(str(error), type(error).__name__)


def _found(query: str, tools: Mapping[str, AlliAppTool]) -> Outcome:
    specs = [(ref, tool.calls.app) for ref, tool in tools.items()]
    chosen = best(query, [(spec.name, spec.description) for _, spec in specs], _MOST_FOUND)
    found = [specs[position] for position in chosen]
    if found:
        heading = f"{len(found)} of {len(specs)} apps:"
    else:
        found = specs[:_MOST_FOUND]
        heading = f"No app fits. The first {len(found)} of {len(specs)} apps:" if found else "There are no apps."
    lines = [f"- app_ref {ref}: {_line(spec, tools[ref])}" for ref, spec in found]
    return directory_outcome("\n".join([heading, *lines]), found)


def _line(spec: AppSpec, tool: AlliAppTool) -> str:
    named = [f"{argument.variable} ({argument.description})" for argument in tool.calls.arguments if argument.variable]
    inputs = f" Inputs: {'; '.join(named)}." if named else ""
    return cut(" ".join(spec.description.split()), _LONGEST_LINE) + inputs


def _chosen(app_ref: str, tools: Mapping[str, AlliAppTool]) -> AlliAppTool:
    tool = tools.get(app_ref)
    if tool is None:
        raise AlliToolError(f"There is no such app_ref among the {len(tools)} apps; take one that {FIND_APPS} tells.")
    return tool


def _values(tool: AlliAppTool, message: str, inputs: Sequence[NamedValue]) -> dict[str, object]:
    """The arguments of the app's own tool, checked as that tool checks them."""
    arguments = tool.calls.arguments
    keys = {argument.variable: argument.key for argument in arguments if argument.variable}
    values: dict[str, object] = {keys.get(pair.name, pair.name): pair.value for pair in inputs}
    if MESSAGE in arguments:
        values[MESSAGE.key] = message
    elif len(arguments) == 1 and arguments[0].kind != "pairs" and not values:
        values = {arguments[0].key: message}
    model = cast("type[BaseModel]", tool.args_schema)
    try:
        checked = model.model_validate(values)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        alone = "" if MESSAGE in arguments else " A message alone does not run it."
        raise AlliToolError(
            f'The app "{tool.calls.app.name}" takes the inputs {", ".join(keys) or "none"}; missing or wrong: {wrong}.'
            f"{alone}"
        ) from None
    return {key: getattr(checked, key) for key in values}
