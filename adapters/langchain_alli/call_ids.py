"""The id of the tool call under way, which LangChain hands to a tool, but not to the tool's function.

And what LangChain finds out anew for each call of a tool, although it is always the same. That is the larger part of
what a call costs beyond the request; scripts/bench has numbers.
"""

import inspect
from collections.abc import Callable, Set
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from langchain_core.tools import StructuredTool
from pydantic import BaseModel, PrivateAttr

__all__ = ["ToolWithCallId", "current_tool_call_id"]

_Method = TypeVar("_Method", bound=Callable[..., Any])

_INJECTED = frozenset({"runtime", "run_manager", "callbacks"})

current_tool_call_id: ContextVar[str | None] = ContextVar("alli_tool_call_id", default=None)
"""The id of the tool call under way in this thread or task; None for a bare `tool.invoke`. A function that asks
LangChain for it by an injected argument refuses to run without one, so a bare invoke would fail."""


def _asks_for_nothing(method: _Method) -> _Method:
    """The method, with its signature ready and its annotations gone.

    LangChain takes the signature and evaluates the annotations on every call, to see whether the method wants a config
    or callbacks. These want neither.
    """
    anything = [inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)]
    anything += [inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)]
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    method.__dict__["__signature__"] = inspect.Signature([itself, *anything])
    method.__annotations__ = {}
    return method


class ToolWithCallId(StructuredTool):
    """A tool that has both a function and a coroutine, which find the id of their call in `current_tool_call_id`."""

    # What there is to know of the schema, and which schema that was: an application may set another.
    _known: "_Schema | None" = PrivateAttr(default=None)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a tool holds clients with connections and is not pickled; make it where it is used")

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """As every LangChain tool's `run`; notes the tool call's id for the call it makes."""
        token = current_tool_call_id.set(kwargs.get("tool_call_id"))
        try:
            return super().run(*args, **kwargs)
        finally:
            current_tool_call_id.reset(token)

    async def arun(self, *args: Any, **kwargs: Any) -> Any:
        """As every LangChain tool's `arun`; notes the tool call's id for the call it makes."""
        token = current_tool_call_id.set(kwargs.get("tool_call_id"))
        try:
            return await super().arun(*args, **kwargs)
        finally:
            current_tool_call_id.reset(token)

    @_asks_for_nothing
    def _run(self, *args: Any, **kwargs: Any) -> Any:
        if self.func is None:
            raise NotImplementedError(f"{self.name} has no function; make it with one")
        return self.func(*args, **kwargs)

    @_asks_for_nothing
    async def _arun(self, *args: Any, **kwargs: Any) -> Any:
        if self.coroutine is None:
            raise NotImplementedError(f"{self.name} has no coroutine; make it with one")
        return await self.coroutine(*args, **kwargs)

    def _parse_input(self, tool_input: str | dict[str, Any], tool_call_id: str | None) -> str | dict[str, Any]:
        schema = self._schema()
        if isinstance(tool_input, str) or not schema.is_plain:
            return super()._parse_input(tool_input, tool_call_id)
        checked = schema.model.model_validate(tool_input)
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
            known = self._known = _Schema(source, model, tuple(names), injected | _INJECTED, injected == {"runtime"})
        return known


@dataclass(frozen=True, slots=True)
class _Schema:
    """Attributes:
    source: the tool's `args_schema`.
    model: the same where it is a pydantic model, else one without fields.
    names: its fields.
    injected: keys of arguments that no model gives and no trace may show.
    is_plain: is the runtime, which the functions here take, the one field that LangChain is to fill?
    """

    source: object
    model: type[BaseModel]
    names: tuple[str, ...]
    injected: Set[str]
    is_plain: bool
