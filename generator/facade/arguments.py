"""The arguments of a facade method: names, types, defaults, order, and the code that hands each on to the raw package."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from generator.document.did_you_mean import nearest
from generator.facade.argument_names import ArgumentNames, BlockError
from generator.facade.argument_types import annotation_of, conversion, scalar_types
from generator.model.blocks import MethodBlock, OperationBlock
from generator.model.constraints import Bounds
from generator.model.descriptions import Words
from generator.raw.parsed_models import Models, wire_name, without_null

__all__ = ["Argument", "Arguments", "arguments_of", "needed_options"]

IDENTITY_HEADERS = {
    "api-key": "api_key",
    "own-user-id": "user_id",
    "user-email": "user_email",
    "agent-email": "agent_email",
}
"""Set by the transport for every request, so they are no arguments; and the options of the client that they are made of.
In lower case: the case of a header says nothing."""


@dataclass(frozen=True)
class Argument:
    """One argument of a facade method.

    Attributes:
        name: as in the facade.
        wire: as in the document.
        builder_name: as in the raw package.
        annotation: its type, as code.
        default: " = None", " = UNSET" or "" where it must be given.
        code: what is handed on, as code.
        doc: what its docstring says.
        models: module and class of the raw models in the annotation.
        group: object of the body it is a property of; None for the body itself.
        bounds: what the document asks of its value beyond the type.
    """

    name: str
    wire: str
    builder_name: str
    annotation: str
    default: str
    code: str
    doc: str
    models: tuple[tuple[str, str], ...] = ()
    group: str | None = None
    bounds: Bounds = field(default_factory=dict[str, Any])

    @property
    def declaration(self) -> str:
        return f"{self.name}: {self.annotation}{self.default}"


@dataclass(frozen=True)
class Arguments:
    """A method's arguments, where they come from and in which order they stand."""

    path: list[Argument]
    query: list[Argument]
    body: list[Argument]
    positional: list[Argument]
    keywords: list[Argument]

    @property
    def all(self) -> list[Argument]:
        return self.positional + self.keywords


def arguments_of(
    block: OperationBlock, method: MethodBlock, endpoint: Endpoint, models: Models, words: Mapping[str, Words]
) -> Arguments:
    """The arguments of one facade method.

    Args:
        block: What the overlay says of the operation.
        method: Which of its methods.
        endpoint: Its parse.
        models: The parse's models.
        words: What the document says, by wire name, for arguments that the overlay does not describe.

    Raises:
        BlockError: the block names a parameter or argument that is not there.
    """
    reader = _Reader(block, method, models, str(endpoint.name), words)
    path = [reader.argument(prop, "path") for prop in endpoint.path_parameters]
    query = [reader.argument(prop, "query") for prop in endpoint.query_parameters if wire_name(prop) not in block.omit]
    headers = [prop for prop in endpoint.header_parameters if wire_name(prop).lower() not in IDENTITY_HEADERS]
    query += [reader.argument(prop, "header") for prop in headers if wire_name(prop) not in block.omit]
    query += [
        reader.argument(prop, "cookie") for prop in endpoint.cookie_parameters if wire_name(prop) not in block.omit
    ]
    body = reader.body(endpoint)
    every = {argument.name: argument for argument in (*path, *query, *body)}
    _check_names(block, every)
    positional = path + [every[name] for name in block.positional if every[name] not in path]
    _check_order(block, positional)
    rest = [argument for argument in every.values() if argument not in positional]
    first = [every[name] for name in block.order]
    required = [a for a in rest if not a.default and a not in first]
    optional = [a for a in rest if a.default and a not in first]
    return Arguments(path, query, body, positional, first + required + optional)


def _check_order(block: OperationBlock, positional: list[Argument]) -> None:
    """Python wants arguments that must be given before those that may be left out."""
    for before, argument in itertools.pairwise(positional):
        if before.default and not argument.default:
            message = (
                f"positional: '{argument.name}' must be given, but stands behind '{before.name}', which may be left out; "
                f"put it before '{before.name}', or take '{before.name}' out of the list"
            )
            place = block.positional.index(argument.name) if argument.name in block.positional else 0
            raise BlockError(message, "positional", place)


def needed_options(endpoint: Endpoint) -> Iterator[str]:
    """Options of the client without which the service refuses the operation; the key is always given."""
    for prop in endpoint.header_parameters:
        option = IDENTITY_HEADERS.get(wire_name(prop).lower(), "api_key")
        if prop.required and option != "api_key":
            yield option


def _check_names(block: OperationBlock, every: dict[str, Argument]) -> None:
    """Do the argument names in the block exist?"""
    named: list[tuple[str, str | int, str]] = [
        *(("positional", index, name) for index, name in enumerate(block.positional)),
        *(("order", index, name) for index, name in enumerate(block.order)),
    ]
    for key, place, name in named:
        if name not in every:
            raise BlockError(
                f"{key}: there is no argument '{name}' any more; the nearest is '{nearest(name, every)}'", key, place
            )
    for key, wanted in (("files", block.files), ("conversation", block.conversation)):
        if wanted is not None and wanted not in every:
            near = nearest(wanted, every)
            raise BlockError(f"{key}: there is no argument '{wanted}' any more; the nearest is '{near}'", key)
    known = {
        *every,
        *(argument.wire for argument in every.values()),
        *block.omit,
        *(w for names in block.flatten.values() for w in names),
    }
    for name in block.describe:
        if name not in known:
            message = f"describe: there is no argument '{name}' any more; the nearest is '{nearest(name, known)}'"
            raise BlockError(message, "describe", name)


