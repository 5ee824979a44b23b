"""What users of the SDK can name, read off a spec and the overlay: methods with their parameters, and models.

It is taken from the same parse and the same views that the package is rendered from, so it speaks of
`client.apps.list(page_size)`, not of paths and YAML.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty

from generator.document.problems import GenerationFailed
from generator.document.schemas import properties
from generator.facade import resources, views
from generator.facade.arguments import Argument
from generator.facade.exports import exports
from generator.model import reading
from generator.model.constraints import Bounds, bounds_of
from generator.raw import package
from generator.raw.models import annotation
from generator.raw.parsed_models import wire_name

__all__ = ["FieldSurface", "MethodSurface", "ModelSurface", "ParameterSurface", "Surface", "read"]


@dataclass(frozen=True)
class ParameterSurface:
    """A parameter of a method."""

    annotation: str
    required: bool
    position: int | None
    """Where it stands if it may be given by position."""
    bounds: Bounds = field(default_factory=dict[str, Any], compare=False)
    """What the service asks of its value beyond the type."""


@dataclass(frozen=True)
class MethodSurface:
    """A method of a resource."""

    returns: str
    parameters: dict[str, ParameterSurface]
    deprecated: bool = field(default=False, compare=False)
    needs: frozenset[str] = field(default=frozenset(), compare=False)
    """Options of the client without which the service refuses the call."""


@dataclass(frozen=True)
class FieldSurface:
    """An attribute of a model."""

    annotation: str
    required: bool
    bounds: Bounds = field(default_factory=dict[str, Any], compare=False)
    """As a parameter's."""


@dataclass(frozen=True)
class ModelSurface:
    """A model, and whether users make it, get it, or both."""

    fields: dict[str, FieldSurface]
    sent: bool
    received: bool


@dataclass(frozen=True)
class Surface:
    """All of it.

    Attributes:
        methods: By name as written, e.g. `client.apps.list`.
        models: By class name.
        enums: Values the documentation lists, by type name.
        derived: Methods whose name was made of the path, because the overlay says nothing of their operation.
    """

    methods: dict[str, MethodSurface]
    models: dict[str, ModelSurface]
    enums: dict[str, frozenset[str | int]]
    derived: frozenset[str]


def read(spec: Path, overlay_file: Path) -> Surface:
    """The surface that a spec gives. Targets of the overlay that it doesn't have are passed over.

    Raises:
        GenerationFailed: no SDK can be made from it.
    """
    found = reading.read(spec, overlay_file, strict=False)
    with tempfile.TemporaryDirectory() as folder:
        data, _ = package.parse(found.document, Path(folder) / "raw")
    context = _views(found, data)
    listed = cast("list[views.Resource]", context["resources"])
    sent, received = _directions(listed, data)
    enums = {
        str(item.class_info.name): item.value_type.__name__
        for item in data.enums
        if isinstance(item, LiteralEnumProperty)
    }
    return Surface(
        methods={
            **{f"client.{r.name}.{m.name}": _method(m) for r in listed for m in r.methods},
            **_conversation(cast("views.Turn | None", context["turn"])),
        },
        models={
            item.class_info.name: _model(
                found.document.data, item, item.class_info.name in sent, item.class_info.name in received, enums
            )
            for item in data.models
            if item.class_info.name in sent | received
        },
        enums={
            item.class_info.name: frozenset(item.values) for item in data.enums if isinstance(item, LiteralEnumProperty)
        },
        derived=frozenset(_derived(found, listed)),
    )


def _views(found: reading.Reading, data: GeneratorData) -> dict[str, object]:
    """Views without what the overlay says of things that this spec doesn't have."""
    blocks = found.blocks
    while True:
        try:
            return resources.build(found.document.data, data, blocks, found.resources)
        except GenerationFailed as failed:
            keys = [(p.path[:3], p.path[4:]) for p in failed.problems if p.path is not None and len(p.path) > 4]
            fewer = [
                next((reading.without(block, rest) for path, rest in keys if path == block.path), block)
                for block in blocks
            ]
            if fewer == blocks:
                raise reading.located(failed, found.document) from failed
            blocks = fewer


