"""From the two files of spec/ to the merged document and the model of its API, all of it checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.document import files, overlay, validation
from generator.document.files import Document
from generator.document.json_types import is_array, is_object
from generator.document.media_types import unusable
from generator.document.parameter_checks import unwritable
from generator.document.problems import GenerationFailed, JsonPath, Problem
from generator.document.schemas import lift_definitions, normalize, separate_parents
from generator.model.api import Api, Operation
from generator.model.blocks import OperationBlock
from generator.model.extension import read_document, read_operations
from generator.model.overlay_references import operation_references, schema_references
from generator.raw import default_names
from generator.raw.door import Parse, parse

__all__ = ["Reading", "Warn", "read", "silent", "without_lost"]


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        document: Merged, validated, its keys in order.
        parsed: What it says.
        warnings: What people should add to the overlay, each with its place.
    """

    document: Document
    parsed: Parse
    warnings: list[Problem]
    left_out: list[Problem]
    """What the document says that can't be used, each with its place; these are among the warnings, too."""

    @property
    def api(self) -> Api:
        """The model of what the document says."""
        return self.parsed.api


Warn = Callable[[Problem], None]
"""Called with each warning, before anything is written."""


def silent(_: Problem) -> None:
    """Says nothing of a warning."""


def read(spec: Path, overlay_file: Path, *, strict: bool = True, warn: Warn = silent) -> Reading:
    """Read the spec with the overlay applied.

    With `strict=False`, for a spec that is older or newer than the overlay, what the overlay says of things that the spec doesn't have
    is passed over.

    Raises:
        GenerationFailed: with all that is wrong, each with its place.
    """
    source = files.load(spec)
    normalize(source)
    merged = overlay.apply(source, files.load(overlay_file), strict=strict)
    # The order of keys says nothing, so nothing may come of it.
    merged.data = _sorted(merged.data)
    lift_definitions(merged.data)
    separate_parents(merged.data)
    left_out = [*validation.drop_required_flags(merged.data), *validation.drop_unusable(merged.data)]
    warnings = merged.located([*left_out, *default_names.annotate(merged)])
    validation.validate(merged)
    try:
        if problems := [*unusable(merged.data), *unwritable(merged.data)]:
            raise GenerationFailed(problems)
        blocks = read_operations(merged.data)
        whole = read_document(merged.data, blocks, strict=strict)
        problems = list(schema_references(merged.data)) if strict else []
        for warning in warnings:
            warn(warning)
        parsed = parse(merged, blocks, whole)
        lost = operation_references(parsed.api)
        problems += lost
        if problems and strict:
            raise GenerationFailed(problems)
    except GenerationFailed as failed:
        raise GenerationFailed(merged.located(failed.problems)) from failed
    if lost:
        parsed = replace(parsed, api=without_lost(parsed.api, lost))
    return Reading(merged, parsed, warnings, warnings[: len(left_out)])


def without_lost(api: Api, problems: Sequence[Problem]) -> Api:
    """The API with blocks that don't say what these problems are about, as far as the facade can do without it."""
    return replace(api, operations=tuple(_without_lost(operation, problems) for operation in api.operations))


def _without_lost(operation: Operation, problems: Sequence[Problem]) -> Operation:
    block, depth = operation.block, len(operation.path) + 1
    mine = [p.path[depth:] for p in problems if p.path is not None and p.path[: depth - 1] == operation.path]
    for keys in reversed(mine):  # from the end, so that earlier indices stay true
        block = block and _without(block, keys)
    return replace(operation, block=block)


def _without(block: OperationBlock, keys: JsonPath) -> OperationBlock:
    if not keys:
        return block
    key, inner = str(keys[0]), keys[1:]
    value: Any = getattr(block, key)
    match key, inner:
        case "methods", (name, "handle", *_):
            # Without its handle it would be another method, which gives something else.
            left: Any = tuple(method for method in value if method.name != name)
        case (("methods" | "returns" | "result" | "stream"), _):
            return block
        case _, (int(index),):
            left = (*value[:index], *value[index + 1 :])
        case _, (str(wire), int(index)) if is_object(value):
            left = {**value, wire: (*value[wire][:index], *value[wire][index + 1 :])}
        case _, (str(wire), *_) if is_object(value):
            left = {name: each for name, each in value.items() if name != wire}
        case _:
            left = () if isinstance(value, tuple) else None
    return replace(block, **{key: left})


def _sorted(value: Any) -> Any:
    if is_object(value):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if is_array(value):
        return [_sorted(item) for item in value]
    return value
