"""The id of the tool call under way, which LangChain hands to a tool, but not to the tool's function.

And what LangChain finds out anew for each call of a tool, although it is always the same. That is the larger part of
what a call costs beyond the request; scripts/bench has numbers.
"""

import inspect
from collections.abc import Callable, Set
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import StructuredTool
from pydantic import BaseModel, PrivateAttr

__all__ = ["ToolWithCallId", "current_tool_call_id"]

_INJECTED = frozenset({"runtime", "run_manager", "callbacks"})

current_tool_call_id: ContextVar[str | None] = ContextVar("alli_tool_call_id", default=None)
"""The id of the tool call under way in this thread or task; None for a bare `tool.invoke`. A function that asks
LangChain for it by an injected argument refuses to run without one, so a bare invoke would fail."""


class _WantsNothing:
    """A function as LangChain looks at it on every call, to see whether it wants a config or callbacks; it wants neither.

    Of a method LangChain would make the signature and evaluate the annotations anew each time, which is a tenth of
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

    @property
    def _run(self) -> Any:  # called as the method is  # pyright: ignore[reportIncompatibleMethodOverride]
        return _WantsNothing(self._call)

    @property
    def _arun(self) -> Any:  # as above  # pyright: ignore[reportIncompatibleMethodOverride]
        return _WantsNothing(self._acall)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        if self.func is None:
            raise NotImplementedError(f"{self.name} has no function; make it with one")
        return self.func(*args, **kwargs)

    async def _acall(self, *args: Any, **kwargs: Any) -> Any:
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
