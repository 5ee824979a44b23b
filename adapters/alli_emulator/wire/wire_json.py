"""JSON as the wire knows it: what `json` of the standard library takes and gives beyond that is kept out."""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.responses import JSONResponse

__all__ = ["WireResponse", "dumps", "loads"]


def loads(source: bytes | str) -> Any:
    """The value in `source`.

    Raises:
        ValueError: it is not JSON. NaN and infinities, also as a number that is too large, and values nested deeper
            than can be read count as that: an answer that holds such a value again could not be sent.
    """
    try:
        return json.loads(source, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dumps(value: object) -> bytes:
    """`value` in UTF-8 without spaces. Half a surrogate pair, which UTF-8 can't hold, becomes its JSON escape."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


class WireResponse(JSONResponse):
    """An answer that is JSON."""

    def render(self, content: object) -> bytes:
        """The body."""
        return dumps(content)


def _no_number(_name: str) -> float:
    raise ValueError("NaN and infinities are not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
