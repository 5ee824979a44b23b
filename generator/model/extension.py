"""Reads the `x-alli-sdk` blocks of the merged document into the records of blocks.py.

A word that is not in the vocabulary is an error with its place, so that a typing mistake can't silently change the facade; and what
becomes code (names, annotations) is checked to be no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.document.did_you_mean import nearest_of
from generator.document.json_types import is_object
from generator.document.problems import GenerationFailed, JsonPath, Problem
from generator.document.schemas import called, operations
from generator.model.block_reader import read
from generator.model.blocks import RECORDS, STREAMS, DocumentBlock, MethodBlock, OperationBlock
from generator.model.names import clashes

__all__ = ["read_document", "read_operations"]


def read_operations(document: dict[str, Any]) -> dict[JsonPath, OperationBlock]:
    """All blocks by the path of their operation, in the document's order.

    Raises:
        GenerationFailed: two facade methods of one name, or a block that is not in the vocabulary; all of them, each with its place.
    """
    problems: list[Problem] = []
    blocks: dict[JsonPath, OperationBlock] = {}
    for path, operation in operations(document):
        raw, place, where = operation["x-alli-sdk"], (*path, "x-alli-sdk"), called(path)
        raw = {"idempotent": path[2] == "get", **raw} if is_object(raw) else raw
        if (block := read(OperationBlock, raw, place, where, problems)) is not None:
            returns = RECORDS if block.stream == "records" and block.returns is None else block.returns
            one = MethodBlock(block.method or "", returns=returns, doc=block.doc)
            blocks[path] = replace(block, methods=block.methods or (one,))
            problems += [
                Problem(f"{where}: x-alli-sdk: {message}", path=(*place, *keys))
                for message, keys in _contradictions(blocks[path], raw)
            ]
    problems += clashes(blocks)
    if problems:
        raise GenerationFailed(problems)
    return blocks


def read_document(
    document: dict[str, Any], blocks: Mapping[JsonPath, OperationBlock], *, strict: bool = True
) -> DocumentBlock:
    """The document's own block.

    Raises:
        GenerationFailed: it is not in the vocabulary; if `strict`, also where it describes a resource that no other block names.
    """
    problems: list[Problem] = []
    block = read(DocumentBlock, document.get("x-alli-sdk") or {}, ("x-alli-sdk",), "the document", problems)
    names = {each.resource for each in blocks.values()}
    for name in block.resources if strict and block else ():
        if name not in names:
            message = f"x-alli-sdk resources: no operation has the resource '{name}'; {nearest_of(name, names)}"
            problems.append(Problem(message, path=("x-alli-sdk", "resources", name)))
    if problems or block is None:
        raise GenerationFailed(problems)
    return block


def _contradictions(block: OperationBlock, raw: Mapping[str, Any]) -> Iterator[tuple[str, JsonPath]]:
    """What can't be said together, and where in the block."""
    if "methods" in raw and not raw.keys().isdisjoint({"method", "returns", "doc"}):
        yield "methods stands instead of method, returns and doc", ()
    elif "methods" not in raw and block.method is None:
        yield "'method' is missing", ()
    page = block.pagination
    if page is not None and page.style == "cursor" and page.next is None:
        yield "pagination: 'next' is missing", ("pagination",)
    if page is not None and page.style != "cursor" and page.next is not None:
        message = f"pagination.next is for the style cursor; pages of the style {page.style} are counted"
        yield message, ("pagination", "next")
    if block.answer is not None:
        for key in sorted(raw.keys() & {"pagination", "unwrap", "returns", "stream", "wait", "result"}):
            yield f"answer: file gives a file, so that there can be no {key}", (key,)
    for method in block.methods:
        if (method.collect or method.returns in STREAMS) and block.stream not in ("snapshot", "delta"):
            yield f"method {method.name}: needs a stream block that says how the answer is read", ()
        if method.returns == RECORDS and block.stream != "records":
            yield f"method {method.name}: needs stream: {{records: true}}", ()
