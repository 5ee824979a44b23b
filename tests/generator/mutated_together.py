"""Which mutated specs can be one: a generation takes seconds, and cases that touch different places need not each have their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.generator.mutation_changes import HARMLESS
from tests.generator.mutations import Case, Inputs, original

__all__ = ["groups"]

MOST = 6
"""Cases in a group: more would hide which of them is wrong."""


def groups(cases: Iterable[Case]) -> list[list[Case]]:
    """All of the cases, those that touch different places together; one that is refused, or changes what nobody lists, is alone."""
    found: list[tuple[list[Case], set[object]]] = []
    before = original()
    for case in cases:
        places = touched(case, before)
        alone = bool(case.error) or case.changes is HARMLESS or "all" in places
        for group, taken in found:
            if not alone and "all" not in taken and len(group) < MOST and not places & taken:
                group.append(case)
                taken.update(places)
                break
        else:
            found.append(([case], {"all"} if alone else places))
    return [group for group, _ in found]


def touched(case: Case, before: Inputs) -> set[object]:
    """What is another thing after the change: operations, what they are grouped by, components, annotations."""
    after = original()
    case.change(after)
    places: set[object] = set()
    for url in differing(before.spec["paths"], after.spec["paths"]):
        places.add(("path", url))
        if url not in before.spec["paths"] or url not in after.spec["paths"]:
            places.add(("resource", url.removeprefix("/webapi/").removeprefix("v2/").split("/")[0]))
    components = [inputs.spec["components"] for inputs in (before, after)]
    for kind in components[0].keys() | components[1].keys():
        places |= {(kind, name) for name in differing(*(each.get(kind, {}) for each in components))}
    places |= {("overlay", target) for target in differing(annotations(before), annotations(after))}
    rest = [
        {key: value for key, value in inputs.spec.items() if key not in ("paths", "components")}
        | {"overlay": {key: value for key, value in inputs.overlay.items() if key != "actions"}}
        for inputs in (before, after)
    ]
    return places | ({"all"} if rest[0] != rest[1] else set())


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def annotations(inputs: Inputs) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for action in inputs.overlay["actions"]:
        found.setdefault(action["target"], []).append(action)
    return found
