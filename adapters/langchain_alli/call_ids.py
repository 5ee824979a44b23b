"""The id of the tool call under way, which LangChain hands to a tool, but not to the tool's function."""

from contextvars import ContextVar
from typing import Any

from langchain_core.tools import StructuredTool

__all__ = ["ToolWithCallId", "current_tool_call_id"]

_INJECTED = frozenset({"runtime", "run_manager", "callbacks"})

current_tool_call_id: ContextVar[str | None] = ContextVar("alli_tool_call_id", default=None)
"""The id of the tool call under way in this thread or task; None for a bare `tool.invoke`. A function that asks
LangChain for it by an injected argument refuses to run without one, so a bare invoke would fail."""


class ToolWithCallId(StructuredTool):
    """A tool that has both a function and a coroutine, which find the id of their call in `current_tool_call_id`."""

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

    # LangChain evaluates the annotations of these two on every call, to see whether they want a config or callbacks.
    # The functions here want neither, and a plain signature halves what LangChain itself takes for a call.

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        if self.func is None:
            raise NotImplementedError(f"{self.name} has no function; make it with one")
        return self.func(*args, **kwargs)

    async def _arun(self, *args: Any, **kwargs: Any) -> Any:
        if self.coroutine is None:
            raise NotImplementedError(f"{self.name} has no coroutine; make it with one")
        return await self.coroutine(*args, **kwargs)

    # What callbacks and traces must not see. LangChain finds it out anew for each call, from the model's annotations;
    # here it is always the same (tests/langchain_alli/test_tracing.py holds it).
    def _filter_injected_args(self, tool_input: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in tool_input.items() if key not in _INJECTED}
