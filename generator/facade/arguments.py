"""The arguments of a facade method: names, types, defaults, order, and the code that hands each on to the raw package."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from generator.document.source_text import argument_name, sentence
from generator.facade.offers import BlockError, Offer
from generator.model.api import Constraints, Field, Operation
from generator.model.blocks import OperationBlock
from generator.model.constraints import limits
from generator.model.names import ARGUMENT_NAMES
from generator.model.printers import ARGUMENT, annotation, encoder, instances
from generator.model.types import (
    NULL,
    File,
    ListOf,
    ModelRef,
    ObjectOf,
    Scalar,
    Type,
    Union,
    closed_values,
    given,
    union,
    without_files,
    without_null,
)

__all__ = ["Argument", "Arguments", "arguments_of", "needed_options"]


@dataclass(frozen=True)
class Argument:
    """One argument of a facade method.

    Attributes:
        name: as in the facade.
        wire: as in the document.
        builder_name: as in the raw package.
        type: what a caller may give, None for "not given" aside.
        default: "None" or "UNSET"; "" where it must be given.
        code: what is handed on, as code.
        doc: what its docstring says.
        group: object of the body it is a property of; None for the body itself.
        constraints: what the document asks of its value beyond the type.
    """

    name: str
    wire: str
    builder_name: str
    type: Type
    default: str
    code: str
    doc: str
    group: str | None = None
    constraints: Constraints = field(default_factory=dict[str, object], compare=False)

    def annotation(self, package: str = "") -> str:
        """Its type as in a signature; models are attributes of `package`."""
        absent = {"UNSET": " | Unset", "None": " | None"}.get(self.default, "")
        return annotation(self.type, ARGUMENT.within(package) if package else ARGUMENT) + absent

    def declared(self, package: str = "") -> str:
        """As in a signature."""
        default = f" = {self.default}" if self.default else ""
        return f"{self.name}: {self.annotation(package)}{default}"


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


def arguments_of(offer: Offer) -> Arguments:
    """The arguments of one facade method.

    Raises:
        BlockError: the block names a parameter or argument that is not there.
    """
    reader, operation, block = _Reader(offer), offer.operation, offer.block
    path = [reader.argument(parameter, "path") for parameter in operation.placed("path")]
    query = [
        reader.argument(parameter, place)
        for place in ("query", "header", "cookie")
        for parameter in operation.placed(place)
        if parameter.wire not in block.omit and parameter.option is None
    ]
    body = reader.body()
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
                f"positional: '{argument.name}' must be given, but comes after '{before.name}', which may be left out; "
                f"put it before '{before.name}', or take '{before.name}' out of the list"
            )
            place = block.positional.index(argument.name) if argument.name in block.positional else 0
            raise BlockError(message, "positional", place)


def needed_options(operation: Operation) -> Iterator[str]:
    """Options of the client without which the service refuses the operation; the key is always given."""
    for parameter in operation.placed("header"):
        if parameter.required and parameter.option not in (None, "api_key"):
            yield str(parameter.option)


def _check_names(block: OperationBlock, every: dict[str, Argument]) -> None:
    """Do the argument names in the block exist?"""
    known = {
        *every,
        *(argument.wire for argument in every.values()),
        *block.omit,
        *(w for names in block.flatten.values() for w in names),
    }
    named: list[tuple[tuple[str | int, ...], str]] = [
        *((("positional", index), name) for index, name in enumerate(block.positional)),
        *((("order", index), name) for index, name in enumerate(block.order)),
        *(((key,), name) for key in ("files", "conversation") if (name := getattr(block, key)) is not None),
        *((("describe", name), name) for name in block.describe),
    ]
    for keys, name in named:
        existing = known if keys[0] == "describe" else every
        if name not in existing:
            raise BlockError.unknown("argument", name, existing, *keys)


class _Reader:
    def __init__(self, offer: Offer) -> None:
        self._names = _Names(offer)
        self._offer = offer
        self._block = offer.block

    def body(self) -> list[Argument]:
        offer, block = self._offer, self._block
        if not offer.operation.bodies:
            return []
        main = offer.operation.bodies[0].type
        if block.body is not None:
            return [self._whole(main, block.body)]
        if not isinstance(main, ModelRef):
            raise BlockError("the body must be a JSON object or a form; else name it with body: {argument: …}")
        arguments: list[Argument] = []
        for each in offer.api.model(main).fields:
            if each.wire in block.flatten:
                arguments += self._flattened(each)
            elif each.wire not in (*block.omit, *block.same_as, *offer.method.set) and not each.read_only:
                arguments.append(self.argument(each, "body"))
        return arguments

    def argument(self, of: Field, place: str, group: str | None = None) -> Argument:
        """The argument for a parameter or a property of the body."""
        block, wire = self._block, of.wire
        name = self._names.free(wire, place)
        kind, nullable = without_null(of.type)
        if place == "body" and {body.kind for body in self._offer.operation.bodies} == {"json"}:
            kind = without_files(kind)
        file = block.file_names.get(wire)
        optional = not of.required or group is not None or file is not None
        keep_null = block.keep_null and place == "body"
        # A property that must be there can be null by being None; one that may be left out only where None isn't that.
        may_be_null = nullable and place == "body" and (keep_null or not optional)
        where = f'"{self._offer.name}: {name}"'
        code = self._encoder(kind, wire, name, where, needed=not optional)
        classes = () if wire in block.types else instances(kind)
        if file is not None:
            code = f"name_of_file({where}, {name}, {block.rename.get(file) or argument_name(file)})"
        elif code is not None:
            code = f"None if {name} is None else {code}" if may_be_null else code
        elif classes:
            check = "nullable" if may_be_null or (optional and keep_null) else "optional" if optional else "required"
            code = f"{check}({where}, {name}, {', '.join(classes)})"
        elif place != "body" and isinstance(kind, Union):
            # A list or an object among the options is turned into what the builder takes.
            code = f"json_value({where}, {name})" if not optional else f"given(json_value({where}, {name}))"
        else:
            code = f"given({name})" if optional and not keep_null else name
        accepted = block.types.get(wire) or given(kind)
        if values := closed_values(accepted):
            code = f"listed({where}, {code}, {', '.join(map(repr, values))})"
        return Argument(
            name=name,
            wire=wire,
            builder_name=of.name,
            type=union([accepted, NULL]) if may_be_null else accepted,
            default="" if not optional else "UNSET" if keep_null else "None",
            code=code,
            doc=self._description(of, name),
            group=group,
            constraints=of.constraints,
        )

    def _encoder(self, kind: Type, wire: str, name: str, where: str, *, needed: bool) -> str | None:
        """The code for what can't be checked by asking for its class; None for the rest. It takes None as not given, unless `needed`."""
        if wire not in self._block.json_strings:
            return encoder(kind, where, name, needed=needed)
        match self._block.types.get(wire):
            case ListOf():
                code = f"{'as_list' if needed else 'sequence'}({where}, {name})"
            case ObjectOf():
                code = f"json_mapping({where}, {name})"
            case _:
                code = name
        return f"json_text({where}, {code})"

    def _description(self, of: Field, name: str) -> str:
        """What the overlay says of the argument, and that the document wants it used no more; else the document's words, and its limits."""
        text = self._block.describe.get(of.wire) or self._block.describe.get(name)
        if text:
            return f"{text} {limits({key: of.constraints.get(key) for key in ('deprecated', 'x-sunset')})}".strip()
        return f"{sentence(of.description)} {limits(of.constraints)}".strip()

    def _whole(self, kind: Type, wanted: str) -> Argument:
        name = self._names.whole_body(wanted)
        where = f'"{self._offer.name}: {name}"'
        doc = self._block.describe.get(name, "The whole body.")
        if isinstance(kind, File):
            accepted = union([Scalar("bytes"), kind])
            return Argument(name, name, name, accepted, "", f"as_content({where}, {name})", doc)
        code = self._encoder(kind, wanted, name, where, needed=True)
        classes = () if wanted in self._block.types else instances(kind)
        if code is None:
            code = f"required({where}, {name}, {', '.join(classes)})" if classes else name
        return Argument(name, name, name, self._block.types.get(name) or given(kind), "", code, doc)

    def _flattened(self, of: Field) -> list[Argument]:
        wire, (kind, _) = of.wire, without_null(of.type)
        if not isinstance(kind, ModelRef):
            raise BlockError(f"flatten: {wire} is not an object", "flatten", wire)
        fields = self._offer.api.fields(kind)
        return [self.argument(fields[name], "body", group=wire) for name in self._block.flatten[wire]]


