"""Finds what an `x-alli-sdk` block refers to that the document no longer has: the overlay has drifted.

Each reference is told at the line it stands on, with the nearest name that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.document.did_you_mean import nearest
from generator.document.files import Document
from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import answers, parameters, properties, request_bodies, resolved, step
from generator.model.blocks import OperationBlock, ResourceBlock
from generator.model.result_references import result_problems

__all__ = ["drifted"]


def drifted(document: Document, blocks: list[OperationBlock], resources: list[ResourceBlock]) -> list[Problem]:
    """Every reference that leads nowhere, with its path in the merged document."""
    problems = [problem for block in blocks for problem in _Operation(document.data, block).problems()]
    problems += result_problems(document.data, blocks)
    problems += _resources(document.data, resources)
    problems += _schemas(document.data)
    return problems


class _Operation:
    """What one operation has, and what its block says of it."""

    def __init__(self, data: dict[str, Any], block: OperationBlock) -> None:
        item = data["paths"][block.path[1]]
        operation = item[block.path[2]]
        self._data = data
        self._block = block
        self._place = (*block.path, "x-alli-sdk")
        self._where = f"{block.resource}.{block.methods[0].name if block.methods else ''}"
        self._query: list[str] = []
        self._parameters: list[str] = []
        for parameter in parameters(data, item, operation):
            name = str(parameter.get("name"))
            self._parameters.append(name)
            if parameter.get("in") == "query":
                self._query.append(name)
        self._body: dict[str, Any] = {}
        for schema in request_bodies(data, operation):
            self._body |= properties(data, schema)
        self._answers = answers(data, operation)

    def problems(self) -> Iterator[Problem]:
        block = self._block
        inner = [p for wire in block.flatten for p in properties(self._data, self._body.get(wire))]
        wires = [*self._parameters, *self._body, *inner]
        arguments = [block.body] if block.body else []
        for key in ("rename", "types", "omit", "json_strings"):
            value: Iterable[str] = getattr(block, key)
            yield from self._each(value, [*wires, *arguments], key, "parameter or body property")
        yield from self._each(block.flatten, self._body, "flatten", "body property")
        for wire, names in block.flatten.items():
            yield from self._each(
                names, properties(self._data, self._body.get(wire)), "flatten", f"property of {wire}", wire
            )
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
        return Problem(f"{self._where}: x-alli-sdk {label}: there is no {kind} '{name}' any more{hint}", path=place)

    def _answer(self) -> Iterator[Problem]:
        block, fields = self._block, self._fields()
        if block.pagination is not None:
            page = block.pagination
            place = (*self._place, "pagination")
            if page.cursor_param not in self._query:
                yield self._missing(
                    "pagination.cursor_param",
                    page.cursor_param,
                    "query parameter",
                    self._query,
                    (*place, "cursor_param"),
                )
            for key, name in (("next", page.next), ("items", page.items)):
                if name not in fields:
                    yield self._missing(f"pagination.{key}", name, "field of the 200 answer", fields, (*place, key))
            if page.items in fields and step(self._data, fields[page.items]) is resolved(
                self._data, fields[page.items]
            ):
                yield Problem(
                    f"{self._where}: x-alli-sdk pagination.items: '{page.items}' of the 200 answer is no list",
                    path=(*place, "items"),
                )
        for method in block.methods:
            if method.returns is not None and self._answers and not any(map(self._may_be_object, self._answers)):
                yield Problem(
                    f"{self._where}: x-alli-sdk returns: {method.returns} is read from an object, and the 200 answer is none any more; "
                    "take it out, and the method gives the answer as it is",
                    path=(*self._place, "returns"),
                )
        if block.unwrap is not None and block.unwrap not in fields:
            yield self._missing("unwrap", block.unwrap, "field of the 200 answer", fields, (*self._place, "unwrap"))

    def _may_be_object(self, schema: Any) -> bool:
        kind = resolved(self._data, schema).get("type")
        return kind is None or "object" in (kind if is_array(kind) else [kind])

    def _fields(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for schema in self._answers:
            found = properties(self._data, schema) | found
        return found


def _resources(data: dict[str, Any], resources: list[ResourceBlock]) -> Iterator[Problem]:
    root = data.get("x-alli-sdk")
    described = root.get("resources") if is_object(root) else None
    names = [resource.name for resource in resources]
    for name in described if is_object(described) else ():
        if name not in names:
            yield Problem(
                f"x-alli-sdk resources: no operation has the resource '{name}'; the nearest is '{nearest(name, names)}'",
                path=("x-alli-sdk", "resources", name),
            )


def _schemas(data: dict[str, Any]) -> Iterator[Problem]:
    components = data.get("components")
    schemas = components.get("schemas") if is_object(components) else None
    for name, schema in schemas.items() if is_object(schemas) else ():
        block = schema.get("x-alli-sdk") if is_object(schema) else None
        if not is_object(block):
            continue
        known = properties(data, schema)
        for key in ("names", "hide"):
            listed = block.get(key)
            if not is_object(listed) and not is_array(listed):
                continue
            for index, wire in enumerate(listed):
                if wire not in known:
                    yield Problem(
                        f"schema {name}: x-alli-sdk {key}: there is no property '{wire}' any more; "
                        f"the nearest is '{nearest(str(wire), known)}'",
                        path=("components", "schemas", name, "x-alli-sdk", key, index if is_array(listed) else wire),
                    )
