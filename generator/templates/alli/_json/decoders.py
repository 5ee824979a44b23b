"""From the JSON of an answer to the value that a method gives. What is another type than the method's is a TypeError."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from .loose_json import is_list, is_object

__all__ = ["ByStatus", "anything", "declared", "json_object", "list_of", "nothing", "object_of", "one_of"]

T = TypeVar("T")
U = TypeVar("U")


def anything(payload: Any) -> Any:
    """`payload` as it came, for answers whose form the document does not state."""
    return payload


def nothing(payload: Any) -> None:
    """For answers that are not read."""


def json_object(payload: Any) -> dict[str, Any]:
    """`payload`, if it is a JSON object."""
    if not is_object(payload):
        raise TypeError("not an object")
    return payload


def object_of(decode: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    """A decoder of JSON objects whose values `decode` reads."""

    def decode_all(payload: Any) -> dict[str, T]:
        return {name: decode(value) for name, value in json_object(payload).items()}

    return decode_all


def list_of(decode: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """A decoder of JSON arrays whose items `decode` reads."""

    def decode_all(payload: Any) -> list[T]:
        if not is_list(payload):
            raise TypeError("not a list")
        return [decode(item) for item in payload]

    return decode_all


def declared(*types: type[T], read: Callable[[Any], Any] = anything) -> Callable[[Any], T]:
    """A decoder of values that are one of these types once `read` has read them."""

    def decode(payload: Any) -> T:
        value = read(payload)
        # JSON has one kind of number, so that 3 and 3.0 are the same; Python has bool for a kind of int.
        if isinstance(value, float) and int in types and float not in types and value.is_integer():
            value = int(value)
        elif isinstance(value, int) and not isinstance(value, bool) and float in types and int not in types:
            value = float(value)
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise TypeError("of another type")
        return value

    return decode


def one_of(read: Callable[[Any], Any], *types: type[Any]) -> Callable[[Any], T]:  # pyright: ignore[reportInvalidTypeVarUse]
    """As `declared`, for a union: what T is, the caller says."""
    decode: Callable[[Any], T] = declared(*types, read=read)
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
        other: Any = self._other
        found: Callable[[Any], T | U] = other.of(status) if isinstance(other, ByStatus) else other
        return found
