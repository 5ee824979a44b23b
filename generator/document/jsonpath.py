"""The part of JSONPath that overlay targets need: `$.paths['/apps'].*.parameters[?(@.name=='id')].schema`.

Written here because no JSONPath library is among the dependencies, and because a target that is not understood, or
matches nothing, must be an error that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath

__all__ = ["TargetError", "find", "nearest_target"]


class TargetError(ValueError):
    """A target that is not written in the part of JSONPath described here."""


@dataclass(frozen=True)
class _Equals:
    """`[?(@.key == 'text')]`: the items whose value at `key` is that text."""

    key: str
    value: str


class _Wildcard:
    """`*`: every value of an object or array."""


_Step: TypeAlias = str | int | _Equals | _Wildcard

# In order: .name and .* | ['any text'] and ["any text"] | [*] | [0] | [?(@.name=='text')], parentheses optional.
_STEP = re.compile(
    r"""
      \. (?P<name> \* | [^\W\d] [\w-]* )
    | \[ \s* (?P<quoted> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" ) \s* \]
    | \[ \s* (?P<star> \* ) \s* \]
    | \[ \s* (?P<index> \d+ ) \s* \]
    | \[ \s* \? \s* (?P<open> \( )? \s* @\.(?P<key> [\w-]+ ) \s* == \s*
         (?P<value> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" ) \s* (?(open) \) ) \s* \]
    """,
    re.VERBOSE,
)


def find(data: Any, target: str) -> list[tuple[JsonPath, Any]]:
    """Every value a target selects, each with its path, in document order.

    Raises:
        TargetError: the target is not understood.
    """
    found: list[tuple[JsonPath, Any]] = [((), data)]
    for step in _parse(target):
        found = [((*path, key), value) for path, node in found for key, value in _children(node, step)]
    return found


def nearest_target(data: Any, target: str) -> str:
    """The target with its first name that doesn't exist replaced by the most similar one that does; "" if there is none.

    What the target says behind that name is left out where it doesn't exist there either.
    """
    nodes: list[tuple[JsonPath, Any]] = [((), data)]
    steps = _parse(target)
    for place, step in enumerate(steps):
        found = [((*path, key), value) for path, node in nodes for key, value in _children(node, step)]
        if not found:
            names = {str(key): path for path, node in nodes for key in (node if is_object(node) else ())}
            if not isinstance(step, str) or not (best := nearest(step, names)):
                return ""
            rest = [key for key in steps[place + 1 :] if isinstance(key, (str, int))]
            whole = _written((*names[best], best, *rest))
            return whole if find(data, whole) else _written((*names[best], best))
        nodes = found
    return ""


def _written(path: JsonPath) -> str:
    parts = ["$"]
    for key in path:
        if isinstance(key, int):
            parts.append(f"[{key}]")
        elif re.fullmatch(r"[^\W\d][\w-]*", key):
            parts.append(f".{key}")
        else:
            quoted = key.replace("\\", "\\\\").replace("'", "\\'")
            parts.append(f"['{quoted}']")
    return "".join(parts)


def _parse(target: str) -> list[_Step]:
    if not target.startswith("$"):
        raise TargetError(f"target must begin with $, as in $.paths['/apps'].get; this one is {target}")
    steps: list[_Step] = []
    at = 1
    while at < len(target):
        match = _STEP.match(target, at)
        if match is None:
            raise TargetError(
                f"target not understood from {target[at:]!r} on; accepted are .name, ['name'], [0], *, "
                "and [?(@.name=='text')]"
            )
        steps.append(_step(match))
        at = match.end()
    return steps


def _step(match: re.Match[str]) -> _Step:
    if match["star"] or match["name"] == "*":
        return _Wildcard()
    if match["index"]:
        return int(match["index"])
    if match["key"]:
        return _Equals(match["key"], _unquote(match["value"]))
    return match["name"] or _unquote(match["quoted"])


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _children(node: Any, step: _Step) -> Iterator[tuple[str | int, Any]]:
    items: list[tuple[str | int, Any]] = []
    if is_object(node):
        items = list(node.items())
    elif is_array(node):
        items = list(enumerate(node))
    for key, value in items:
        if isinstance(step, _Wildcard):
            yield key, value
        elif isinstance(step, _Equals):
            if is_object(value) and value.get(step.key) == step.value:
                yield key, value
        elif key == step and type(key) is type(step):
            yield key, value