def _derived(found: reading.Reading, listed: list[views.Resource]) -> Iterator[str]:
    unnamed = {problem.path for problem in found.warnings}
    named = {
        (block.resource, method.name) for block in found.blocks if block.path in unnamed for method in block.methods
    }
    return (f"client.{r.name}.{m.name}" for r in listed for m in r.methods if (r.name, m.name) in named)


def _method(method: views.Method) -> MethodSurface:
    parameters = dict(_parameters(method.arguments.positional, method.arguments.keywords))
    return MethodSurface(method.sync_returns, parameters, method.deprecated, frozenset(method.needs))


def _conversation(turn: views.Turn | None) -> dict[str, MethodSurface]:
    """The methods of Conversation whose parameters are the document's."""
    if turn is None:
        return {}
    parameters = dict(_parameters(turn.positional, turn.keywords))
    return {
        "Conversation.send": MethodSurface("RunResult", parameters),
        "Conversation.stream": MethodSurface("RunStream", parameters),
    }


def _parameters(positional: list[Argument], keywords: list[Argument]) -> Iterator[tuple[str, ParameterSurface]]:
    for place, argument in enumerate(positional):
        yield argument.name, ParameterSurface(argument.annotation, not argument.default, place, argument.bounds)
    for argument in keywords:
        yield argument.name, ParameterSurface(argument.annotation, not argument.default, None, argument.bounds)


def _model(
    data: dict[str, Any], item: ModelProperty, sent: bool, received: bool, enums: dict[str, str]
) -> ModelSurface:
    fields = [*(item.required_properties or []), *(item.optional_properties or [])]
    schemas = properties(data, item.data.model_dump(mode="json", by_alias=True, exclude_none=True))
    return ModelSurface(
        {
            prop.python_name: FieldSurface(
                _without_enums(annotation(prop, required=True), enums),
                prop.required,
                bounds_of(data, schemas.get(wire_name(prop))),
            )
            for prop in fields
        },
        sent=sent,
        received=received,
    )


def _without_enums(code: str, enums: dict[str, str]) -> str:
    """The values an enum lists are open: its type is that of any text, or any number."""
    return re.sub(r"[A-Za-z_]\w*", lambda match: enums.get(match[0], match[0]), code)


def _directions(listed: list[views.Resource], data: GeneratorData) -> tuple[set[str], set[str]]:
    """Names of the models that users may hand over, and of those they get; the bodies of requests are neither."""
    models: dict[str, ModelProperty] = {item.class_info.name: item for item in data.models}
    methods = [method for resource in listed for method in resource.methods]
    given = {name for method in methods for argument in method.arguments.all for _, name in argument.models}
    got = {name for method in methods for _, name in method.results}
    got |= {name for _, names in exports([]) for name in names if name in models}
    return (
        set(_reachable([models[name] for name in sorted(given)], models)),
        set(_reachable([models[name] for name in sorted(got)], models)),
    )


def _reachable(roots: Iterable[PropertyProtocol], models: dict[str, ModelProperty]) -> list[str]:
    found: list[str] = []
    waiting: list[PropertyProtocol] = list(roots)
    while waiting:
        match waiting.pop():
            case ListProperty(inner_property=inner):
                waiting.append(inner)
            case UnionProperty(inner_properties=inner):
                waiting.extend(inner)
            case ModelProperty(class_info=info) if info.name not in found:
                found.append(info.name)
                whole = models[info.name]
                waiting.extend([*(whole.required_properties or []), *(whole.optional_properties or [])])
                if whole.additional_properties is not None:
                    waiting.append(whole.additional_properties)
            case _:
                pass
    return found
