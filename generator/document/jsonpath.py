"""Overlay targets: JSONPath (RFC 9535), `$.paths['/apps'].*.parameters[?(@.name=='id')].schema`. One that isn't understood is an error."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import jsonpath
from jsonpath.exceptions import JSONPathError
from jsonpath.selectors import IndexSelector, NameSelector

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_object
from generator.document.problems import JsonPath

__all__ = ["TargetError", "action", "find", "nearest_target"]


class TargetError(ValueError):
    """A target that is not JSONPath."""


def find(data: Any, target: str) -> list[tuple[JsonPath, Any]]:
    """Every value a target selects, each with its path, in document order.

    Raises:
        TargetError: the target is not understood.
    """
    return _found(data, _compiled(target))


def nearest_target(data: Any, target: str) -> str:
    """The target with its first name that doesn't exist replaced by the most similar one that does; "" if there is none.

    What the target says behind that name is left out where it doesn't exist there either.
    """
    query = _compiled(target)
    nodes: list[tuple[JsonPath, Any]] = [((), data)]
    for place in range(len(query.segments)):
        found = _found(data, jsonpath.JSONPath(env=query.env, segments=query.segments[: place + 1]))
        if not found:
            names = {str(key): path for path, node in nodes for key in (node if is_object(node) else ())}
            steps = [_step(segment) for segment in query.segments[place:]]
            if not isinstance(steps[0], str) or not (best := nearest(steps[0], names)):
                return ""
            rest = [step for step in steps[1:] if step is not None]
            whole = _written((*names[best], best, *rest))
            return whole if find(data, whole) else _written((*names[best], best))
        nodes = found
    return ""


def action(path: JsonPath, *update: str) -> str:
    """An action of an overlay to be pasted: it updates one value, or removes it where no update is given."""
    change = f"update: {{{', '.join(update)}}}" if update else "remove: true"
    return f"{{target: {json.dumps(_written(path), ensure_ascii=False)}, {change}}}"


@lru_cache(maxsize=1000)
def _compiled(target: str) -> jsonpath.JSONPath:
    if not target.startswith("$"):
        raise TargetError(f"target must begin with $, as in $.paths['/apps'].get; this one is {target}")
    try:
        query = jsonpath.compile(target)
    except JSONPathError as error:
        raise TargetError(f"target {target} not understood: {error.args[0]}") from error
    if not isinstance(query, jsonpath.JSONPath):
        raise TargetError(f"target {target} not understood: it is several")
    return query


def _found(data: Any, query: jsonpath.JSONPath) -> list[tuple[JsonPath, Any]]:
    return [(match.parts, match.obj) for match in query.finditer(data)]


def _step(segment: Any) -> str | int | None:
    """The one key that a part of a target names."""
    match list(segment.selectors):
        case [NameSelector(name=name)]:
            return str(name)
        case [IndexSelector(index=index)]:
            return int(index)
        case _:
            return None


def _written(path: JsonPath) -> str:
    parts = [f".{key}" if str(key).isidentifier() else f"[{key!r}]" for key in path]
    return "".join(["$", *parts])
