"""Reads the `result` blocks: where an answer has the parts of a result. spec/README.md describes them."""

from __future__ import annotations

from typing import Any

from generator.document.json_types import is_object
from generator.document.problems import GenerationFailed, Problem
from generator.model.block_reader import BlockReader
from generator.model.blocks import (
    CHOICE_PATHS,
    CITATION_PATHS,
    FORM_FIELD_PATHS,
    MESSAGE_PATHS,
    RESULT_CLASSES,
    RESULT_PATHS,
    STREAMS,
    ResultBlock,
)

__all__ = ["read_result", "read_results"]


def read_results(document: dict[str, Any]) -> dict[str, ResultBlock]:
    """What the document says of each result class.

    Raises:
        GenerationFailed: a class that does not exist, or a block that is not in the vocabulary.
    """
    root = document.get("x-alli-sdk")
    described: Any = (root.get("results") or {}) if is_object(root) else {}
    whole = BlockReader(described, ("x-alli-sdk", "results"), "results")
    classes = [name for name in RESULT_CLASSES if name not in STREAMS]
    whole.known(set(classes))
    problems: list[Problem] = list(whole.problems)
    found: dict[str, ResultBlock] = {}
    for name in classes:
        reader = BlockReader(whole.raw.get(name) or {}, ("x-alli-sdk", "results", name), f"result {name}")
        found[name] = read_result(reader) or ResultBlock()
        problems += reader.problems
    if problems:
        raise GenerationFailed(problems)
    return found


def read_result(reader: BlockReader | None) -> ResultBlock | None:
    """One block; None where there is none."""
    if reader is None:
        return None
    reader.known({*RESULT_PATHS, "message", "citation", "choice", "form_field", "replace"})
    replace = reader.within("replace")
    replacement: dict[str, str] | None = None
    if replace is not None:
        replace.known({"type", "index", "text"}, missing=("type", "index", "text"))
        replacement = {key: replace.needed(key) for key in ("type", "index", "text")}
    return ResultBlock(
        _paths(reader, RESULT_PATHS),
        _group(reader.within("message"), MESSAGE_PATHS),
        _group(reader.within("citation"), CITATION_PATHS),
        _group(reader.within("choice"), CHOICE_PATHS),
        _group(reader.within("form_field"), FORM_FIELD_PATHS),
        replacement,
    )


def _group(reader: BlockReader | None, keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if reader is None:
        return {}
    reader.known(set(keys))
    return _paths(reader, keys)


def _paths(reader: BlockReader, keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {key: reader.names(key) for key in keys if key in reader.raw}
