"""Finds the one JSON value in the text of an answer. Models write it bare, in a fenced block, or among words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..errors import AnswerFormatError

__all__ = ["find_value"]

# As in CommonMark: a fence of three or more backticks or tildes, closed by one at least as long.
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)^[ \t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_BEGINNING = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder()


def find_value(text: str) -> Any:
    """The value: of the whole text, else of one fenced block, else the one object, else the one array among other words.

    Raises:
        AnswerFormatError: there is none, or more than one.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    fenced = list(_values(match[2] for match in _FENCED.finditer(text)))
    if fenced:
        return _only(fenced, "fenced blocks of JSON")
    found = list(_embedded(text))
    objects: list[Any] = [value for value in found if isinstance(value, dict)]
    if objects:
        return _only(objects, "JSON objects")
    # Words in brackets, such as the [1] of a citation, are arrays to JSON, so an array counts where there is no object.
    return _only(found, "JSON arrays")


def _only(values: list[Any], what: str) -> Any:
    if len(values) == 1:
        return values[0]
    if not values:
        raise AnswerFormatError("the answer holds no JSON value")
    raise AnswerFormatError(f"the answer holds {len(values)} {what}, so that it is not clear which is meant")


def _values(texts: Iterator[str]) -> Iterator[Any]:
    for text in texts:
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            continue


def _embedded(text: str) -> Iterator[Any]:
    """The objects and arrays in a text, without those inside others."""
    place = 0
    while match := _BEGINNING.search(text, place):
        try:
            value, place = _DECODER.raw_decode(text, match.start())
        except RecursionError:
            return  # to try at each of so many brackets would take for ever
        except ValueError:
            place = match.start() + 1
        else:
            yield value
