"""Reads the `x-alli-sdk` blocks of the merged document into the records of vocabulary.py.

A word that is not in the vocabulary is an error with its place, so that a typing mistake can't silently change the facade; and what
becomes code (names, annotations) is checked to be no more than that.
"""

from __future__ import annotations

import ast
from dataclasses import fields
from typing import Any

from generator.document.did_you_mean import nearest
from generator.document.json_types import is_object
from generator.document.problems import GenerationFailed, JsonPath, Problem
from generator.document.schemas import operations
from generator.model.block_reader import BlockReader
from generator.model.blocks import (
    GRADES,
    PAGING_STYLES,
    RECORDS,
    RESERVED_METHODS,
    RESERVED_RESOURCES,
    RESULT_CLASSES,
    STREAMS,
    HandleBlock,
    MethodBlock,
    OperationBlock,
    Pagination,
    ResourceBlock,
    WaitBlock,
)
from generator.model.names import clashes
from generator.model.result_blocks import read_result
from generator.model.types import NULL, Anything, File, ListOf, Literals, ObjectOf, Scalar, ScalarName, Type, union

__all__ = ["OPERATION_KEYS", "read_operations", "read_resources"]

_SCALARS: tuple[ScalarName, ...] = ("bool", "bytes", "float", "int", "object", "str")
_LISTS = ("Sequence", "list")
_OBJECTS = ("Mapping", "dict")

OPERATION_KEYS = {each.name for each in fields(OperationBlock)} - {"operation_id", "path"} | {
    "method",
    "returns",
    "doc",
}
"""Of a block on an operation."""


def read_operations(document: dict[str, Any]) -> list[OperationBlock]:
    """All blocks, in the document's order.

    Raises:
        GenerationFailed: two facade methods of one name, or a block that is not in the vocabulary; all of them, each with its place.
    """
    problems: list[Problem] = []
    blocks: list[OperationBlock] = []
    for path, operation in operations(document):
        where = f"{str(path[2]).upper()} {path[1]}"
        reader = BlockReader(operation["x-alli-sdk"], (*path, "x-alli-sdk"), where)
        block = _operation(reader, operation["operationId"], path)
        problems += reader.problems
        if block is not None:
            blocks.append(block)
    problems += clashes(blocks)
    if problems:
        raise GenerationFailed(problems)
    return blocks


def read_resources(
    document: dict[str, Any], blocks: list[OperationBlock], *, strict: bool = True
) -> list[ResourceBlock]:
    """The resources that the blocks name, in order of first use, with their docstrings and mixins.

    Raises:
        GenerationFailed: a description that is not in the vocabulary; if `strict`, also one of a resource that no block names.
    """
    root = document.get("x-alli-sdk")
    described: Any = (root.get("resources") or {}) if is_object(root) else {}
    resources: list[ResourceBlock] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(block.resource for block in blocks):
        reader = BlockReader(described.get(name) or {}, ("x-alli-sdk", "resources", name), f"resource {name}")
        reader.known({"doc", "mixin"})
        doc = reader.text("doc") or f"The {name.replace('_', ' ')} of the API."
        mixin = reader.text("mixin")
        resources.append(ResourceBlock(name, doc, None if mixin is None else reader.identifier(mixin, "mixin")))
        problems += reader.problems
    names = [resource.name for resource in resources]
    problems += [
        Problem(
            f"x-alli-sdk resources: no operation has the resource '{name}'; the nearest is '{nearest(name, names)}'",
            path=("x-alli-sdk", "resources", name),
        )
        for name in (described if strict else ())
        if name not in names
    ]
    if problems:
        raise GenerationFailed(problems)
    return resources


def _operation(reader: BlockReader, operation_id: str, path: JsonPath) -> OperationBlock | None:
    reader.known(OPERATION_KEYS, missing=("resource",))
    if reader.problems:
        return None
    resource = reader.identifier(reader.raw["resource"], "resource", reserved=RESERVED_RESOURCES)
    if resource.startswith("_"):
        reader.problem("resource must not begin with an underscore", "resource")
    rename = {wire: reader.identifier(name, "rename", wire) for wire, name in reader.texts("rename").items()}
    body = reader.within("body")
    stream = _stream(reader)
    block = OperationBlock(
        operation_id,
        path,
        resource,
        _methods(reader, stream),
        unwrap=reader.one_or_more("unwrap"),
        pagination=_pagination(reader),
        wait=_wait(reader),
        positional=reader.names("positional"),
        order=reader.names("order"),
        rename=rename,
        flatten=_flatten(reader),
        omit=reader.names("omit"),
        types={wire: _type(reader, wire, code) for wire, code in reader.texts("types").items()},
        json_strings=reader.names("json_strings"),
        files=reader.text("files"),
        file_names=reader.texts("file_names"),
        progress=reader.flag("progress", default=False),
        same_as=reader.texts("same_as"),
        keep_null=reader.flag("keep_null", default=False),
        body=None if body is None else body.identifier(body.text("argument"), "argument"),
        timeout=reader.one_of("timeout", ("run",)),
        idempotent=reader.flag("idempotent", default=path[2] == "get"),
        result=read_result(reader.within("result")),
        stream=stream,
        answer=reader.one_of("answer", ("file",)),
        describe=reader.texts("describe"),
        source=reader.text("source"),
        grade=reader.one_of("grade", GRADES),
        explain=None if reader.text("explain") is None else reader.identifier(reader.text("explain"), "explain"),
        conversation=reader.text("conversation"),
    )
    if block.answer is not None:
        others = ("pagination", "unwrap", "returns", "stream", "wait", "result")
        for key in [key for key in others if key in reader.raw]:
            reader.problem(f"answer: file gives a file, so that there can be no {key}", key)
    return None if reader.problems else block