class _Reader:
    def __init__(
        self, block: OperationBlock, method: MethodBlock, models: Models, builder: str, words: Mapping[str, Words]
    ) -> None:
        self._words = words
        self._names = ArgumentNames(block, builder)
        self._block = block
        self._models = models
        self._method = method
        self._name = f"{block.resource}.{method.name}"

    def body(self, endpoint: Endpoint) -> list[Argument]:
        if not endpoint.bodies:
            return []
        main = endpoint.bodies[0].prop
        if self._block.body is not None:
            return [self._whole(main, self._block.body)]
        if not isinstance(main, ModelProperty):
            raise BlockError("the body is no object; name it with body: {argument: …}")
        arguments: list[Argument] = []
        for prop in self._models.properties(main):
            wire = wire_name(prop)
            if wire in self._block.flatten:
                arguments += self._flattened(prop, wire)
            elif wire not in self._block.omit and wire not in self._method.set and not self._said(wire).read_only:
                arguments.append(self.argument(prop, "body"))
        return arguments

    def argument(self, prop: PropertyProtocol, place: str, group: str | None = None) -> Argument:
        block, wire = self._block, wire_name(prop)
        name = self._names.free(wire, place)
        inner, nullable = without_null(prop)
        annotation, models = annotation_of(block, self._models, inner, wire)
        where = f'"{self._name}: {name}"'
        default = "" if prop.required and not group else " = None"
        keep_null = block.keep_null and place == "body"
        # A property that must be there can be null by being None; one that may be left out only where None isn't that.
        may_be_null = nullable and place == "body" and (keep_null or not default)
        code = conversion(block, inner, wire, name, where, needed=not default)
        if default and keep_null:
            default = " = UNSET"
            annotation += " | None | Unset" if nullable else " | Unset"
        elif default or may_be_null:
            annotation += " | None"
        if code == name and (types := scalar_types(block, inner, wire)):
            check = "nullable" if may_be_null or (default and keep_null) else "optional" if default else "required"
            code = f"{check}({where}, {name}, {types})"
        elif may_be_null and "(" in code:
            code = f"None if {name} is None else {code}"
        elif default and not keep_null and "(" not in code:
            code = f"given({code})"
        description = prop.description.get_untrusted_value() if prop.description else ""
        return Argument(
            name=name,
            wire=wire,
            builder_name=str(prop.python_name),
            annotation=annotation,
            default=default,
            code=code,
            doc=self._described(wire, name) or self._told(wire, description),
            models=tuple(models),
            group=group,
            bounds=self._said(wire).bounds,
        )

    def _described(self, wire: str, name: str) -> str:
        """What the overlay says of the argument, and that the document wants it used no more."""
        text = self._block.describe.get(wire) or self._block.describe.get(name) or ""
        return f"{text} Deprecated." if text and self._said(wire).bounds.get("deprecated") is True else text

    def _said(self, wire: str) -> Words:
        return self._words.get(wire, Words("", ""))

    def _told(self, wire: str, description: str) -> str:
        """What the document says of the argument: its words, unless they say no more than the name, and its limits."""
        words = self._said(wire)
        text = " ".join((words.text or description).split()).removeprefix("Optional: ")
        if text and not text.endswith((".", "!", "?", ")", ":")):
            text += "."
        return f"{text} {words.limits}".strip()

    def _whole(self, prop: PropertyProtocol, wanted: str) -> Argument:
        name = self._names.whole_body(wanted)
        where = f'"{self._name}: {name}"'
        doc = self._block.describe.get(name, "The whole body.")
        if isinstance(prop, FileProperty):
            return Argument(name, name, name, "bytes | FileInput", "", f"as_content({where}, {name})", doc)
        annotation, models = annotation_of(self._block, self._models, prop, name)
        code = conversion(self._block, prop, wanted, name, where, needed=True)
        if code == name and (types := scalar_types(self._block, prop, wanted)):
            code = f"required({where}, {name}, {types})"
        return Argument(name, name, name, annotation, "", code, doc, tuple(models))

    def _flattened(self, prop: PropertyProtocol, wire: str) -> list[Argument]:
        inner, _ = without_null(prop)
        if not isinstance(inner, ModelProperty):
            raise BlockError(f"flatten: {wire} is no object", "flatten", wire)
        known = {wire_name(p): p for p in self._models.properties(inner)}
        wanted = self._block.flatten[wire]
        if missing := [name for name in wanted if name not in known]:
            raise BlockError(f"flatten: {wire} has no {', '.join(missing)}; it has {', '.join(known)}", "flatten", wire)
        return [self.argument(known[name], "body", group=wire) for name in wanted]
