"""The `x-alli-sdk` vocabulary as typed records; spec/README.md describes it. Nothing is read here: see extension.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generator.document.problems import JsonPath
from generator.model.types import Type

__all__ = [
    "RESERVED_METHODS",
    "RESERVED_RESOURCES",
    "RESULT_CLASSES",
    "MethodBlock",
    "OperationBlock",
    "Pagination",
    "ResourceBlock",
    "StreamBlock",
]

RESULT_CLASSES = ("RunResult", "RunStream", "SkillResult", "ConversationResult")

RESERVED_RESOURCES = frozenset({"aclose", "close", "raw", "request", "stream_request", "with_options"})
"""Attributes that a client has already (templates/alli/client.py.jinja)."""

RESERVED_METHODS = frozenset({"bool", "bytes", "dict", "float", "int", "object", "str"})
"""Names that the signatures of a resource need as types."""


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
    types: dict[str, Type] = field(default_factory=dict[str, Type])
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
    conversation: str | None = None


@dataclass(frozen=True)
class ResourceBlock:
    name: str
    doc: str
    mixin: str | None = None
