"""The `x-alli-sdk` blocks of the merged document as typed records; spec/README.md describes the vocabulary.

A word that is not in the vocabulary is an error with its place, so that a typing mistake can't silently change the facade; and what
becomes code (names, annotations) is checked to be no more than that.
"""

from __future__ import annotations

import ast
import keyword
from dataclasses import dataclass, field
from typing import Any

from generator.jsontypes import is_array, is_object
from generator.nearest import nearest
from generator.problems import GenerationFailed, JsonPath, Problem
from generator.validate import operations

__all__ = [
    "RESERVED_METHODS",
    "RESERVED_RESOURCES",
    "MethodBlock",
    "OperationBlock",
    "Pagination",
    "ResourceBlock",
    "StreamBlock",
    "read_operations",
    "read_resources",
]

RESULT_CLASSES = ("RunResult", "RunStream", "SkillResult", "ConversationResult")

RESERVED_RESOURCES = frozenset({"aclose", "close", "with_options"})
"""Attributes that a client has already (templates/alli/client.py.jinja)."""

RESERVED_METHODS = frozenset({"bool", "bytes", "dict", "float", "int", "object", "str"})
"""Names that the signatures of a resource need as types."""

_ANNOTATION_NAMES = frozenset(
    {
        "Any",
        "FileInput",
        "Literal",
        "Mapping",
        "None",
        "Sequence",
        "bool",
        "bytes",
        "dict",
        "float",
        "int",
        "list",
        "object",
        "str",
    }
)


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


def read_operations(document: dict[str, Any]) -> list[OperationBlock]:
    """All blocks, in the document's order.

    Raises:
        GenerationFailed: two facade methods of one name, or a block that is not in the vocabulary; all of them, each with its place.
    """
    problems: list[Problem] = []
    blocks: list[OperationBlock] = []
    seen: dict[tuple[str, str], str] = {}
    for path, operation in operations(document):
        where = f"{str(path[2]).upper()} {path[1]}"
        reader = _Reader(operation["x-alli-sdk"], (*path, "x-alli-sdk"), where)
        block = reader.operation(operation["operationId"], path)
        problems += reader.problems
        if block is None:
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
    """The resources that the blocks name, in order of first use, with their docstrings and mixins.

    Raises:
        GenerationFailed: a description that is not in the vocabulary.
    """
    root = document.get("x-alli-sdk")
    described: Any = (root.get("resources") or {}) if is_object(root) else {}
    resources: list[ResourceBlock] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(block.resource for block in blocks):
        reader = _Reader(described.get(name) or {}, ("x-alli-sdk", "resources", name), f"resource {name}")
        reader.known({"doc", "mixin"})
        doc = reader.text("doc") or f"The {name.replace('_', ' ')} of the API."
        mixin = reader.text("mixin")
        resources.append(ResourceBlock(name, doc, None if mixin is None else reader.identifier(mixin, "mixin")))
        problems += reader.problems
    if problems:
        raise GenerationFailed(problems)
    return resources


