"""Finds what a `result` block refers to that no answer of the document has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from generator.document.did_you_mean import nearest_of
from generator.document.problems import JsonPath, Problem
from generator.model.api import Api, Operation
from generator.model.blocks import OperationBlock, ResultBlock, result_class
from generator.model.types import Enum, Type, items_in, options

__all__ = ["result_references"]


_End: TypeAlias = tuple[str, list[str]] | None
"""Where a path ends too early: the key that is not there, and those that are. None where it leads somewhere."""


def result_references(api: Api) -> list[Problem]:
    """What the `result` blocks refer to in vain.

    The first of each list of paths must be in the answer of some operation that is read by it. The others may be spellings that
    nobody documents.
    """
    references = defaultdict[tuple[JsonPath, str, str], list[_End]](list)
    for operation in api.operations:
        block = operation.block
        if block is not None and (name := result_class(block)) is not None and (kinds := operation.good_types):
            for place, label, path, ends in _looked_up(api, operation, block, name, kinds):
                references[place, label, path] += ends
    return [_problem(*reference, ends) for reference, ends in references.items() if all(ends)]


def _problem(place: JsonPath, label: str, path: str, ends: list[_End]) -> Problem:
    steps = path.split(".")
    key, known = max((end for end in ends if end), key=lambda end: steps.index(end[0]))
    where = "" if path == key else f": {path}"
    return Problem(f"x-alli-sdk {label}{where}: there is no field '{key}'; {nearest_of(key, known)}", path=place)


def _looked_up(
    api: Api, operation: Operation, block: OperationBlock, name: str, kinds: list[Type]
) -> Iterator[tuple[JsonPath, str, str, list[_End]]]:
    """Place and label of each path, the path, and where it ends in each type that it begins in."""
    own = block.result or ResultBlock()
    whole = api.results[name].changed_by(own)
    inner = _reached(api, kinds, whole.paths.get("at", ())) or kinds
    messages = _reached(api, inner, whole.paths.get("messages", ()))
    citations = _reached(api, messages, whole.message.get("citations", ()))
    citations += _reached(api, inner, whole.paths.get("citations", ()))
    begins = {
        "": inner,
        "message": messages,
        "citation": citations,
        "choice": _reached(api, messages, whole.message.get("choices", ())),
        "form_field": _reached(api, messages, whole.message.get("form", ())),
    }
    for part, paths in whole.parts.items():
        for key, listed in paths.items():
            names = (part, key) if part else (key,)
            where = kinds if names == ("at",) else begins[part]
            if not listed or not where or names == ("error",):  # names of a failure are nowhere documented
                continue
            label, place = _place(operation, name, is_own=key in own.parts[part])
            ends = [_end(api, kind, listed[0]) for kind in where]
            yield (*place, *names, 0), ".".join((label, *names)), listed[0], ends
    types = [value for kind in kinds for value in _known_types(api, kind)]
    if block.stream is not None and whole.replace is not None and types:
        label, place = _place(operation, name, is_own=own.replace is not None)
        kind = whole.replace.type
        end = None if kind in types else (kind, types)
        yield (*place, "replace", "type"), f"{label}.replace.type", kind, [end]


def _place(operation: Operation, name: str, *, is_own: bool) -> tuple[str, JsonPath]:
    if is_own:
        return "result", (*operation.path, "x-alli-sdk", "result")
    return f"results.{name}", ("x-alli-sdk", "results", name)


def _end(api: Api, kind: Type, dotted: str) -> _End:
    """Below an object of which nothing is declared, any path may lead somewhere."""
    fields = api.fields(kind)
    for key in dotted.split("."):
        if not fields:
            return None
        if key not in fields:
            return key, list(fields)
        fields = api.fields(fields[key].type)
    return None


def _reached(api: Api, kinds: Iterable[Type], paths: Iterable[str]) -> list[Type]:
    """The types of what lies at these paths, or in the lists there."""
    found = [each for kind in kinds for path in paths if (each := api.unwrapped(kind, (path,))) is not None]
    return [inner for each in found for inner in items_in([each]) or [each]]


def _known_types(api: Api, kind: Type) -> list[str]:
    field = api.fields(kind).get("type")
    if field is None:
        return []
    listed = [value for each in options(field.type) if isinstance(each, Enum) for value in each.values]
    return [str(value) for value in listed or field.constraints.get("x-known-values") or ()]
