"""Looks into the schemas of a document: where references lead, which properties an object has, what lies at a dotted path.

Before that, `normalize` writes in one way what a document can say in several, `lift_definitions` gives each schema that is referred to a
name, and `separate_parents` takes circles of inheritance apart: following such a circle would never end.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from generator.document.files import Document
from generator.document.json_types import array_at, is_array, is_object, object_at
from generator.document.problems import JsonPath

__all__ = [
    "METHODS", "alternatives", "called", "followed", "holds_names", "lift_definitions", "normalize", "objects",
    "operations", "parameters", "properties", "referred", "resolved", "separate_parents", "step", "types_of", "walk",
]  # fmt: skip

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The keys of a path item that hold operations."""

MAX_DEPTH = 30
"""References followed from one place; deeper is a circle."""


def operations(data: dict[str, Any]) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Every operation of a document with its path, in document order."""
    for url, item in object_at(data, "paths").items():
        for method, operation in object_at(item).items():
            if method in METHODS and is_object(operation):
                yield ("paths", url, method), operation


def called(path: JsonPath) -> str:
    """An operation as people name it, `GET /apps`, by its path."""
    return f"{str(path[2]).upper()} {path[1]}"


_VALUES = ("const", "default", "enum", "example", "examples")
_MAPS = ("$defs", "headers", "parameters", "patternProperties", "properties", "requestBodies", "responses", "schemas")
"""Keys of objects whose own keys are names."""


def walk(node: Any, path: JsonPath = ()) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Every object of a document but those in example values, with its path."""
    if is_object(node):
        yield path, node
        for key, value in node.items():
            if key not in _VALUES or (path and path[-1] in _MAPS):
                yield from walk(value, (*path, key))
    elif is_array(node):
        for index, item in enumerate(node):
            yield from walk(item, (*path, index))


def holds_names(path: JsonPath) -> bool:
    """Whether the keys of the object at a path are names, such as those of properties."""
    return path[-1:] != () and path[-1] in _MAPS and not (len(path) > 1 and path[-2] in _MAPS)


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """These objects without their paths."""
    return (found for _, found in walk(node))


def alternatives(schema: Any) -> Iterator[Any]:
    """The schemas in allOf, anyOf and oneOf."""
    return (part for key in ("allOf", "anyOf", "oneOf") for part in array_at(schema, key))


def types_of(schema: dict[str, Any]) -> list[str]:
    """The types that a schema names itself."""
    kind = schema.get("type")
    return kind if is_array(kind) else [kind] if isinstance(kind, str) else []


def resolved(data: dict[str, Any], node: Any) -> dict[str, Any]:
    """The object that a node is or refers to; an empty one if there is none."""
    for _ in range(MAX_DEPTH):
        if not is_object(node) or not isinstance(reference := node.get("$ref"), str):
            break
        node = referred(data, reference)
    return node if is_object(node) else {}


def referred(data: Any, reference: str) -> Any:
    """What a reference leads to; None if it leads nowhere."""
    node = data
    for key in map(str, followed(reference)):
        if is_array(node):
            node = node[int(key)] if key.isdigit() and int(key) < len(node) else None
        else:
            node = node.get(key) if is_object(node) else None
    return node


def followed(reference: str) -> JsonPath:
    """The path in the document that a reference leads to."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in reference.removeprefix("#/").split("/"))


def properties(data: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """Properties of an object's schema by wire name, those of allOf, anyOf and oneOf included."""
    node = resolved(data, schema)
    found = dict(object_at(node, "properties"))
    for part in alternatives(node) if depth < MAX_DEPTH else ():
        found |= properties(data, part, depth + 1)
    return found


