"""Where in the body of an answer the value is: some operations wrap it, and not always the same way."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from .loose_json import is_list, is_object

__all__ = ["Peel", "reached", "unwrapped"]

Peel: TypeAlias = Literal["alone", "always"]
"""When `{"result": …}` is taken off a value that has no such field: where nothing else stands beside it, or always."""

_RESULT: Final = "result"
_NOT_THERE: Final = object()


def unwrapped(body: object, paths: tuple[str, ...], peel: Peel | None) -> object:
    """The value of an answer.

    Args:
        body: parsed JSON.
        paths: where the value is, tried in turn: keys joined by dots; `[].` before them for those of each item of a list, `[0].` for
            those of the first, which is `[0]`. The whole body where none leads anywhere.
        peel: None where `result` is a field of the value itself.
    """
    for inner in (body, _only_item(body), _peeled(body, "always") if peel else body):
        for path in paths:
            value = _reached(inner, path)
            if value is not _NOT_THERE:
                return value
    if peel == "alone":
        body = _only_item(body)
    return _peeled(body, peel) if peel else body


def reached(value: object, path: str) -> object:
    """What is at a path; None where it leads nowhere."""
    found = _reached(value, path)
    return None if found is _NOT_THERE else found


def _peeled(body: object, peel: Peel) -> object:
    if not is_object(body) or _RESULT not in body:
        return body
    alone = not any(value for key, value in body.items() if key != _RESULT)
    return body[_RESULT] if alone or peel == "always" else body


def _only_item(body: object) -> object:
    """The one object of a list."""
    return body[0] if is_list(body) and len(body) == 1 and is_object(body[0]) else body


def _reached(value: object, path: str) -> object:
    if path.startswith("[]."):
        found = [_reached(item, path[3:]) for item in value] if is_list(value) else [_NOT_THERE]
        return _NOT_THERE if _NOT_THERE in found else found
    if path.startswith("[0]"):
        first = value[0] if is_list(value) and value else _NOT_THERE
        return _reached(first, path[4:]) if path[4:] else first
    for key in path.split("."):
        if not is_object(value) or key not in value:
            return _NOT_THERE
        value = value[key]
    return value
