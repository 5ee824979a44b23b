"""Whether one type, as code, takes in more or fewer values than another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

__all__ = ["compare_types", "members"]


def compare_types(
    before: str,
    after: str,
    left_out_before: AbstractSet[str] = frozenset(),
    left_out_after: AbstractSet[str] = frozenset(),
) -> str:
    """How a type changed: "wider", "narrower", "another", or "" where it takes in the same values.

    Args:
        before: The old type.
        after: The new one.
        left_out_before: Members of the old union that are no matter here.
        left_out_after: The same of the new one.
    """
    old, new = members(before) - left_out_before, members(after) - left_out_after
    fits, was_wider = _within(old, new), _within(new, old)
    if fits and was_wider:
        return ""
    return "wider" if fits else "narrower" if was_wider else "another"


def members(annotation: str) -> frozenset[str]:
    """The types of a union; a `|` inside brackets is part of its member."""
    return frozenset(_split(annotation, "|"))


def _within(some: AbstractSet[str], others: AbstractSet[str]) -> bool:
    return all(any(_is_a(one, other) for other in others) for one in some)


def _is_a(one: str, other: str) -> bool:
    if other in (one, "Any") or (one, other) == ("int", "float"):
        return True
    if one.startswith("Literal["):
        return (
            _is_listed(one, other) if other.startswith("Literal[") else _within(frozenset(_literal_types(one)), {other})
        )
    (head, inner), (other_head, other_inner) = _generic(one), _generic(other)
    if not inner or head != other_head or len(inner) != len(other_inner):
        return False
    return all(_within(members(a), members(b)) for a, b in zip(inner, other_inner, strict=True))


def _is_listed(one: str, other: str) -> bool:
    """Whether each value of a Literal is one of another's."""
    return set(_generic(one)[1]) <= set(_generic(other)[1])


def _literal_types(code: str) -> Iterator[str]:
    """Types of the values of a Literal."""
    return (type(value).__name__ for value in ast.literal_eval(f"[{code.removeprefix('Literal[')}"))


def _generic(code: str) -> tuple[str, list[str]]:
    head, bracket, rest = code.partition("[")
    return head, _split(rest.removesuffix("]"), ",") if bracket else []


def _split(code: str, separator: str) -> list[str]:
    """At each separator that is in no brackets."""
    parts, depth = [""], 0
    for character in code:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
