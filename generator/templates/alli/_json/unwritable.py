"""Says which value of a body JSON can't hold, for errors. Names places, never values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from .loose_json import is_object

__all__ = ["unwritable_place"]

_LEVELS = 20
"""How deep to look; a body that holds itself has no end."""


def unwritable_place(body: object) -> str:
    """Where in `body` the first value is that can't be written, e.g. "inputs['text']"; "" where that can't be said more exactly.

    Of one that is nested too deeply, the place where that begins.
    """
    place, value = "", body
    beginning = ""
    for _ in range(_LEVELS):
        found = next(((key, item) for key, item in _items(value) if not _is_writable(item)), None)
        if found is None:
            return place
        key, value = found
        place = str(key) if not place and isinstance(key, str) else f"{place}[{key!r}]"
        beginning = beginning or place
    return beginning


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    if is_object(value):
        return value.items()
    return enumerate(cast("Sequence[Any]", value)) if isinstance(value, (list, tuple)) else ()


def _is_writable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        return False
    return True
