"""Finds what an `x-alli-sdk` block refers to and the document doesn't have.

Each reference is reported at the line it stands on, with the nearest name that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_array, is_object, object_at
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import properties
from generator.model.api import Api, Field, Operation
from generator.model.blocks import LAST_ITEM, OperationBlock, Pagination
from generator.model.result_references import result_references
from generator.model.types import Anything, ListOf, ModelRef, ObjectOf, Type, options

__all__ = ["operation_references", "schema_references"]


def schema_references(data: dict[str, Any]) -> Iterator[Problem]:
    """What the blocks of schemas refer to in vain."""
    for name, schema in object_at(data, "components", "schemas").items():
        block = object_at(schema, "x-alli-sdk")
        known = properties(data, schema)
        for key in ("names", "hide"):
            listed = block.get(key)
            for index, wire in enumerate(listed if is_object(listed) or is_array(listed) else ()):
                if str(wire) not in known:
                    yield Problem(
                        f"schema {name}: x-alli-sdk {key}: there is no property '{wire}'; "
                        f"the nearest is '{nearest(str(wire), known)}'",
                        path=("components", "schemas", name, "x-alli-sdk", key, index if is_array(listed) else wire),
                    )


def operation_references(api: Api) -> list[Problem]:
    """What the blocks of operations refer to in vain, each with its path in the merged document."""
    found = [
        problem
        for operation in api.operations
        if operation.block is not None
        for problem in _Operation(api, operation, operation.block).problems()
    ]
    return found + result_references(api)


class _Operation:
    """What one operation has, and what its block says of it."""

    def __init__(self, api: Api, operation: Operation, block: OperationBlock) -> None:
        self._api = api
        self._block = block
        self._place = (*operation.path, "x-alli-sdk")
        self._where = f"{block.resource}.{block.methods[0].name if block.methods else ''}"
        self._query = [parameter.wire for parameter in operation.placed("query")]
        self._parameters = [parameter.wire for parameter in operation.parameters]
        self._body = self._api.fields(*(body.type for body in operation.bodies))
        self._answers = operation.good_types

    def problems(self) -> Iterator[Problem]:
        block = self._block
        within = {wire: self._fields_of(self._body, wire) for wire in block.flatten}
        wires = [*self._parameters, *self._body, *(name for inner in within.values() for name in inner)]
        arguments = [block.body] if block.body else []
        for key in ("rename", "types", "omit", "json_strings", "file_names", "same_as"):
            value: Iterable[str] = getattr(block, key)
            yield from self._each(value, [*wires, *arguments], key, "parameter or body property")
        yield from self._each(block.flatten, self._body, "flatten", "body property")
        for wire, names in block.flatten.items():
            yield from self._each(names, within[wire], "flatten", f"property of {wire}", wire)
        for method in block.methods:
            place = ("methods", method.name, "set")
            yield from self._each(method.set, self._body, place, "body property")
        yield from self._answer()

    def _each(
        self, names: Iterable[str], existing: Iterable[str], key: str | tuple[str, ...], kind: str, *more: str
    ) -> Iterator[Problem]:
        known = list(dict.fromkeys(existing))
        place = (*self._place, *((key,) if isinstance(key, str) else key), *more)
        listed = not isinstance(names, dict)
        for index, name in enumerate(names):
            if name not in known:
                label = ".".join(map(str, place[len(self._place) :]))
                yield self._missing(label, name, kind, known, (*place, index if listed else name))

    def _missing(self, label: str, name: str, kind: str, known: Iterable[str], place: JsonPath) -> Problem:
        near = nearest(name, known)
        hint = f"; the nearest is '{near}'" if near else "; it has none"
        return Problem(f"{self._where}: x-alli-sdk {label}: there is no {kind} '{name}'{hint}", path=place)

    def _answer(self) -> Iterator[Problem]:
        block, fields = self._block, self._api.fields(*self._answers)
        if (page := block.pagination) is not None:
            yield from self._pages(page, fields)
        for method in block.methods:
            if method.returns is not None and self._answers and not any(map(_may_be_object, self._answers)):
                yield Problem(
                    f"{self._where}: x-alli-sdk returns: {method.returns} is read from an object, which the 200 answer is not; "
                    "take it out, and the method gives the answer as it is",
                    path=(*self._place, "returns"),
                )
        if block.wait is not None and not any(self._api.unwrapped(kind, block.wait.status) for kind in self._answers):
            yield self._missing(
                "wait.status", block.wait.status[0], "field of the 200 answer", fields, (*self._place, "wait", "status")
            )
        if block.unwrap and not any(self._api.unwrapped(kind, block.unwrap) for kind in self._answers):
            items = self._api.fields(*(item for kind in self._answers for item in self._items(kind)))
            name, place = block.unwrap[0].rpartition(".")[2], (*self._place, "unwrap")
            yield self._missing("unwrap", name, "field of the 200 answer", fields or items, place)

    def _pages(self, page: Pagination, fields: dict[str, Field]) -> Iterator[Problem]:
        place = (*self._place, "pagination")
        in_query = page.place == "query"
        known = self._query if in_query else list(self._body)
        for key, name in (("param", page.param), ("size", page.size)):
            if isinstance(name, str) and name not in known:
                label = "query parameter" if in_query else "property of the body"
                yield self._missing(f"pagination.{key}", name, label, known, (*place, key))
        found = [each for kind in self._answers if (each := self._api.unwrapped(kind, page.items)) is not None]
        items = [item for each in found for item in self._items(each)]
        if not found:
            yield self._missing("pagination.items", page.items[0], "field of the 200 answer", fields, (*place, "items"))
        elif not items:
            message = f"{self._where}: x-alli-sdk pagination.items: '{page.items[0]}' of the 200 answer is not a list"
            yield Problem(message, path=(*place, "items"))
        for key, path in (("next", page.next), ("total", page.total)):
            of_item = path is not None and path.startswith(LAST_ITEM)
            within = items if of_item else self._answers
            if path is not None and not any(
                self._api.unwrapped(each, (path.removeprefix(LAST_ITEM),)) for each in within
            ):
                label = "field of an item" if of_item else "field of the 200 answer"
                name, names = path.removeprefix(LAST_ITEM), self._api.fields(*within)
                yield self._missing(f"pagination.{key}", name, label, names, (*place, key))

    def _fields_of(self, fields: dict[str, Field], wire: str) -> dict[str, Field]:
        return self._api.fields(fields[wire].type) if wire in fields else {}

    def _items(self, kind: Type) -> list[Type]:
        return [each.items for each in options(kind) if isinstance(each, ListOf)]


def _may_be_object(kind: Type) -> bool:
    return any(isinstance(each, ModelRef | ObjectOf | Anything) for each in options(kind))
