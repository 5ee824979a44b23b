"""What users of the SDK can name, read off a spec and the overlay: methods with their parameters, and models.

It is taken from the same model and the same views that the package is printed from, so it names
`client.apps.list(page_size)`, not of paths and YAML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.document.problems import GenerationFailed
from generator.facade import resources
from generator.facade.arguments import Argument
from generator.facade.views import Facade
from generator.model.api import Api, Constraints, Model
from generator.model.names import exports
from generator.model.printers import FIELD, annotation
from generator.model.types import Enum, Literals, Scalar, Type, open_enums, without_null
from generator.output.twins import sync_text
from generator.raw import reading

__all__ = ["MethodSurface", "ModelSurface", "Part", "Surface", "read"]


@dataclass(frozen=True)
class Part:
    """A parameter of a method, or an attribute of a model."""

    type: Type
    """Leaving a parameter out is a matter of `required`, so null for that is not part of the type."""
    required: bool
    constraints: Constraints = field(default_factory=dict[str, object], compare=False)
    """What the service asks of its value beyond the type."""
    annotation: str = field(default="", compare=False)
    """As in the signature, or in the class but for enums, whose values are open."""
    position: int | None = None
    """Where a parameter stands if it may be given by position."""


@dataclass(frozen=True)
class MethodSurface:
    """A method of a resource."""

    returns: str
    parameters: dict[str, Part]
    sunset: str | None = field(default=None, compare=False)
    """See `constraints.sunset`."""
    needs: frozenset[str] = field(default=frozenset(), compare=False)
    """Options of the client without which the service refuses the call."""


@dataclass(frozen=True)
class ModelSurface:
    """A model, and whether users make it, get it, or both."""

    fields: dict[str, Part]
    sent: bool
    received: bool


@dataclass(frozen=True)
class Surface:
    """All of it.

    Attributes:
        methods: By name as written, e.g. `client.apps.list`.
        models: By class name.
        enums: Values the documentation lists, by type name.
        names: The types of these that programs can import from `alli`.
        derived: Methods whose name was made of the path, because the overlay says nothing of their operation.
    """

    methods: dict[str, MethodSurface]
    models: dict[str, ModelSurface]
    enums: dict[str, frozenset[str | int]]
    names: frozenset[str]
    derived: frozenset[str]


def read(spec: Path, overlay_file: Path, *, warn: reading.Warn = reading.silent) -> Surface:
    """The surface that a spec gives. Targets of the overlay that it doesn't have are passed over.

    `warn` is called with what the spec says that can't be used.

    Raises:
        GenerationFailed: no SDK can be made from it.
    """
    found = reading.read(spec, overlay_file, strict=False)
    for problem in found.left_out:
        warn(problem)
    facade = _facade(found)
    sent, received = _directions(facade, found.api)
    return Surface(
        methods=dict(_methods(facade)),
        models={
            each.ref.name: _model(each, each.ref.name in sent, each.ref.name in received)
            for each in found.api.models
            if each.ref.name in sent | received
        },
        enums={each.name: each.values for each in found.api.enums},
        names=frozenset(each.name for each in facade.types if isinstance(each, Enum)),
        derived=frozenset(_derived(found)),
    )


def _facade(found: reading.Reading) -> Facade:
    """The facade without what the overlay says of things that this spec doesn't have."""
    api = found.api
    while True:
        try:
            return resources.build(api)
        except GenerationFailed as failed:
            fewer = reading.without_lost(api, failed.problems)
            if fewer == api:
                raise GenerationFailed(found.document.located(failed.problems)) from failed
            api = fewer


def _derived(found: reading.Reading) -> Iterator[str]:
    unnamed = {problem.path for problem in found.warnings}
    for operation in found.api.operations:
        if operation.path in unnamed and operation.block is not None:
            yield from (f"client.{operation.block.resource}.{method.name}" for method in operation.block.methods)


def _methods(facade: Facade) -> Iterator[tuple[str, MethodSurface]]:
    """Of operations; those that are made beside one, `wait` and what takes up a handle; and those of Conversation, as far as the document
    says what their parameters are.
    """
    for resource in facade.resources:
        for method in resource.methods:
            name, returns = f"client.{resource.name}", sync_text(method.returns_text)
            parameters = dict(_parameters(method.arguments.positional, method.arguments.keywords))
            yield f"{name}.{method.name}", MethodSurface(returns, parameters, method.sunset, frozenset(method.needs))
            if method.wait is not None:
                until = Literals(tuple(method.wait.until))
                waiting = dict(_parameters(method.arguments.positional, []))
                waiting["until"] = Part(until, False, annotation=annotation(until, FIELD))
                yield f"{name}.wait", MethodSurface(returns, waiting)
            if method.handle is not None:
                taken = {"run_id": Part(Scalar("str"), True, annotation="str", position=0)}
                yield f"{name}.{method.handle.take_up}", MethodSurface(returns, taken)
    if facade.turn is not None:
        parameters = dict(_parameters(facade.turn.positional, facade.turn.keywords))
        yield "Conversation.send", MethodSurface("RunResult", parameters)
        yield "Conversation.stream", MethodSurface("RunStream", parameters)


def _parameters(positional: list[Argument], keywords: list[Argument]) -> Iterator[tuple[str, Part]]:
    for place, argument in enumerate([*positional, *keywords]):
        kind = without_null(argument.type)[0] if argument.default else argument.type
        position = place if place < len(positional) else None
        yield argument.name, Part(kind, not argument.default, argument.constraints, argument.annotation(), position)


def _model(item: Model, sent: bool, received: bool) -> ModelSurface:
    opened = [(each, open_enums(each.type)) for each in item.required_first]
    fields = {each.name: Part(kind, each.required, each.constraints, annotation(kind, FIELD)) for each, kind in opened}
    return ModelSurface(fields, sent=sent, received=received)


def _directions(facade: Facade, api: Api) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the models that users may hand over, and of those they get; the bodies of requests are neither."""
    given = [argument.type for method in facade.methods for argument in method.arguments.all]
    got = [method.returned.type for method in facade.methods]
    public = {name for _, names in exports([]) for name in names}
    got += [each.ref for each in api.models if each.ref.name in public]
    return api.reachable(given), api.reachable(got)
