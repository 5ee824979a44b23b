"""Whether one type takes in more or fewer values than another."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model.types import NULL, Anything, Enum, ListOf, Literals, ObjectOf, Scalar, Type, options

__all__ = ["compare_types"]


def compare_types(before: Type, after: Type) -> str:
    """How a type changed: "wider", "narrower", "another", or "" where it takes in the same values."""
    old, new = options(before), options(after)
    fits, was_wider = _within(old, new), _within(new, old)
    if fits and was_wider:
        return ""
    return "wider" if fits else "narrower" if was_wider else "another"


def _within(some: Iterable[Type], others: Iterable[Type]) -> bool:
    return all(any(_is_a(one, other) for other in others) for one in some)


def _is_a(one: Type, other: Type) -> bool:
    match one, other:
        case _, Anything():
            return True
        case Scalar("int"), Scalar("float"):
            return True
        case Enum(base=base), _:
            # The values an enum lists are open: its type is that of any text, or any number.
            return _is_a(Scalar(base), other)
        case _, Enum(base=base):
            return _is_a(one, Scalar(base))
        case Literals(some), Literals(others):
            return set(some) <= set(others)
        case Literals(values), _:
            return all(_is_a(_scalar(value), other) for value in values)
        case (ListOf(a), ListOf(b)) | (ObjectOf(a), ObjectOf(b)):
            return _within(options(a), options(b))
        case _:
            return one == other


def _scalar(value: str | int | float | bool | None) -> Scalar:
    match value:
        case None:
            return NULL
        case bool():
            return Scalar("bool")
        case int():
            return Scalar("int")
        case float():
            return Scalar("float")
        case str():
            return Scalar("str")
