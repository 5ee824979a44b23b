"""From the two files of spec/ to the merged document and what it says of the facade, all of it checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.document import files, overlay, validation
from generator.document.files import Document
from generator.document.json_types import is_array, is_object
from generator.document.problems import GenerationFailed, JsonPath, Problem
from generator.model import default_names
from generator.model.blocks import OperationBlock, ResourceBlock
from generator.model.extension import read_operations, read_resources
from generator.model.media_types import unusable
from generator.model.overlay_references import drifted
from generator.model.parameters import unwritable

__all__ = ["Reading", "located", "read", "without"]


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        document: Merged, validated, its keys in order.
        blocks: What it says of each operation's methods.
        resources: What it says of the resources.
        warnings: What people should add to the overlay, each with its place.
    """

    document: Document
    blocks: list[OperationBlock]
    resources: list[ResourceBlock]
    warnings: list[Problem]


def read(spec: Path, overlay_file: Path, *, strict: bool = True) -> Reading:
    """Read the spec with the overlay applied.

    With `strict=False`, for a spec that is older or newer than the overlay, what the overlay says of things that the spec doesn't have
    is passed over.

    Raises:
        GenerationFailed: with all that is wrong, each with its place.
    """
    merged = overlay.apply(files.load(spec), files.load(overlay_file), strict=strict)
    # The order of keys says nothing, so nothing may come of it.
    merged.data = _sorted(merged.data)
    warnings = default_names.annotate(merged)
    validation.validate(merged)
    if problems := [*unusable(merged), *unwritable(merged.data)]:
        raise located(GenerationFailed(problems), merged)
    try:
        blocks = read_operations(merged.data)
        resources = read_resources(merged.data, blocks)
        problems = drifted(merged, blocks, resources)
        if problems and strict:
            raise GenerationFailed(problems)
    except GenerationFailed as failed:
        raise located(failed, merged) from failed
    if not strict:
        blocks = [_undrifted(block, problems) for block in blocks]
    return Reading(merged, blocks, resources, [warning.at(merged.place(warning.path or ())) for warning in warnings])


def located(failed: GenerationFailed, merged: Document) -> GenerationFailed:
    """The same, each problem with its line: a step that knows no files says where in the merged document something is."""
    return GenerationFailed([p if p.place or p.path is None else p.at(merged.place(p.path)) for p in failed.problems])


def without(block: OperationBlock, keys: JsonPath) -> OperationBlock:
    """The block without what stands at these keys, as far as the facade can do without it."""
    known: dict[str, Any]
    match keys:
        case ("pagination", *_):
            known = {"pagination": None}
        case (("unwrap" | "files" | "conversation") as key, *_):
            known = {key: None}
        case (("positional" | "order") as key, int(index)):
            names: tuple[str, ...] = getattr(block, key)
            known = {key: (*names[:index], *names[index + 1 :])}
        case ("flatten", str(wire), int(index)):
            left = [name for place, name in enumerate(block.flatten[wire]) if place != index]
            known = {"flatten": {**block.flatten, wire: left}}
        case (("describe" | "rename" | "flatten") as key, str(wire)):
            known = {key: {name: value for name, value in getattr(block, key).items() if name != wire}}
        case _:
            known = {}
    return replace(block, **known)


def _undrifted(block: OperationBlock, problems: list[Problem]) -> OperationBlock:
    depth = len(block.path) + 1
    mine = [p.path[depth:] for p in problems if p.path is not None and p.path[: depth - 1] == block.path]
    for keys in reversed(mine):  # from the end, so that earlier indices stay true
        block = without(block, keys)
    return block


def _sorted(value: Any) -> Any:
    if is_object(value):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if is_array(value):
        return [_sorted(item) for item in value]
    return value
