"""Tells JSON that was cut off from JSON that is wrong, which the error of a parser does not."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["decoded_part", "is_cut"]

# What the end of a cut value can look like when the parser names another place than the end.
_CUT_TOKEN: Final = re.compile(r"(?:t(?:r|ru)?|f(?:a|al|als)?|n(?:u|ul)?|-|[,:{\[])?[ \t\r\n]*\Z")
_CUT_ESCAPE: Final = re.compile(r"\\u[0-9A-Fa-f]{0,3}\Z")


def decoded_part(region: bytes) -> tuple[str, bool]:
    """What can be decoded, and whether the rest is a character cut in the middle rather than wrong bytes."""
    try:
        return str(region, "utf-8"), False
    except UnicodeDecodeError as error:
        return str(region[: error.start], "utf-8"), error.reason == "unexpected end of data"


def is_cut(text: str, place: int, told: str = "") -> bool:
    """Whether text ends too early, rather than being wrong at `place`, where the parser gave up."""
    if told.startswith("Unterminated string"):
        return True
    if told.startswith("Invalid control character"):  # an LF inside a string: no JSON, whatever follows
        return False
    if _CUT_ESCAPE.search(text, max(0, place - 2)):
        return True
    return _CUT_TOKEN.match(text, place) is not None
