"""Finds what is wrong with the merged document before a line of code is made from it.

openapi-spec-validator checks the document against OpenAPI 3.1. Two mistakes are looked for here, because they deserve
a place of their own: an operationId used twice (openapi-python-client lets one module overwrite the other in silence)
and a $ref that leads nowhere (the validator stops at the first).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from generator.document import Document
from generator.jsontypes import is_array, is_object
from generator.problems import GenerationFailed, JsonPath, Problem

__all__ = ["METHODS", "operations", "references", "validate"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The keys of a path item that hold operations."""


def validate(document: Document) -> None:
    """Check the merged document.

    Raises:
        GenerationFailed: with everything that is wrong, each at the line it was written on.
    """
    problems = [*_version(document), *_operation_ids(document), *references(document)]
    # A dangling $ref makes the validator raise instead of reporting, and a repeated operationId would be told twice.
    if not problems:
        problems = list(_schema(document))
    if problems:
        raise GenerationFailed([p.at(document.place(p.path or ())) for p in problems])


def operations(data: dict[str, Any]) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Every operation of a document with its path, in document order."""
    paths: object = data.get("paths")
    for url, item in paths.items() if is_object(paths) else ():
        for method, operation in item.items() if is_object(item) else ():
            if method in METHODS and is_object(operation):
                yield ("paths", url, method), operation


def _version(document: Document) -> Iterator[Problem]:
    if not str(document.data.get("openapi")).startswith("3.1."):
        yield Problem("is no OpenAPI 3.1 document: expected `openapi: 3.1.x`", path=("openapi",))


def _operation_ids(document: Document) -> Iterator[Problem]:
    first: dict[str, JsonPath] = {}
    for path, operation in operations(document.data):
        name = operation.get("operationId")
        if not isinstance(name, str):
            continue  # derive.annotate has given it one, unless this document is not for it
        if name in first:
            there = document.place((*first[name], "operationId"))
            yield Problem(
                f"operationId '{name}' of {_operation(path)} is also that of {_operation(first[name])} ({there})",
                path=(*path, "operationId"),
            )
        else:
            first[name] = path


def _operation(path: JsonPath) -> str:
    return f"{str(path[2]).upper()} {path[1]}"


def references(document: Document) -> Iterator[Problem]:
    """Every $ref that leads nowhere, or out of the document."""
    for path, reference in _refs(document.data, ()):
        if not reference.startswith("#/"):
            yield Problem(f"$ref '{reference}' leaves the document; only #/... is accepted", path=path)
        elif not _resolves(document.data, reference):
            yield Problem(f"$ref '{reference}' leads nowhere", path=path)


def _refs(node: Any, path: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    if is_object(node):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield (*path, key), value
            elif key not in ("example", "examples"):  # there, a $ref is only text
                yield from _refs(value, (*path, key))
    elif is_array(node):
        for index, item in enumerate(node):
            yield from _refs(item, (*path, index))


def _resolves(data: Any, reference: str) -> bool:
    node = data
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if is_object(node) and key in node:
            node = node[key]
        elif is_array(node) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return False
    return True


def _schema(document: Document) -> Iterator[Problem]:
    for error in OpenAPIV31SpecValidator(document.data).iter_errors():
        path: JsonPath = tuple(error.absolute_path)
        if not path or path not in document.places:
            path = _locate(document, path, error.instance, error.message)
        yield Problem(error.message, path=path)


def _locate(document: Document, tail: JsonPath, instance: object, message: str) -> JsonPath:
    """The validator gives some paths from the schema instead of the root, and some not at all: look for the one fit."""
    fits = [path for path in document.places if tail and path[-len(tail) :] == tail]
    fits = [path for path in fits if _at(document.data, path) == instance]
    if len(fits) == 1:
        return fits[0]
    urls = [path for path in document.places if len(path) == 2 and path[0] == "paths" and f"'{path[1]}'" in message]
    return urls[0] if len(urls) == 1 else ()


def _at(data: Any, path: JsonPath) -> Any:
    for key in path:
        data = data[key]
    return data
