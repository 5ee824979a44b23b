"""Any tool of `alli_tools` as LangChain's: what a call is given and what becomes of its outcome.

It also keeps what LangChain would work out again for each call of a tool, which is the larger part of what a call costs
beyond the request; scripts/bench has numbers.
"""

import inspect
from collections.abc import Callable, Mapping, Set
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self

from alli_tools import Outcome, Tool
from alli_tools.calls.driving import AWAITING, BLOCKING, Way, run_now
from alli_tools.calls.errors import CallRefusedError
from alli_tools.calls.outcomes import Shown, refusal_outcome
from langchain_core.tools import StructuredTool
from pydantic import BaseModel, PrivateAttr
from pydantic_core import to_jsonable_python

from langchain_alli.calls.delivery import ToolOutput, delivered
from langchain_alli.calls.graph_host import GraphHost
from langchain_alli.calls.interrupts import Interrupts
from langchain_alli.options import ToolOptions

from .injection import with_runtime
from .schema import model_of

__all__ = ["LangChainTool"]

_INJECTED = frozenset({"runtime", "run_manager", "callbacks"})


@dataclass(frozen=True, slots=True)
class _LangChainCall:
    """That LangChain has checked the arguments of this call, and the call's id; None for a bare `tool.invoke`."""

    tool_call_id: str | None


_current_call: ContextVar[_LangChainCall | None] = ContextVar("alli_langchain_call", default=None)
"""The call under way in this thread or task, which LangChain tells a tool, but not the tool's function. A function that
asks LangChain for the id by an injected argument refuses to run without one, so a bare invoke would fail."""


class _WantsNothing:
    """A function as LangChain looks at it on every call, to see whether it wants a config or callbacks; it wants neither.

    Of a method LangChain would make the signature and evaluate the annotations again each time, which is a tenth of
    what a call costs. Here both are ready.
    """

    __signature__ = inspect.Signature(
        [
            inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
            inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
        ]
    )

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__annotations__ = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)


def tool_fields(tool: Tool, options: ToolOptions) -> dict[str, Any]:
    """The fields of LangChain's tool for one of `alli_tools`."""

    def host() -> GraphHost:
        return GraphHost(None, options.channels)

    return {
        "name": tool.name,
        "description": tool.description,
        "metadata": getattr(tool, "metadata", None),
        "args_schema": with_runtime(model_of(tool.definition)),
        "func": tool.as_function(host),
        "coroutine": tool.as_async_function(host),
        "response_format": "content_and_artifact",
    }