class _Names:
    """Gives out the names of one method's arguments: as the overlay says, else as on the wire, each different from all others."""

    def __init__(self, offer: Offer) -> None:
        self._block, operation = offer.block, offer.operation
        bodies = [offer.api.fields(body.type) for body in operation.bodies[:1]]
        # One that can be called as on the wire is, whatever another would become in Python.
        self._wires = {*(each.wire for each in operation.parameters), *itertools.chain(*bodies)}
        # The method's code needs the name of the request builder itself.
        self._taken: set[str] = {operation.module, *ARGUMENT_NAMES}

    def free(self, wire: str, where: str) -> str:
        """The name of the argument that is `wire` in the document.

        Raises:
            BlockError: the overlay gives it a name that is taken.
        """
        renamed = self._block.rename.get(wire)
        wanted = renamed or argument_name(wire)
        if renamed and renamed in self._taken:
            raise BlockError(f"rename: '{renamed}' is taken already", "rename", wire)
        if renamed and renamed in self._wires - {wire, *self._block.rename}:
            message = f"rename: '{renamed}' is what another argument is called in the document; rename that one, too"
            raise BlockError(message, "rename", wire)
        # A path and a body may both have an `id`: the later one says where it goes.
        candidates = [wanted, f"{wanted}_"] if wanted in ARGUMENT_NAMES else [wanted]
        candidates += [f"{where}_{wanted}{'_' * extra}" for extra in range(len(self._taken))]
        others = self._taken if renamed else self._taken | self._wires - {wire}
        name = next(name for name in candidates if name not in others)
        self._taken.add(name)
        return name

    def whole_body(self, wanted: str) -> str:
        """The name of the argument that is the whole body: `wanted`, with an underscore where that is taken."""
        return wanted if wanted not in self._taken - {"body"} else f"{wanted}_"
