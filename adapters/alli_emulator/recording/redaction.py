"""What a recording must not show: the API key, and on request ids and e-mail addresses.

Ids and addresses get stand-ins, the same one for the same text, so that a replay still fits together: the id in a list's
answer is the id in the path of the next request.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from alli_emulator.apps.ids import make_id
from alli_emulator.recording.cassette import RecordedAnswer, RecordedExchange, RecordedRequest

__all__ = ["REPLACED_KEY", "Redaction"]

REPLACED_KEY = "<API-KEY>"

# Base64 of ASCII text holds no slash, so that a slash ends an id in a path.
_ID = re.compile(r"(?<![A-Za-z0-9+])[A-Za-z0-9+]{20,}={0,2}(?![A-Za-z0-9+=])")
_RAW_ID = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{24}(?![0-9A-Za-z])")
_DECODED_ID = re.compile(r"([A-Za-z]\w*):([0-9a-f]{24})")
_SHORTEST_WORD = 4
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Redaction:
    """Replaces in all that is kept of an exchange. One object for a whole recording: it remembers its stand-ins.

    Args:
        ids: whether ids get stand-ins: the service's own, and those of users (OWN-USER-ID).
        emails: whether e-mail addresses do.
    """

    def __init__(self, *, ids: bool = False, emails: bool = False) -> None:
        self._ids = ids
        self._emails = emails
        # Mutable: the keys, longest first, as one may be the beginning of another; and the stand-ins so far.
        self._keys: list[str] = []
        self._raw_ids: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._addresses: dict[str, str] = {}

    def add_key(self, key: str) -> None:
        """Replaces this API key from now on, also as it stands in a JSON string."""
        forms = {form for form in (key, json.dumps(key)[1:-1]) if form}
        self._keys = sorted(forms | set(self._keys), key=len, reverse=True)

    def exchange(self, exchange: RecordedExchange) -> RecordedExchange:
        """The exchange as it may be kept."""
        return replace(exchange, request=self._request(exchange.request), answer=self._answer(exchange.answer))

    def text(self, text: str) -> str:
        """A text as it may be kept."""
        for key in self._keys:
            text = text.replace(key, REPLACED_KEY)
        if self._ids:
            text = _ID.sub(lambda found: self._id(found[0]), text)
            text = _RAW_ID.sub(lambda found: self._raw_id(found[0]), text)
            text = self._without_users(text)
        if self._emails:
            text = _EMAIL.sub(lambda found: self._address(found[0]), text)
        return text

    def _without_users(self, text: str) -> str:
        """All at once: the stand-in for one user may be the id of another."""
        forms = [
            # A short one, such as "7", is an id only where it is a whole string.
            rf"(?<!\w){re.escape(user)}(?!\w)" if len(user) >= _SHORTEST_WORD else f'(?<="){re.escape(user)}(?=")'
            for user in sorted(self._users, key=len, reverse=True)
        ]
        return re.sub("|".join(forms), lambda found: self._users[found[0]], text) if forms else text

    def _request(self, request: RecordedRequest) -> RecordedRequest:
        user = request.user_id
        if user is not None and self._ids:
            self._users.setdefault(user, f"user-{len(self._users) + 1}")
        return replace(
            request,
            path=self.text(request.path),
            query=[[name, self._value(value)] for name, value in request.query],
            user_id=self._value(user),
            json=self._in_json(request.json),
            text=None if request.text is None else self.text(request.text),
            parts=[{name: self._value(value) for name, value in part.items()} for part in request.parts],
        )

    def _value(self, value: Any) -> Any:
        """A value that stands alone: a user's id is replaced where it is all of it."""
        return self._users.get(value) or self.text(value) if isinstance(value, str) else value

    def _in_json(self, value: Any) -> Any:
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            return {self.text(name): self._in_json(one) for name, one in fields.items()}
        if isinstance(value, list):
            return [self._in_json(one) for one in cast("list[object]", value)]
        return self._value(value)

    def _answer(self, answer: RecordedAnswer) -> RecordedAnswer:
        headers = {name: self._value(value) for name, value in answer.headers.items()}
        return replace(answer, headers=headers, chunks=self._chunks(answer.chunks))

    def _chunks(self, chunks: Iterable[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
        """The pieces of a body. What is replaced may lie across two: they are replaced as one, and cut again.

        A stand-in may have another length than what it stands for, so that the pieces are cut at the ends of lines where
        both bodies have as many lines, and else stay one piece in the place of the first.
        """
        pieces = list(chunks)
        # Latin-1 takes any byte for one character, and all patterns are ASCII; a user's id of other letters is not.
        whole = b"".join(data for _, data in pieces)
        try:
            changed = self.text(whole.decode()).encode()
        except UnicodeDecodeError:
            changed = self.text(whole.decode("latin-1")).encode("latin-1", "replace")
        if changed == whole:
            return pieces
        if whole.count(b"\n") != changed.count(b"\n"):
            return [(sum(pause for pause, _ in pieces), changed)]
        return _cut_alike(pieces, whole, changed)

    def _id(self, text: str) -> str:
        try:
            decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            return text
        found = _DECODED_ID.fullmatch(decoded)
        if found is None:
            return text
        stand_in = make_id(found[1], self._raw_id(found[2]))
        return stand_in if text.endswith("=") or not stand_in.endswith("=") else stand_in.rstrip("=")

    def _raw_id(self, digits: str) -> str:
        if digits in self._raw_ids.values():
            return digits
        return self._raw_ids.setdefault(digits, f"{len(self._raw_ids) + 1:024x}")

    def _address(self, address: str) -> str:
        if address in self._addresses.values():
            return address
        return self._addresses.setdefault(address, f"person{len(self._addresses) + 1}@example.com")


def _cut_alike(pieces: list[tuple[float, bytes]], whole: bytes, changed: bytes) -> list[tuple[float, bytes]]:
    """Cuts `changed` in the lines where `whole` is cut, as far into the line as the line allows."""
    lines, new_lines = whole.split(b"\n"), changed.split(b"\n")
    starts, new_starts = _starts(lines), _starts(new_lines)
    cut_pieces: list[tuple[float, bytes]] = []
    end = new_end = line = 0
    for index, (pause, data) in enumerate(pieces):
        end += len(data)
        while line + 1 < len(starts) and starts[line + 1] <= end:
            line += 1
        into = end - starts[line]
        # A line that was not changed is cut where it was; one that was is left whole in the piece that ends it.
        is_same = lines[line] == new_lines[line]
        stop = new_starts[line] + (into if is_same else 0)
        if index == len(pieces) - 1:
            stop = len(changed)
        cut_pieces.append((pause, changed[new_end:stop]))
        new_end = stop
    return cut_pieces


def _starts(lines: list[bytes]) -> list[int]:
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts
