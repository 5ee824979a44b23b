"""The `x-alli-sdk` blocks of the merged document as typed records; spec/README.md describes the vocabulary.

A word that is not in the vocabulary is an error with its place, so that a typing mistake can't silently change the facade.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from generator.jsontypes import is_array, is_object
from generator.problems import GenerationFailed, JsonPath, Problem

__all__ = [
    "HTTP_METHODS",
    "MethodBlock",
    "OperationBlock",
    "Pagination",
    "ResourceBlock",
    "StreamBlock",
    "read_operations",
    "read_resources",
]

HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
RESULT_CLASSES = ("RunResult", "RunStream", "SkillResult", "ConversationResult")


@dataclass(frozen=True)
class Pagination:
    cursor_param: str
    next: str
    items: str
    style: str = "cursor"


@dataclass(frozen=True)
class StreamBlock:
    semantics: str
    text: str
    messages: tuple[str, ...] = ()
    conversation_id: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    replace: str | None = None


@dataclass(frozen=True)
class MethodBlock:
    """One facade method of an operation."""

    name: str
    set: dict[str, Any] = field(default_factory=dict[str, Any])
    returns: str | None = None
    collect: bool = False
    doc: str | None = None


@dataclass(frozen=True)
class OperationBlock:
    """One operation's block; attributes are named as in the vocabulary."""

    operation_id: str
    path: JsonPath
    resource: str
    methods: tuple[MethodBlock, ...]
    unwrap: str | None = None
    pagination: Pagination | None = None
    positional: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    rename: dict[str, str] = field(default_factory=dict[str, str])
    flatten: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    omit: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict[str, str])
    json_strings: tuple[str, ...] = ()
    files: str | None = None
    keep_null: bool = False
    body: str | None = None
    timeout: str | None = None
    idempotent: bool = False
    stream: StreamBlock | None = None
    describe: dict[str, str] = field(default_factory=dict[str, str])
    source: str | None = None
    explain: str | None = None


@dataclass(frozen=True)
class ResourceBlock:
    name: str
    doc: str
    mixin: str | None = None


R = TypeVar("R", Pagination, StreamBlock)

_KEYS = {f.name for f in fields(OperationBlock)} - {"operation_id", "path"} | {"method", "returns"}


def read_operations(document: dict[str, Any]) -> list[OperationBlock]:
    """All blocks, in the document's order.

    Raises:
        GenerationFailed: an operation without a block or an operationId, two facade methods of one name, or a block that is not in
            the vocabulary; all of them, each with its place.
    """
    problems: list[Problem] = []
    blocks: list[OperationBlock] = []
    seen: dict[tuple[str, str], str] = {}
    for path, operation in _operations(document):
        where = f"{path[2].upper()} {path[1]}"
        raw = operation.get("x-alli-sdk")
        operation_id = operation.get("operationId")
        if not is_object(raw) or not isinstance(operation_id, str):
            missing = "an x-alli-sdk block" if isinstance(operation_id, str) else "an operationId"
            problems.append(Problem(f"{where} has no {missing}; add it in the overlay", path=path))
            continue
        try:
            block = _read_block(operation_id, path, raw)
        except ValueError as error:
            problems.append(Problem(f"{where}: x-alli-sdk: {error}", path=(*path, "x-alli-sdk")))
            continue
        blocks.append(block)
        for method in block.methods:
            key = (block.resource, method.name)
            if key in seen:
                problems.append(Problem(f"{where}: {'.'.join(key)} is already the method of {seen[key]}", path=path))
            seen[key] = where
    if problems:
        raise GenerationFailed(problems)
    return blocks


def read_resources(document: dict[str, Any], blocks: list[OperationBlock]) -> list[ResourceBlock]:
    """The resources that the blocks name, in order of first use, with their docstrings and mixins."""
    root = document.get("x-alli-sdk")
    described: dict[str, Any] = (root.get("resources") or {}) if is_object(root) else {}
    resources: list[ResourceBlock] = []
    for name in dict.fromkeys(block.resource for block in blocks):
        entry = described.get(name) or {}
        resources.append(
            ResourceBlock(name, entry.get("doc") or f"The {name.replace('_', ' ')} of the API.", entry.get("mixin"))
        )
    return resources


def _operations(data: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], dict[str, Any]]]:
    for path, item in (data.get("paths") or {}).items():
        for method in HTTP_METHODS:
            if is_object(item) and is_object(operation := item.get(method)):
                yield ("paths", path, method), operation


def _read_block(operation_id: str, path: JsonPath, raw: dict[str, Any]) -> OperationBlock:
    if unknown := sorted(raw.keys() - _KEYS):
        raise ValueError(f"unknown key {', '.join(unknown)}; known: {', '.join(sorted(_KEYS))}")
    known: dict[str, Any] = {}
    for name in ("positional", "order", "omit", "json_strings"):
        known[name] = tuple(_names(raw, name))
    for name in ("rename", "flatten", "types", "describe"):
        value = raw.get(name) or {}
        if not is_object(value):
            raise ValueError(f"{name} must be an object")
        known[name] = value
    for name in ("unwrap", "files", "timeout", "source", "explain"):
        known[name] = raw.get(name)
    body = raw.get("body")
    known["body"] = body.get("argument") if is_object(body) else None
    known["keep_null"] = bool(raw.get("keep_null", False))
    known["idempotent"] = bool(raw.get("idempotent", path[2] == "get"))
    known["pagination"] = _record(Pagination, raw, "pagination")
    known["stream"] = _record(StreamBlock, raw, "stream")
    resource = _identifier(raw.get("resource"), "resource")
    return OperationBlock(operation_id, path, resource, _methods(raw, known["stream"]), **known)


def _methods(raw: dict[str, Any], stream: StreamBlock | None) -> tuple[MethodBlock, ...]:
    if is_object(named := raw.get("methods")):
        if "method" in raw or "returns" in raw:
            raise ValueError("methods stands instead of method and returns")
        entries: dict[str, Any] = named
    else:
        entries = {_identifier(raw.get("method"), "method"): {"returns": raw.get("returns")}}
    methods: list[MethodBlock] = []
    for name, entry in entries.items():
        if unknown := sorted((entry or {}).keys() - {f.name for f in fields(MethodBlock)}):
            raise ValueError(f"method {name}: unknown key {', '.join(unknown)}")
        method = MethodBlock(_identifier(name, "method"), **(entry or {}))
        if method.returns is not None and method.returns not in RESULT_CLASSES:
            raise ValueError(f"method {name}: returns must be one of {', '.join(RESULT_CLASSES)}")
        if (method.collect or method.returns == "RunStream") and stream is None:
            raise ValueError(f"method {name}: needs a stream block that says how the answer is read")
        methods.append(method)
    return tuple(methods)


def _identifier(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.isidentifier() or keyword.iskeyword(value):
        raise ValueError(f"{key} must be a Python name")
    return value


def _names(raw: dict[str, Any], key: str) -> list[str]:
    value = raw.get(key) or []
    if not is_array(value):
        raise ValueError(f"{key} must be a list of names")
    return [str(item) for item in value]


def _record(kind: type[R], raw: dict[str, Any], key: str) -> R | None:
    value = raw.get(key)
    if value is None:
        return None
    known = {f.name for f in fields(kind)}
    if not is_object(value) or value.keys() - known:
        raise ValueError(f"{key} must be an object of {', '.join(sorted(known))}")
    try:
        return kind(**{name: tuple(item) if is_array(item) else item for name, item in value.items()})
    except TypeError as error:
        raise ValueError(f"{key}: {str(error).partition(') ')[2] or error}") from None