class LangChainTool(StructuredTool):
    """A tool of `alli_tools` for LangChain.

    `func` and `coroutine` are the plain functions of `alli_tools`, for programs that take them from the tool; LangChain itself calls
    `invoke` and the like, which give content and artifact.
    """

    _tool: Tool = PrivateAttr()
    _options: ToolOptions = PrivateAttr()
    _interrupts: Interrupts | None = PrivateAttr(default=None)
    # What there is to know of the schema, and which schema that was: an application may set another.
    _known: "_Schema | None" = PrivateAttr(default=None)

    @classmethod
    def of(cls, tool: Tool, options: ToolOptions, interrupts: Interrupts | None = None, **fields: Any) -> Self:
        """The tool, with other fields of LangChain's tools, such as `return_direct`."""
        made = cls(**{**tool_fields(tool, options), **fields})
        made._tool, made._options, made._interrupts = tool, options, interrupts
        return made

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a tool holds clients with connections and is not pickled; make it where it is used")

    def __deepcopy__(self, memo: object = None) -> "LangChainTool":
        """A copy that shares the clients: connections are not copied."""
        return self.model_copy()

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """As every LangChain tool's `run`; notes the tool call's id for the call it makes."""
        token = _current_call.set(_LangChainCall(kwargs.get("tool_call_id")))
        try:
            return super().run(*args, **kwargs)
        finally:
            _current_call.reset(token)

    async def arun(self, *args: Any, **kwargs: Any) -> Any:
        """As every LangChain tool's `arun`; notes the tool call's id for the call it makes."""
        token = _current_call.set(_LangChainCall(kwargs.get("tool_call_id")))
        try:
            return await super().arun(*args, **kwargs)
        finally:
            _current_call.reset(token)

    @property
    def _run(self) -> Any:  # called as the method is  # pyright: ignore[reportIncompatibleMethodOverride]
        return _WantsNothing(self._call)

    @property
    def _arun(self) -> Any:  # as above  # pyright: ignore[reportIncompatibleMethodOverride]
        return _WantsNothing(self._acall)

    def _call(self, *texts: str, runtime: object = None, **values: object) -> ToolOutput:
        return run_now(self._output(BLOCKING, texts, runtime, values))

    async def _acall(self, *texts: str, runtime: object = None, **values: object) -> ToolOutput:
        return await self._output(AWAITING, texts, runtime, values)

    async def _output(
        self, way: Way, texts: tuple[str, ...], runtime: object, values: Mapping[str, object]
    ) -> ToolOutput:
        call = _current_call.get()
        checked, call_id = call is not None, call.tool_call_id if call is not None else None
        # `tool.invoke("text")`: LangChain gives the text as it is, for the first argument.
        named = dict(zip((one.key for one in self._tool.definition.arguments), texts, strict=False))
        try:
            host = GraphHost(runtime, self._options.channels, call_id)
            given: dict[str, object] = to_jsonable_python({**values, **named})
            outcome: Outcome
            if self._interrupts is not None:
                outcome = await self._interrupts.run(way, self._tool, given, host, checked=checked)
            else:
                outcome = await way.attempt(self._tool, given, host, checked=checked)
        except CallRefusedError as error:
            outcome = refusal_outcome(str(error), type(error).__name__, Shown(), cause=error)
        return delivered(outcome, self.name, call_id, self._options.on_error)

    def _parse_input(self, tool_input: str | dict[str, Any], tool_call_id: str | None) -> str | dict[str, Any]:
        schema = self._schema()
        if isinstance(tool_input, str):
            return super()._parse_input(tool_input, tool_call_id)
        # Models send null for an argument they leave out, strict modes make them.
        given = {name: value for name, value in tool_input.items() if value is not None or name not in schema.optional}
        if not schema.is_plain:
            parsed = super()._parse_input(given, tool_call_id)
            return {**parsed, "runtime": given.get("runtime")} if isinstance(parsed, dict) else parsed
        checked = schema.model.model_validate(given)
        return {name: getattr(checked, name) for name in schema.names}

    # What callbacks and traces must not see (tests/langchain_alli/test_tracing.py holds it).
    def _filter_injected_args(self, tool_input: dict[str, Any]) -> dict[str, Any]:
        injected = self._schema().injected
        return {key: value for key, value in tool_input.items() if key not in injected}

    def _schema(self) -> "_Schema":
        known = self._known
        if known is None or known.source is not self.args_schema:
            source = self.args_schema
            model = source if isinstance(source, type) and issubclass(source, BaseModel) else BaseModel
            names = dict.fromkeys(model.model_fields)
            injected = names.keys() - super()._filter_injected_args(names).keys()
            optional = frozenset(name for name, field in model.model_fields.items() if not field.is_required())
            known = self._known = _Schema(
                source, model, tuple(names), injected | _INJECTED, optional, injected == {"runtime"}
            )
        return known


@dataclass(frozen=True, slots=True)
class _Schema:
    """What the tool needs to know of its schema on each call.

    Attributes:
        source: the tool's `args_schema`.
        model: the same where it is a pydantic model, else one without fields.
        names: its fields.
        injected: keys of arguments that no model gives and no trace may show.
        optional: keys of arguments that may be left out.
        is_plain: whether LangChain fills one field only, the runtime.
    """

    source: object
    model: type[BaseModel]
    names: tuple[str, ...]
    injected: Set[str]
    optional: Set[str]
    is_plain: bool
