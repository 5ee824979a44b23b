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
from generator.document.schemas import answers, parameters, properties, request_bodies, resolved, step, through
from generator.model.blocks import OperationBlock, ResourceBlock, ResultBlock, result_class
from generator.model.result_blocks import read_results

__all__ = ["drifted"]


def drifted(document: Document, blocks: list[OperationBlock], resources: list[ResourceBlock]) -> list[Problem]:
    """Every reference that leads nowhere, with its path in the merged document."""
    results = read_results(document.data)
    problems = [problem for block in blocks for problem in _Operation(document.data, block, results).problems()]
    problems += _resources(document.data, resources)
    problems += _schemas(document.data)
    return problems


class _Operation:
    """What one operation has, and what its block says of it."""

    def __init__(self, data: dict[str, Any], block: OperationBlock, results: dict[str, ResultBlock]) -> None:
        item = data["paths"][block.path[1]]
        operation = item[block.path[2]]
        self._data = data
        self._block = block
        self._results = results
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
        yield from self._result()

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

    def _result(self) -> Iterator[Problem]:
        block, name = self._block, result_class(self._block)
        if name is None or not self._answers:
            return
        own, shared = block.result or ResultBlock(), self._results[name]
        whole = shared.changed_by(own)
        inner = list(self._reached(self._answers, whole.paths.get("at", ()))) or self._answers
        messages = list(self._reached(inner, whole.paths.get("messages", ())))
        citations = [*self._reached(messages, whole.message.get("citations", ()))]
        citations += self._reached(inner, whole.paths.get("citations", ()))
        groups = [((), "paths", inner), (("message",), "message", messages), (("citation",), "citation", citations)]
        for keys, group, schemas in groups:
            for key, paths in getattr(whole, group).items():
                first = paths[:1] if key != "error" or keys else ()  # such names are nowhere documented
                place = (*self._place, "result") if key in getattr(own, group) else ("x-alli-sdk", "results", name)
                label = ".".join((*(("result",) if len(place) > 3 else place[1:]), *keys, key))
                where = self._answers if key == "at" else schemas
                for dotted in first if where else ():
                    yield from self._dotted(label, dotted, where, (*place, *keys, key, 0))
        yield from self._replacement(whole, own, name)

    def _replacement(self, whole: ResultBlock, own: ResultBlock, name: str) -> Iterator[Problem]:
        types = [t for schema in self._answers for t in self._known_types(schema)]
        replace = whole.replace
        if self._block.stream is None or replace is None or not types or replace["type"] in types:
            return
        place = (*self._place, "result") if own.replace else ("x-alli-sdk", "results", name)
        label = "result.replace.type" if own.replace else f"results.{name}.replace.type"
        yield self._missing(label, replace["type"], "known `type` of a record", types, (*place, "replace", "type"))

    def _reached(self, schemas: Iterable[Any], paths: Iterable[str]) -> Iterator[Any]:
        """The schemas of what lies at these paths, or in the lists there."""
        for schema in schemas:
            for dotted in paths:
                yield from self._items(schema, dotted)

    def _dotted(self, key: str, dotted: str, schemas: list[Any], place: JsonPath) -> Iterator[Problem]:
        results = [through(self._data, schema, dotted) for schema in schemas]
        if not any(found for found, _, _ in results):
            missing = max(results, key=lambda result: dotted.split(".").index(result[1]))
            yield self._missing(f"{key}: {dotted}", missing[1], "field", missing[2], place)

    def _items(self, schema: Any, dotted: str) -> Iterator[Any]:
        node = schema
        for key in dotted.split("."):
            known = properties(self._data, node)
            if key not in known:
                return
            node = known[key]
        yield step(self._data, node)

    def _known_types(self, schema: Any) -> list[str]:
        kind = resolved(self._data, properties(self._data, schema).get("type"))
        listed = kind.get("enum") or kind.get("x-known-values")
        return [str(value) for value in listed] if is_array(listed) else []


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
