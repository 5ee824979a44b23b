"""Finds what an `x-alli-sdk` block refers to and the document doesn't have.

Each reference is reported at the line it stands on, with the nearest name that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.document.did_you_mean import nearest_of
from generator.document.json_types import is_array, is_object, object_at
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import properties
from generator.model.api import Api, Operation
from generator.model.blocks import LAST_ITEM, OperationBlock, Pagination
from generator.model.result_references import result_references
from generator.model.types import Anything, ModelRef, ObjectOf, Type, items_in, options

__all__ = ["operation_references", "schema_references"]


def schema_references(data: dict[str, Any]) -> Iterator[Problem]:
    """What the blocks of schemas refer to in vain."""
    for name, schema in object_at(data, "components", "schemas").items():
        block = object_at(schema, "x-alli-sdk")
        known = properties(data, schema)
        for key in ("names", "hide"):
            listed = block.get(key)
            for place, wire in _places(listed if is_object(listed) or is_array(listed) else ()):
                if str(wire) not in known:
                    message = f"there is no property '{wire}'; {nearest_of(str(wire), known)}"
                    yield Problem(
                        f"schema {name}: x-alli-sdk {key}: {message}",
                        path=("components", "schemas", name, "x-alli-sdk", key, place),
                    )


def operation_references(api: Api) -> list[Problem]:
    """What the blocks of operations refer to in vain, each with its path in the merged document."""
    offered = [(operation, operation.block) for operation in api.operations if operation.block is not None]
    found = [problem for each in offered for problem in _Operation(api, *each).problems()]
    return found + result_references(api)


def _places(names: Iterable[str]) -> Iterator[tuple[str | int, str]]:
    """The names that a list holds, or an object has as keys, each behind where it stands."""
    return ((name if is_object(names) else index, name) for index, name in enumerate(names))


class _Operation:
    """What one operation has, and what its block says of it."""

    def __init__(self, api: Api, operation: Operation, block: OperationBlock) -> None:
        self._api = api
        self._block = block
        self._operation = operation
        self._where = f"{block.resource}.{block.methods[0].name if block.methods else ''}"
        self._body = api.fields(*(body.type for body in operation.bodies))
        self._answers = operation.good_types
        self._fields = api.fields(*self._answers)

    def problems(self) -> Iterator[Problem]:
        block, body = self._block, self._body
        within = {wire: self._api.fields(body[wire].type) if wire in body else {} for wire in block.flatten}
        wires = [*(each.wire for each in self._operation.parameters), *body]
        wires += [*(name for inner in within.values() for name in inner), *([block.body] if block.body else [])]
        for key in ("rename", "types", "omit", "json_strings", "file_names", "same_as"):
            yield from self._each(getattr(block, key), wires, "parameter or body property", key)
        yield from self._each(block.flatten, body, "body property", "flatten")
        for wire, names in block.flatten.items():
            yield from self._each(names, within[wire], f"property of {wire}", "flatten", wire)
        for method in block.methods:
            yield from self._each(method.set, body, "body property", "methods", method.name, "set")
            if method.returns is not None and self._answers and not any(map(_may_be_object, self._answers)):
                yield self._problem(
                    f"{method.returns} is read from an object, which the 200 answer is not; "
                    "take it out, and the method gives the answer as it is",
                    "returns",
                )
        if block.pagination is not None:
            yield from self._pages(block.pagination)
        if block.wait is not None and not self._has(block.wait.status):
            yield self._missing(block.wait.status[0], "field of the 200 answer", self._fields, "wait", "status")
        if block.unwrap and not self._has(block.unwrap):
            known = self._fields or self._api.fields(*items_in(self._answers))
            yield self._missing(block.unwrap[0].rpartition(".")[2], "field of the 200 answer", known, "unwrap")

    def _pages(self, page: Pagination) -> Iterator[Problem]:
        place, known = "property of the body", list(self._body)
        if page.place == "query":
            place, known = "query parameter", [each.wire for each in self._operation.placed("query")]
        for key, name in (("param", page.param), ("size", page.size)):
            if isinstance(name, str) and name not in known:
                yield self._missing(name, place, known, "pagination", key)
        found = [each for kind in self._answers if (each := self._api.unwrapped(kind, page.items)) is not None]
        items = items_in(found)
        if not found:
            yield self._missing(page.items[0], "field of the 200 answer", self._fields, "pagination", "items")
        elif not items:
            yield self._problem(f"'{page.items[0]}' of the 200 answer is not a list", "pagination", "items")
        for key, path in (("next", page.next or ""), ("total", page.total or "")):
            name = path.removeprefix(LAST_ITEM)
            within, what = (items, "an item") if path.startswith(LAST_ITEM) else (self._answers, "the 200 answer")
            if path and not self._has((name,), within):
                yield self._missing(name, f"field of {what}", self._api.fields(*within), "pagination", key)

    def _has(self, paths: Iterable[str], kinds: Iterable[Type] | None = None) -> bool:
        return any(self._api.unwrapped(kind, paths) for kind in (self._answers if kinds is None else kinds))

    def _each(self, names: Iterable[str], existing: Iterable[str], kind: str, *keys: str) -> Iterator[Problem]:
        known = list(dict.fromkeys(existing))
        for place, name in _places(names):
            if name not in known:
                yield self._missing(name, kind, known, *keys, place=(place,))

    def _missing(self, name: str, kind: str, known: Iterable[str], *keys: str, place: JsonPath = ()) -> Problem:
        return self._problem(f"there is no {kind} '{name}'; {nearest_of(name, known)}", *keys, place=place)

    def _problem(self, message: str, *keys: str, place: JsonPath = ()) -> Problem:
        path = (*self._operation.path, "x-alli-sdk", *keys, *place)
        return Problem(f"{self._where}: x-alli-sdk {'.'.join(keys)}: {message}", path=path)


def _may_be_object(kind: Type) -> bool:
    return any(isinstance(each, ModelRef | ObjectOf | Anything) for each in options(kind))
