"""Which mutated specs can be one: a generation takes seconds, and cases that change different values need not each have their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.generator.mutation_changes import HARMLESS
from tests.generator.mutations import Case, Inputs, original

__all__ = ["groups"]

MOST = 12
"""Cases in a group: more would hide which of them is wrong."""

Path = tuple[object, ...]


def groups(cases: Iterable[Case]) -> list[list[Case]]:
    """All of the cases, those that change different values together; one that is refused, or changes what nobody lists, is alone."""
    found: list[tuple[list[Case], dict[Path, Any]]] = []
    before = values(original())
    for case in cases:
        if case.error or case.changes is HARMLESS:
            found.append(([case], {(): None}))
            continue
        inputs = original()
        case.change(inputs)
        new = dict(changed(before, values(inputs))) | methods(case)
        for group, taken in found:
            if len(group) < MOST and not any(clash(one, other) for one in new.items() for other in taken.items()):
                group.append(case)
                taken.update(new)
                break
        else:
            found.append(([case], new))
    return [group for group, _ in found]


def clash(one: tuple[Path, Any], other: tuple[Path, Any]) -> bool:
    """Whether one value is in the other; adding the same value at the same place is not a clash."""
    shared = min(len(one[0]), len(other[0]))
    return one[0][:shared] == other[0][:shared] and (one != other or one[1] is None)


def methods(case: Case) -> dict[Path, Any]:
    """What the case says of methods, and calls: a method that one breaks can't be called by another."""
    found: dict[Path, Any] = {}
    if case.signature is not None:
        found["method", f"client.{case.signature[0]}"] = "called"
    for name, _, breaking in case.changes:
        found["method", name.partition("(")[0]] = None if breaking else "called"
    return found


def changed(before: Any, after: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each value that is another one, new or gone, by its path."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from changed(before.get(key), after.get(key), (*path, key))
    else:
        yield path, after


def values(inputs: Inputs) -> dict[str, Any]:
    """What the inputs say, with parameters by their names and the overlay's actions by their targets; changes the inputs."""
    for item in inputs.spec["paths"].values():
        for operation in item.values():
            if "parameters" in operation:
                operation["parameters"] = {each.get("name", each.get("$ref")): each for each in operation["parameters"]}
    actions: dict[str, list[Any]] = {}
    for action in inputs.overlay["actions"]:
        actions.setdefault(action["target"], []).append(action)
    return {"spec": inputs.spec, "overlay": {**inputs.overlay, "actions": actions}}
