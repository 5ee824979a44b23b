"""From the JSON of an answer to what a method returns. A decoder raises TypeError for what the operation does not give. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from .loose_json import is_list, is_object

__all__ = ["ByStatus", "anything", "instance_of", "json_object", "list_of", "nothing"]

T = TypeVar("T")
U = TypeVar("U")


def anything(payload: Any) -> Any:
    """`payload` as it came, for answers whose form the document does not state."""
    return payload


def nothing(_: Any) -> None:
    """None, for answers without content."""


def json_object(payload: Any) -> dict[str, Any]:
    """`payload`, if it is a JSON object."""
    if not is_object(payload):
        raise TypeError("not an object")
    return payload


def list_of(decode: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """A decoder of JSON arrays whose items `decode` reads."""

    def decode_all(payload: Any) -> list[T]:
        if not is_list(payload):
            raise TypeError("not a list")
        return [decode(item) for item in payload]

    return decode_all


def instance_of(*types: type[T], read: Callable[[Any], Any] = anything) -> Callable[[Any], T]:
    """A decoder that gives what `read` makes of the JSON, if that is one of `types`; a bool is not a number."""

    def decode(payload: Any) -> T:
        value = read(payload)
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise TypeError(f"not of type {' or '.join(each.__name__ for each in types)}")
        return value

    return decode


class ByStatus(Generic[T, U]):
    """A decoder for an operation that answers one status in another form.

    Args:
        status: that status.
        decode: reads its answers.
        other: reads those of all other statuses; may be a ByStatus as well.
    """

    def __init__(self, status: int, decode: Callable[[Any], T], other: Callable[[Any], U]) -> None:
        self._status = status
        self._decode = decode
        self._other = other

    def __call__(self, payload: Any) -> T | U:
        return self._other(payload)

    def of(self, status: int) -> Callable[[Any], T | U]:
        """The decoder for the answers with a status."""
        if status == self._status:
            return self._decode
        return self._other.of(status) if isinstance(self._other, ByStatus) else self._other
