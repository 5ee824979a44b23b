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
from generator.model.extension import read_operations, read_resources
from generator.model.overlay_references import operation_references, schema_references
from generator.raw import default_names
from generator.raw.door import Parse, parse

__all__ = ["Reading", "Warn", "located", "read", "silent", "without_lost"]


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
    warnings = [*left_out, *default_names.annotate(merged)]
    warnings = [warning.at(merged.place(warning.path or ())) for warning in warnings]
    validation.validate(merged)
    try:
        if problems := [*unusable(merged), *unwritable(merged.data)]:
            raise GenerationFailed(problems)
        blocks = read_operations(merged.data)
        resources = read_resources(merged.data, blocks, strict=strict)
        problems = list(schema_references(merged.data)) if strict else []
        for warning in warnings:
            warn(warning)
        parsed = parse(merged, blocks, resources)
        lost = operation_references(parsed.api)
        problems += lost
        if problems and strict:
            raise GenerationFailed(problems)
    except GenerationFailed as failed:
        raise located(failed, merged) from failed
    if lost:
        parsed = replace(parsed, api=without_lost(parsed.api, lost))
    return Reading(merged, parsed, warnings, warnings[: len(left_out)])


def located(failed: GenerationFailed, merged: Document) -> GenerationFailed:
    """The same, each problem with its line: a step that knows no files says where in the merged document something is."""
    return GenerationFailed([p if p.place or p.path is None else p.at(merged.place(p.path)) for p in failed.problems])


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
    known: dict[str, Any]
    match keys:
        case ("pagination", *_):
            known = {"pagination": None}
        case ("unwrap", *_):
            known = {"unwrap": ()}
        case ("wait", *_):
            known = {"wait": None}
        case (("files" | "conversation") as key, *_):
            known = {key: None}
        case (("positional" | "order") as key, int(index)):
            names: tuple[str, ...] = getattr(block, key)
            known = {key: (*names[:index], *names[index + 1 :])}
        case ("methods", str(name), "handle", *_):
            # Without its handle it would be another method, which gives something else.
            known = {"methods": tuple(method for method in block.methods if method.name != name)}
        case ("flatten", str(wire), int(index)):
            left = [name for place, name in enumerate(block.flatten[wire]) if place != index]
            known = {"flatten": {**block.flatten, wire: left}}
        case (("describe" | "rename" | "flatten") as key, str(wire)):
            known = {key: {name: value for name, value in getattr(block, key).items() if name != wire}}
        case _:
            known = {}
    return replace(block, **known)


def _sorted(value: Any) -> Any:
    if is_object(value):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if is_array(value):
        return [_sorted(item) for item in value]
    return value
