"""Values of an API answer as JSON that checkpointers and logs take and give back as it was.

JSON from the wire may hold more than that: half characters, numbers of any size, NaN, and lists in lists without end.
A checkpointer that meets one of them ends the run of the agent, after the app has run.
"""

from collections.abc import Mapping
from math import isfinite
from typing import cast

from .text import whole

__all__ = ["plain"]

_LARGEST = 2**63  # msgpack, as most databases, ends there
_DEEPEST = 64  # levels; readers of msgpack and JSON allow some hundreds
_TOO_DEEP = "(nested too deep)"


def plain(value: object, depth: int = 0) -> object:
    """`value` with the same JSON where it is JSON of that kind.

    A number that is too large or not finite becomes its text, what is nested too deep a note, and what is not JSON,
    such as an absent field, None.
    """
    if isinstance(value, str):
        return whole(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_LARGEST <= value < _LARGEST else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if depth >= _DEEPEST:
        return _TOO_DEEP
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in cast("list[object]", value)]
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {whole(str(key)): plain(item, depth + 1) for key, item in items}
    return None
