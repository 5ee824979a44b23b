"""What a service repeats in an error of what it was sent, masked: the key, and texts of the user.

An error's text goes to logs, crash reporters and traces. `.body` keeps what the service said of the user's texts; the key is masked there,
too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .._json.error_details import ErrorDetails
from .._json.loose_json import is_list, is_object
from .keys import HiddenKey

__all__ = ["Mask"]

MASK = "***"
SHORTEST = 4
"""Characters of the shortest text of the user that is masked: shorter ones stand in any message. In other scripts a name may have 2."""
RUN = 12
"""Characters in a row that a message must share with a text of the user to count as a quotation of it."""

LOOKED_AT = 64 * 1024
"""Bytes of a file that are looked at for quotations, from its beginning. To make text of a large one takes seconds."""

LEVELS = 100
"""What is nested deeper in an error's body is masked whole: neither it nor a pickle of the error could be looked through."""


class Mask:
    """Masks the key and the texts of one request.

    Args:
        key: None while there is none yet.
        request: what the raw package's request builder gave.
        identity: gives who the request is made for, as it was given and as it was sent. Asked for an error only.
    """

    def __init__(
        self, key: HiddenKey | None, request: Mapping[str, Any], identity: Callable[[], tuple[str, ...]]
    ) -> None:
        self._key = key
        self._request = request
        self._identity = identity

    def details(self, details: ErrorDetails) -> ErrorDetails:
        """An error as the service reported it, without what it repeats."""
        name = details.name and self._message(details.name)
        return ErrorDetails(self._message(details.message), details.code, name)

    def key_in(self, value: Any) -> Any:
        """JSON, text or bytes without the key."""
        secret = self._key() if self._key is not None else ""
        return _without(value, secret) if len(secret) >= SHORTEST else value

    def _message(self, message: str) -> str:
        message = self.key_in(message)
        texts = sorted(self._texts(), key=len, reverse=True)
        for text in texts:
            if text in message:
                message = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", MASK, message)
        return _without_quotations(message, texts)

    def _texts(self) -> set[str]:
        names = set[str]()
        texts = set(self._identity())
        for part in ("json", "params", "data"):
            texts.update(_strings(self._request.get(part), names))
        for name, part in self._request.get("files") or ():
            names.add(name)
            file_name, content = part[:2]
            if isinstance(content, bytes):
                texts.update(_strings(_parsed(content if file_name is None else content[:LOOKED_AT]), names))
        return {text for text in texts - names if len(text) >= (SHORTEST if text.isascii() else 2)}


def _strings(value: object, names: set[str]) -> Iterator[str]:
    """The texts in JSON, whose field names are added to `names`."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.strip():
                yield one.strip()
        elif is_object(one):
            names.update(one)
            waiting += [item for name, item in one.items() if name != "conversationId"]
        elif is_list(one):
            waiting += one


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")


def _without_quotations(message: str, texts: list[str]) -> str:
    quoted = [False] * len(message)
    for text in texts:
        if len(text) < RUN:
            break
        for start in range(len(message) - RUN + 1):
            if message[start : start + RUN] in text:
                quoted[start : start + RUN] = [True] * RUN
    parts = [
        MASK if is_quoted and not (index and quoted[index - 1]) else "" if is_quoted else character
        for index, (character, is_quoted) in enumerate(zip(message, quoted, strict=True))
    ]
    return "".join(parts)


def _without(value: Any, secret: str, levels: int = LEVELS) -> Any:
    if isinstance(value, str):
        return value.replace(secret, MASK)
    if isinstance(value, bytes):
        return type(value)(value.replace(secret.encode(), MASK.encode()))  # also where repr() hides it
    if not levels and (is_object(value) or is_list(value)):
        return MASK
    if is_object(value):
        return {_without(name, secret): _without(item, secret, levels - 1) for name, item in value.items()}
    return [_without(item, secret, levels - 1) for item in value] if is_list(value) else value
