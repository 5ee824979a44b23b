"""What a crash reporter shows of an error."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

__all__ = ["KEY", "frames", "holding"]

KEY = "canarykey0123456789"
"""The API key of such tests. It is looked for also in objects that no reporter walks into."""


def frames(error: BaseException) -> Iterator[FrameType]:
    """Those of an error, its causes and contexts."""
    chain: list[BaseException | None] = [error]
    seen = set[int]()
    while chain:
        one = chain.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        chain += [one.__cause__, one.__context__]
        yield from (frame for frame, _ in traceback.walk_tb(one.__traceback__))


def collected(error: BaseException, *, whole: bool = False) -> dict[str, str]:
    """What a crash reporter shows of the frames that are not of tests, by frame and variable.

    Containers and the fields of records are walked into, as reporters do; with `whole`, the attributes of all objects, as none does.
    """
    found: dict[str, str] = {}
    for frame in frames(error):
        if "/tests/" not in frame.f_code.co_filename:
            for name, value in frame.f_locals.items():
                found[f"{frame.f_globals['__name__']}.{frame.f_code.co_name} {name}"] = "\n".join(
                    walked(value, 6, whole=whole)
                )
    return found


def walked(value: object, depth: int, *, whole: bool) -> Iterator[str]:
    yield repr(value)
    if depth and not isinstance(value, (str, bytes, int, float, type)):
        items: list[Any] = []
        if isinstance(value, dict):
            items = [*value, *value.values()]
        elif isinstance(value, (list, tuple, set, frozenset)):
            items = list(value)
        elif whole or hasattr(value, "__dataclass_fields__") or hasattr(value, "__attrs_attrs__"):
            items = [*getattr(value, "__dict__", {}).values()]
            items += [getattr(value, name, None) for name in getattr(type(value), "__slots__", ()) if name != "_reveal"]
        for item in items:
            yield from walked(item, depth - 1, whole=whole)


def holding(error: BaseException, secret: str) -> list[str]:
    """The frames and variables that show a secret."""
    return [where for where, shown in collected(error, whole=secret == KEY).items() if secret in shown]
