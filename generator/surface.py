"""What users of the SDK can name, read off a spec and the overlay: methods with their parameters, and models.

It is taken from the same parse and the same views that the package is rendered from, so it speaks of
`client.apps.list(page_size)`, not of paths and YAML.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty

from generator import overlay, raw, validate, views
from generator.document import Document, load
from generator.raw_models import annotation

__all__ = ["FieldSurface", "MethodSurface", "ModelSurface", "ParameterSurface", "Surface", "read"]


@dataclass(frozen=True)
class ParameterSurface:
    """A parameter of a method."""

    annotation: str
    required: bool
    position: int | None
    """Where it stands if it may be given by position."""


@dataclass(frozen=True)
class MethodSurface:
    """A method of a resource."""

    returns: str
    parameters: dict[str, ParameterSurface]


@dataclass(frozen=True)
class FieldSurface:
    """An attribute of a model."""

    annotation: str
    required: bool


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
        left_out: Operations of the spec that the overlay gives no method, e.g. `GET /webapi/v2/projects`.
    """

    methods: dict[str, MethodSurface]
    models: dict[str, ModelSurface]
    enums: dict[str, frozenset[str | int]]
    left_out: frozenset[str]


def read(spec: Path, overlay_file: Path) -> Surface:
    """The surface that a spec gives. Targets of the overlay that it doesn't have are passed over.

    Raises:
        GenerationFailed: no SDK can be made from it.
    """
    merged = overlay.apply(load(spec), load(overlay_file), strict=False)
    left_out = frozenset(_leave_out(merged))
    validate.validate(merged)
    with tempfile.TemporaryDirectory() as folder:
        data, _ = raw.parse(merged, Path(folder) / "_raw")
    context = views.build(merged.data, data)
    resources = cast("list[views.Resource]", context["resources"])
    sent, received = _directions(data)
    return Surface(
        methods={f"client.{r.name}.{m.name}": _method(m) for r in resources for m in r.methods},
        models={
            item.class_info.name: _model(item, item.class_info.name in sent, item.class_info.name in received)
            for item in data.models
        },
        enums={
            item.class_info.name: frozenset(item.values) for item in data.enums if isinstance(item, LiteralEnumProperty)
        },
        left_out=left_out,
    )


def _leave_out(document: Document) -> Iterator[str]:
    """Take out the operations without an annotation, of which no method is made, and name them."""
    for path, operation in list(validate.operations(document.data)):
        if "x-alli-sdk" not in operation or "operationId" not in operation:
            del document.data["paths"][path[1]][path[2]]
            yield f"{str(path[2]).upper()} {path[1]}"


def _method(method: views.Method) -> MethodSurface:
    positional = {argument.name: place for place, argument in enumerate(method.arguments.positional)}
    return MethodSurface(
        returns=method.sync_returns,
        parameters={
            argument.name: ParameterSurface(argument.annotation, not argument.default, positional.get(argument.name))
            for argument in method.arguments.all
        },
    )


def _model(item: ModelProperty, sent: bool, received: bool) -> ModelSurface:
    fields = [*(item.required_properties or []), *(item.optional_properties or [])]
    return ModelSurface(
        {prop.python_name: FieldSurface(annotation(prop, required=True), prop.required) for prop in fields},
        sent=sent,
        received=received,
    )


def _directions(data: GeneratorData) -> tuple[set[str], set[str]]:
    """Names of the models in requests, and of those in responses."""
    endpoints = [e for collection in data.endpoint_collections_by_tag.values() for e in collection.endpoints]
    models: dict[str, ModelProperty] = {item.class_info.name: item for item in data.models}
    requests = [body.prop for e in endpoints for body in e.bodies]
    requests += [prop for e in endpoints for prop in e.query_parameters]
    return (
        set(_reachable(requests, models)),
        set(_reachable([response.prop for e in endpoints for response in e.responses], models)),
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