def step(data: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """The schema of an array's items, or the schema itself if it is not an array; null is passed over."""
    node = resolved(data, schema)
    if node.get("type") == "array" or "items" in node:
        return resolved(data, node.get("items"))
    for part in alternatives(node) if depth < MAX_DEPTH else ():
        inner = step(data, part, depth + 1)
        if inner is not resolved(data, part):
            return inner
    return node


def parameters(data: dict[str, Any], path_item: Any, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters of an operation and of its path, references followed."""
    return [resolved(data, item) for holder in (path_item, operation) for item in array_at(holder, "parameters")]


_IGNORED = frozenset({"accept", "authorization", "content-type"})
"""Headers that OpenAPI takes no parameters for."""

_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


def normalize(document: Document) -> None:
    """Write what OpenAPI 3.0 says in other words as 3.1 does, and every reference without `%` signs; let path items stand where they are
    referred to; leave out the headers that OpenAPI ignores as parameters. Changes the document.
    """
    data = document.data
    if str(data.get("openapi")).startswith("3.0."):
        data["openapi"] = "3.1.0"
    for path, node in list(walk(data)):
        if isinstance(reference := node.get("$ref"), str):
            node["$ref"] = unquote(reference)
        if not holds_names(path):
            _write_as_today(node)
    for url, item in object_at(data, "paths").items():
        reference, found = object_at(item).get("$ref"), resolved(data, item)
        if isinstance(reference, str) and found:
            there = followed(reference)
            del item["$ref"]
            item.update(copy.deepcopy(found) | item)
            places = [path for path in document.places if path[: len(there)] == there]
            document.places |= {("paths", url, *path[len(there) :]): document.places[path] for path in places}
    for holder in [*object_at(data, "paths").values(), *(operation for _, operation in operations(data))]:
        if listed := array_at(holder, "parameters"):
            named = [(resolved(data, each).get("in"), str(resolved(data, each).get("name")).lower()) for each in listed]
            listed[:] = [
                each
                for each, (place, name) in zip(listed, named, strict=True)
                if place != "header" or name not in _IGNORED
            ]


def _write_as_today(node: dict[str, Any]) -> None:
    """Whether a schema allows null, and whether its limits are values it allows."""
    for exclusive, limit in _BOUNDS:
        if isinstance(node.get(exclusive), bool) and node.pop(exclusive) and limit in node:
            node[exclusive] = node.pop(limit)
    if not isinstance(node.get("nullable"), bool) or not node.pop("nullable"):
        return
    if is_array(node.get("enum")) and None not in node["enum"]:
        node["enum"].append(None)
    if isinstance(kind := node.get("type"), str):
        node["type"] = [kind, "null"]
    elif any(is_array(node.get(key)) for key in _CHOICE):
        next(node[key] for key in _CHOICE if is_array(node.get(key))).append({"type": "null"})
    elif parts := {key: node.pop(key) for key in ("$ref", "allOf") if key in node}:
        node["anyOf"] = [parts, {"type": "null"}]


def lift_definitions(data: dict[str, Any]) -> None:
    """Make components of the schemas inside components or paths that something refers to, such as those in `$defs`, and let what else is
    referred to in paths stand where it is referred to. Changes the document.

    Each gets the name that it has there, with that of its component before it where there is another of that name; one in a path is called
    after the words of its path.
    """
    schemas = object_at(data, "components", "schemas")
    lifted: dict[str, str] = {}
    waiting = [data]
    while waiting:
        for node in list(objects(waiting.pop())):
            reference = node.get("$ref")
            if not isinstance(reference, str):
                continue
            path = followed(reference)
            in_paths = path[:1] == ("paths",)
            if not in_paths and (path[:2] != ("components", "schemas") or len(path) < 4):
                continue
            found = resolved(data, {"$ref": reference})
            if not found or "$ref" in found:
                continue  # nowhere, or in a circle
            if in_paths and "schema" not in path:
                del node["$ref"]
                node.update(copy.deepcopy(found))
                waiting.append(node)
                continue
            if reference not in lifted:
                name = _name_for(path, schemas)
                if name in schemas:
                    continue
                lifted[reference] = name
                if is_object(components := data.setdefault("components", {})):
                    components.setdefault("schemas", schemas)
                schemas[name] = copy.deepcopy(found)
                waiting.append(schemas[name])
            node["$ref"] = f"#/components/schemas/{lifted[reference]}"


def _name_for(path: JsonPath, schemas: dict[str, Any]) -> str:
    name = str(path[-1])
    if path[0] == "paths":
        words = re.findall(r"[a-zA-Z0-9]+", " ".join(str(key) for key in path if key not in _WORDS))
        name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name not in schemas else f"{path[2]}{name[:1].upper()}{name[1:]}"


_WORDS = frozenset({"paths", "content", "application/json", "schema", "properties"})
"""Keys of a path that say nothing of what it leads to."""

_CHOICE = ("oneOf", "anyOf", "discriminator")
_OF_THE_CHOICE = frozenset({*_CHOICE, "title", "description", "deprecated", "x-alli-sdk"})
"""What stays with a parent that is a choice of its children; the rest is what they inherit."""


def separate_parents(data: dict[str, Any]) -> None:
    """Take parents apart whose `oneOf` or `anyOf` names children that inherit from them by `allOf`. Changes the document.

    That is how the discriminator's example of the OpenAPI pages is often written. Taken at its word, each child is one of all children,
    and so on without end. What is meant: the parent is one of its children, and each of them has its properties.
    """
    for name, schema in object_at(data, "components", "schemas").items():
        reference = f"#/components/schemas/{name}"
        choices = (*array_at(schema, "oneOf"), *array_at(schema, "anyOf"))
        if not any(_inherits(data, part, reference) for part in choices):
            continue
        inherited = {key: value for key, value in schema.items() if key not in _OF_THE_CHOICE}
        for node in objects(data):
            parts = node.get("allOf")
            if is_array(parts):
                node["allOf"] = [
                    copy.deepcopy(inherited) if is_object(part) and part.get("$ref") == reference else part
                    for part in parts
                ]
        for key in inherited:
            del schema[key]


def _inherits(data: dict[str, Any], schema: Any, reference: str, depth: int = 0) -> bool:
    """Whether the one referred to is among the parents of this one, or among theirs."""
    return depth < MAX_DEPTH and any(
        is_object(part) and (part.get("$ref") == reference or _inherits(data, part, reference, depth + 1))
        for part in array_at(resolved(data, schema), "allOf")
    )
