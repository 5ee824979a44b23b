"""Reads one object of the vocabulary key by key, and notes all that is wrong with it, each mistake with its place."""

from __future__ import annotations

import keyword
from typing import Any

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath, Problem

__all__ = ["BlockReader"]


class BlockReader:
    """Reads one object.

    Args:
        raw: What stands where the object is expected.
        path: Where that is in the merged document.
        where: What it belongs to, for messages.

    Attributes:
        raw: The object; an empty one where there is none.
        problems: All that is wrong with it so far, and with the objects inside it that were read.
    """

    def __init__(self, raw: Any, path: JsonPath, where: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._where = where
        if not is_object(raw):
            self.problem("must be an object")
        self.raw: dict[str, Any] = raw if is_object(raw) else {}

    def problem(self, message: str, *keys: str | int) -> None:
        self.problems.append(Problem(f"{self._where}: x-alli-sdk: {message}", path=(*self._path, *keys)))

    def known(self, names: set[str], *, missing: tuple[str, ...] = ()) -> None:
        """Notes keys that are in no vocabulary, and those that must be there and aren't."""
        for key in sorted(self.raw.keys() - names):
            self.problem(
                f"unknown key '{key}'; nearest: '{nearest(key, names)}'; known: {', '.join(sorted(names))}", key
            )
        for key in missing:
            if key not in self.raw:
                self.problem(f"'{key}' is missing")

    def within(self, key: str) -> BlockReader | None:
        """A reader of the object at a key, whose problems are this one's too; None where there is none."""
        if self.raw.get(key) is None:
            return None
        inner = BlockReader(self.raw[key], (*self._path, key), f"{self._where}: {key}")
        self.problems += inner.problems
        inner.problems = self.problems
        return inner

    def text(self, key: str) -> str | None:
        value = self.raw.get(key)
        if value is not None and not isinstance(value, str):
            self.problem(f"{key} must be text", key)
            return None
        return value

    def needed(self, key: str) -> str:
        return self.text(key) or ""

    def flag(self, key: str, default: bool) -> bool:
        value = self.raw.get(key, default)
        if not isinstance(value, bool):
            self.problem(f"{key} must be true or false", key)
            return default
        return value

    def one_of(self, key: str, accepted: tuple[str, ...]) -> str | None:
        value = self.text(key)
        if value is not None and value not in accepted:
            self.problem(f"{key} must be one of {', '.join(accepted)}", key)
            return None
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value: object = self.raw.get(key)
        if value is None:
            return ()
        if not is_array(value) or not all(isinstance(item, str) for item in value):
            self.problem(f"{key} must be a list of names", key)
            return ()
        return tuple(value)

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """Text, or a list of names."""
        value = self.raw.get(key)
        return (value,) if isinstance(value, str) else self.names(key)

    def texts(self, key: str) -> dict[str, str]:
        value: object = self.raw.get(key)
        if value is None:
            return {}
        if not is_object(value) or not all(isinstance(item, str) for item in value.values()):
            self.problem(f"{key} must be an object of texts", key)
            return {}
        return value

    def identifier(self, value: object, *keys: str, reserved: frozenset[str] = frozenset()) -> str:
        if (
            not isinstance(value, str)
            or not value.isidentifier()
            or not value.isascii()
            or keyword.iskeyword(value)
            or value in reserved
        ):
            self.problem(f"{keys[-1]} must be a Python name that isn't taken, which {value!r} is not", *keys)
            return "invalid"
        return value
