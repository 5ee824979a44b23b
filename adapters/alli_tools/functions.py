"""Tools as plain functions: with a signature, annotations and a docstring from which frameworks make their own schema.

A function takes its arguments by name or in their order, and gives text, also for a call that is not made because an
argument is missing: a model reads that and can do better.
"""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, cast

from .definition.tool_definition import ToolDefinition

__all__ = ["Described", "NamedValue", "async_function", "function"]

_TYPES: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "null": None}


# A dataclass is what all frameworks can make a closed schema of; a TypedDict some refuse before Python 3.12, an open dict
# the strict ones. Its docstring is in those schemas.
@dataclass(frozen=True, slots=True)
class NamedValue:
    """A name and its value."""

    name: str
    value: str


class Described(Protocol):
    """What a function is made from."""

    name: str
    description: str
    definition: ToolDefinition


def function(tool: Described, call: Callable[[Mapping[str, object]], str]) -> Callable[..., str]:
    """A function of the tool's arguments that hands them to `call`."""

    def run(*values: object, **named: object) -> str:
        return call(_arguments(tool, values, named))

    _dress(run, tool)
    return run


def async_function(
    tool: Described, call: Callable[[Mapping[str, object]], Awaitable[str]]
) -> Callable[..., Coroutine[Any, Any, str]]:
    """As `function`: a coroutine function."""

    async def run(*values: object, **named: object) -> str:
        return await call(_arguments(tool, values, named))

    _dress(run, tool)
    return run


def signature_of(definition: ToolDefinition) -> inspect.Signature:
    """The arguments as parameters, the required ones first; the others are None by default, which means not given."""
    properties: Mapping[str, Any] = definition.parameters["properties"]
    required = definition.parameters["required"]
    ordered = sorted(properties, key=lambda name: name not in required)
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=_annotation(properties[name]),
            default=inspect.Parameter.empty if name in required else None,
        )
        for name in ordered
    ]
    return inspect.Signature(parameters, return_annotation=str)


def _arguments(tool: Described, values: tuple[object, ...], named: Mapping[str, object]) -> dict[str, object]:
    names = list(signature_of(tool.definition).parameters) if values else []
    given = dict(zip(names, values, strict=False))
    if len(values) > len(names) or given.keys() & named.keys():
        raise TypeError(f"{tool.name} takes each of its {len(names)} arguments once: {', '.join(names)}")
    return {name: _as_json(value) for name, value in {**given, **named}.items()}


def _as_json(value: object) -> object:
    if isinstance(value, NamedValue):
        return asdict(value)
    return [_as_json(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def _dress(run: Any, tool: Described) -> None:
    signature = signature_of(tool.definition)
    run.__name__ = run.__qualname__ = tool.name
    run.__doc__ = _docstring(tool)
    run.__signature__ = signature
    run.__annotations__ = {name: one.annotation for name, one in signature.parameters.items()} | {"return": str}


def _docstring(tool: Described) -> str:
    """In Google's style, which most frameworks read."""
    properties: Mapping[str, Any] = tool.definition.parameters["properties"]
    lines = [f"    {name}: {' '.join(str(one.get('description', name)).split())}" for name, one in properties.items()]
    return "\n".join([tool.description, "", "Args:", *lines, "", "Returns:", "    The app's answer as text."])


def _annotation(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    options = schema.get("anyOf")
    if options:
        kinds = [_annotation(option) for option in options if option.get("type") != "null"]
        union = kinds[0]
        for kind in kinds[1:]:
            union |= kind
        return union | None if len(kinds) < len(options) else union
    kind = schema.get("type")
    if kind == "array":
        return list[_annotation(schema.get("items", {}))]  # type: ignore[misc]  # made at run time
    if kind == "object":
        return NamedValue if set(schema.get("properties", ())) == {"name", "value"} else dict[str, Any]
    return _TYPES.get(str(kind), Any)
