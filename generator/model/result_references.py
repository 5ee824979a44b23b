"""Finds what a `result` block refers to that no answer of the document has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_array
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import answers, properties, resolved, step, through
from generator.model.blocks import OperationBlock, ResultBlock, result_class
from generator.model.result_blocks import read_results

__all__ = ["result_problems"]


@dataclass
class _Reference:
    """One path of a block, and what the answers that are read by it have."""

    label: str
    path: str
    found: bool = False
    missing: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    """Where a walk ended: the key that is not there, and those that are."""


def result_problems(data: dict[str, Any], blocks: Iterable[OperationBlock]) -> list[Problem]:
    """The first of each list of paths must be in the answer of some operation that is read by it.

    The others may be spellings that nobody documents.
    """
    results = read_results(data)
    references: dict[JsonPath, _Reference] = {}
    for block in blocks:
        if (name := result_class(block)) is None:
            continue
        operation = data["paths"][block.path[1]][block.path[2]]
        for place, label, path, found, missing in _looked_up(
            data, block, name, results[name], answers(data, operation)
        ):
            reference = references.setdefault(place, _Reference(label, path))
            reference.found = reference.found or found
            reference.missing += missing
    return [_problem(place, each) for place, each in references.items() if not each.found and each.missing]


def _problem(place: JsonPath, reference: _Reference) -> Problem:
    key, known = max(reference.missing, key=lambda each: reference.path.split(".").index(each[0]))
    near = nearest(key, known)
    hint = f"; the nearest is '{near}'" if near else "; it has none"
    where = "" if reference.path == key else f": {reference.path}"
    return Problem(f"x-alli-sdk {reference.label}{where}: there is no field '{key}' any more{hint}", path=place)


_LookedUp = tuple[JsonPath, str, str, bool, list[tuple[str, list[str]]]]
"""Place and label of a path, the path, whether it leads anywhere, and where it ends if it doesn't."""


def _looked_up(
    data: dict[str, Any], block: OperationBlock, name: str, shared: ResultBlock, schemas: list[Any]
) -> Iterator[_LookedUp]:
    own = block.result or ResultBlock()
    whole = shared.changed_by(own)
    inner = list(_reached(data, schemas, whole.paths.get("at", ()))) or schemas
    messages = list(_reached(data, inner, whole.paths.get("messages", ())))
    citations = [
        *_reached(data, messages, whole.message.get("citations", ())),
        *_reached(data, inner, whole.paths.get("citations", ())),
    ]
    groups = (
        ((), whole.paths, own.paths, inner),
        (("message",), whole.message, own.message, messages),
        (("citation",), whole.citation, own.citation, citations),
    )
    for keys, paths, changed, where in groups:
        for key, listed in paths.items():
            label, place = _place(block, name, is_own=key in changed)
            start = schemas if (*keys, key) == ("at",) else where
            if not listed or not start or (*keys, key) == ("error",):  # names of a failure are nowhere documented
                continue
            walks = [through(data, schema, listed[0]) for schema in start]
            missing = [(lost, known) for found, lost, known in walks if not found]
            yield (
                (*place, *keys, key, 0),
                ".".join((label, *keys, key)),
                listed[0],
                len(missing) < len(walks),
                missing,
            )
    types = [known for schema in schemas for known in _known_types(data, schema)]
    if block.stream is not None and whole.replace is not None and types:
        label, place = _place(block, name, is_own=own.replace is not None)
        kind = whole.replace["type"]
        yield (*place, "replace", "type"), f"{label}.replace.type", kind, kind in types, [(kind, types)]


def _place(block: OperationBlock, name: str, *, is_own: bool) -> tuple[str, JsonPath]:
    if is_own:
        return "result", (*block.path, "x-alli-sdk", "result")
    return f"results.{name}", ("x-alli-sdk", "results", name)


def _reached(data: dict[str, Any], schemas: Iterable[Any], paths: Iterable[str]) -> Iterator[Any]:
    """The schemas of what lies at these paths, or in the lists there."""
    for schema in schemas:
        for dotted in paths:
            node = schema
            for key in dotted.split("."):
                node = properties(data, node).get(key)
            if node is not None:
                yield step(data, node)


def _known_types(data: dict[str, Any], schema: Any) -> list[str]:
    kind = resolved(data, properties(data, schema).get("type"))
    listed = kind.get("enum") or kind.get("x-known-values")
    return [str(value) for value in listed] if is_array(listed) else []