def _pagination(block: BlockReader) -> Pagination | None:
    reader = block.within("pagination")
    if reader is None:
        return None
    given = reader.raw.get("style", "cursor")
    style = reader.one_of("style", PAGING_STYLES) or "cursor"
    # A style that is misspelt says nothing of what else is needed.
    needed = ("param", "next", "items") if given == "cursor" else ("param", "items")
    reader.known({"style", "param", "in", "next", "items", "size", "total"}, missing=needed)
    if style != "cursor" and "next" in reader.raw:
        reader.problem(f"next is for the style cursor; pages of the style {style} are counted", "next")
    return Pagination(
        style=style,
        param=reader.needed("param"),
        place=reader.one_of("in", ("query", "body")) or "query",
        items=reader.one_or_more("items"),
        next=reader.text("next"),
        size=reader.raw["size"] if type(reader.raw.get("size")) is int else reader.text("size"),
        total=reader.text("total"),
    )


def _wait(block: BlockReader) -> WaitBlock | None:
    reader = block.within("wait")
    if reader is None:
        return None
    reader.known({"status", "done", "failed", "interval"}, missing=("status", "done"))
    named = reader.within("done") if is_object(reader.raw.get("done")) else None
    done = {"done": reader.names("done")} if named is None else {name: named.names(name) for name in named.raw}
    interval = reader.raw.get("interval", 1)
    if not isinstance(interval, int | float) or isinstance(interval, bool) or interval <= 0:
        reader.problem("interval must be a number of seconds above 0", "interval")
        interval = 1
    return WaitBlock(reader.one_or_more("status"), done, reader.names("failed"), float(interval))


def _stream(block: BlockReader) -> str | None:
    reader = block.within("stream")
    if reader is None:
        return None
    if "records" not in reader.raw:
        reader.known({"semantics", "records"}, missing=("semantics",))
        return reader.one_of("semantics", ("snapshot", "delta"))
    reader.known({"records"})
    return "records" if reader.flag("records", default=False) else None


def _flatten(block: BlockReader) -> dict[str, list[str]]:
    reader = block.within("flatten")
    return {} if reader is None else {wire: list(reader.names(wire)) for wire in reader.raw}


def _methods(reader: BlockReader, stream: str | None) -> tuple[MethodBlock, ...]:
    named = reader.within("methods")
    if named is None:
        name = reader.identifier(reader.raw.get("method"), "method", reserved=RESERVED_METHODS)
        returns = reader.one_of("returns", RESULT_CLASSES)
        returns = RECORDS if stream == "records" and returns is None else returns
        entries = [MethodBlock(name, returns=returns, doc=reader.text("doc"))]
    elif not reader.raw.keys().isdisjoint({"method", "returns", "doc"}):
        reader.problem("methods stands instead of method, returns and doc")
        entries = []
    else:
        entries = [_method(named, name) for name in named.raw]
    for method in entries:
        if method.name.startswith("_"):
            reader.problem(f"method {method.name} must not begin with an underscore")
        if (method.collect or method.returns in STREAMS) and stream not in ("snapshot", "delta"):
            reader.problem(f"method {method.name}: needs a stream block that says how the answer is read")
        if method.returns == RECORDS and stream != "records":
            reader.problem(f"method {method.name}: needs stream: {{records: true}}")
    return tuple(entries)


def _method(named: BlockReader, name: str) -> MethodBlock:
    reader = named.within(name)
    named.identifier(name, name, reserved=RESERVED_METHODS)
    if reader is None:
        return MethodBlock(name)
    reader.known({"set", "returns", "collect", "doc", "handle"})
    given: object = reader.raw.get("set", {})
    constants: dict[str, Any] = given if is_object(given) else {}
    if not is_object(given):
        reader.problem("set must be an object", "set")
    returns = reader.one_of("returns", RESULT_CLASSES)
    doc = reader.text("doc")
    return MethodBlock(name, constants, returns, reader.flag("collect", default=False), doc, _handle(reader))


def _handle(method: BlockReader) -> HandleBlock | None:
    reader = method.within("handle")
    if reader is None:
        return None
    keys = ("status", "result", "stop", "continues", "take_up")
    reader.known(set(keys), missing=keys)
    return HandleBlock(
        status=reader.needed("status"),
        result=reader.needed("result"),
        stop=reader.needed("stop"),
        continues=reader.needed("continues"),
        take_up=reader.identifier(reader.raw.get("take_up"), "take_up", reserved=RESERVED_METHODS),
    )


def _type(reader: BlockReader, wire: str, code: str) -> Type:
    """A type, written as in Python: the overlay is text, and text must not become a program."""
    try:
        return _read_type(ast.parse(code, mode="eval").body)
    except (SyntaxError, ValueError):
        names = sorted(("Any", *_SCALARS, *_LISTS, *_OBJECTS, "FileInput", "Literal", "None"))
        reader.problem(f"types: '{wire}' must be a type made of {', '.join(names)}", "types", wire)
        return Anything()


def _read_type(node: ast.expr) -> Type:
    match node:
        case ast.Constant(value=None):
            return NULL
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return union([_read_type(left), _read_type(right)])
        case ast.Name(id=name) if name in _SCALARS:
            return Scalar(next(each for each in _SCALARS if each == name))
        case ast.Name(id="Any"):
            return Anything()
        case ast.Name(id="FileInput"):
            return File()
        case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _LISTS:
            return ListOf(_read_type(inner))
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[ast.Name(id="str"), inner])) if (
            name in _OBJECTS
        ):
            return ObjectOf(_read_type(inner))
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            values = [ast.literal_eval(each) for each in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
            if all(isinstance(value, str | int) for value in values):
                return Literals(tuple(values))
        case _:
            pass
    raise ValueError(ast.unparse(node))