class _Reader:
    """Reads one object of the vocabulary and notes all that is wrong with it."""

    def __init__(self, raw: Any, path: JsonPath, where: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._where = where
        if not is_object(raw):
            self.problem("must be an object")
        self.raw: dict[str, Any] = raw if is_object(raw) else {}

    def problem(self, message: str, *keys: str | int) -> None:
        self.problems.append(Problem(f"{self._where}: x-alli-sdk: {message}", path=(*self._path, *keys)))

    def known(self, names: set[str], *, missing: tuple[str, ...] = ()) -> None:
        """Notes keys that are in no vocabulary, and those that must be there and aren't."""
        for key in self.raw.keys() - names:
            self.problem(
                f"unknown key '{key}'; nearest: '{nearest(key, names)}'; known: {', '.join(sorted(names))}", key
            )
        for key in missing:
            if key not in self.raw:
                self.problem(f"'{key}' is missing")

    def within(self, key: str) -> _Reader | None:
        """A reader of the object at a key, whose problems are this one's too; None where there is none."""
        if self.raw.get(key) is None:
            return None
        inner = _Reader(self.raw[key], (*self._path, key), f"{self._where}: {key}")
        self.problems += inner.problems
        inner.problems = self.problems
        return inner

    def text(self, key: str) -> str | None:
        value = self.raw.get(key)
        if value is not None and not isinstance(value, str):
            self.problem(f"{key} must be text", key)
            return None
        return value

    def needed(self, key: str) -> str:
        return self.text(key) or ""

    def flag(self, key: str, default: bool) -> bool:
        value = self.raw.get(key, default)
        if not isinstance(value, bool):
            self.problem(f"{key} must be true or false", key)
            return default
        return value

    def one_of(self, key: str, accepted: tuple[str, ...]) -> str | None:
        value = self.text(key)
        if value is not None and value not in accepted:
            self.problem(f"{key} must be one of {', '.join(accepted)}", key)
            return None
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value: object = self.raw.get(key)
        if value is None:
            return ()
        if not is_array(value) or not all(isinstance(item, str) for item in value):
            self.problem(f"{key} must be a list of names", key)
            return ()
        return tuple(value)

    def texts(self, key: str) -> dict[str, str]:
        value: object = self.raw.get(key)
        if value is None:
            return {}
        if not is_object(value) or not all(isinstance(item, str) for item in value.values()):
            self.problem(f"{key} must be an object of texts", key)
            return {}
        return value

    def identifier(self, value: object, *keys: str, reserved: frozenset[str] = frozenset()) -> str:
        if (
            not isinstance(value, str)
            or not value.isidentifier()
            or not value.isascii()
            or keyword.iskeyword(value)
            or value in reserved
        ):
            self.problem(f"{keys[-1]} must be a Python name that isn't taken", *keys)
            return "invalid"
        return value

    def operation(self, operation_id: str, path: JsonPath) -> OperationBlock | None:
        self.known(_KEYS, missing=("resource",))
        if self.problems:
            return None
        resource = self.identifier(self.raw["resource"], "resource", reserved=RESERVED_RESOURCES)
        if resource.startswith("_"):
            self.problem("resource must not begin with an underscore", "resource")
        rename = {wire: self.identifier(name, "rename", wire) for wire, name in self.texts("rename").items()}
        body = self.within("body")
        stream = self._stream()
        block = OperationBlock(
            operation_id,
            path,
            resource,
            self._methods(stream),
            unwrap=self.text("unwrap"),
            pagination=self._pagination(),
            positional=self.names("positional"),
            order=self.names("order"),
            rename=rename,
            flatten=self._flatten(),
            omit=self.names("omit"),
            types={wire: self._annotation(wire, code) for wire, code in self.texts("types").items()},
            json_strings=self.names("json_strings"),
            files=self.text("files"),
            keep_null=self.flag("keep_null", default=False),
            body=None if body is None else body.identifier(body.text("argument"), "argument"),
            timeout=self.one_of("timeout", ("run",)),
            idempotent=self.flag("idempotent", default=path[2] == "get"),
            stream=stream,
            describe=self.texts("describe"),
            source=self.text("source"),
            explain=None if self.text("explain") is None else self.identifier(self.text("explain"), "explain"),
        )
        return None if self.problems else block

    def _pagination(self) -> Pagination | None:
        reader = self.within("pagination")
        if reader is None:
            return None
        reader.known({"style", "cursor_param", "next", "items"}, missing=("cursor_param", "next", "items"))
        reader.one_of("style", ("cursor",))
        return Pagination(reader.needed("cursor_param"), reader.needed("next"), reader.needed("items"))

    def _stream(self) -> StreamBlock | None:
        reader = self.within("stream")
        if reader is None:
            return None
        keys = {"semantics", "messages", "text", "conversation_id", "state", "replace"}
        reader.known(keys, missing=("semantics", "text"))
        return StreamBlock(
            semantics=reader.one_of("semantics", ("snapshot", "delta")) or "",
            text=reader.needed("text"),
            messages=reader.names("messages"),
            conversation_id=reader.names("conversation_id"),
            state=reader.names("state"),
            replace=reader.text("replace"),
        )

    def _flatten(self) -> dict[str, list[str]]:
        reader = self.within("flatten")
        return {} if reader is None else {wire: list(reader.names(wire)) for wire in reader.raw}

    def _methods(self, stream: StreamBlock | None) -> tuple[MethodBlock, ...]:
        named = self.within("methods")
        if named is None:
            name = self.identifier(self.raw.get("method"), "method", reserved=RESERVED_METHODS)
            entries = [MethodBlock(name, returns=self.one_of("returns", RESULT_CLASSES))]
        elif "method" in self.raw or "returns" in self.raw:
            self.problem("methods stands instead of method and returns")
            entries = []
        else:
            entries = [self._method(named, name) for name in named.raw]
        for method in entries:
            if method.name.startswith("_"):
                self.problem(f"method {method.name} must not begin with an underscore")
            if (method.collect or method.returns == "RunStream") and stream is None:
                self.problem(f"method {method.name}: needs a stream block that says how the answer is read")
        return tuple(entries)

    def _method(self, named: _Reader, name: str) -> MethodBlock:
        reader = named.within(name)
        named.identifier(name, name, reserved=RESERVED_METHODS)
        if reader is None:
            return MethodBlock(name)
        reader.known({"set", "returns", "collect", "doc"})
        given: object = reader.raw.get("set", {})
        constants: dict[str, Any] = given if is_object(given) else {}
        if not is_object(given):
            reader.problem("set must be an object", "set")
        returns = reader.one_of("returns", RESULT_CLASSES)
        doc = reader.text("doc")
        return MethodBlock(name, constants, returns, reader.flag("collect", default=False), doc)

    def _annotation(self, wire: str, code: str) -> str:
        """A type as code, if it is only a type: the overlay is text, and text must not become a program."""
        try:
            tree = ast.parse(code, mode="eval")
        except (SyntaxError, ValueError):
            tree = None
        allowed = (ast.Expression, ast.Name, ast.Load, ast.Subscript, ast.BinOp, ast.BitOr, ast.Tuple, ast.Constant)
        if tree is None or not all(
            isinstance(node, allowed)
            and (not isinstance(node, ast.Name) or node.id in _ANNOTATION_NAMES)
            and (not isinstance(node, ast.Constant) or node.value is None or isinstance(node.value, (str, int)))
            for node in ast.walk(tree)
        ):
            self.problem(
                f"types: '{wire}' must be a type made of {', '.join(sorted(_ANNOTATION_NAMES))}", "types", wire
            )
            return "Any"
        return ast.unparse(tree)


_KEYS = {
    *(
        "resource",
        "method",
        "methods",
        "returns",
        "unwrap",
        "pagination",
        "positional",
        "order",
        "rename",
        "flatten",
        "omit",
    ),
    *(
        "types",
        "json_strings",
        "files",
        "keep_null",
        "body",
        "timeout",
        "idempotent",
        "stream",
        "describe",
        "source",
        "explain",
    ),
}
