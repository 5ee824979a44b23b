"""How each kind of type is written as code: one class per kind, which says all of it.

- `annotation`: the type, in the words of a `Style`;
- `decoder`: the function from a JSON value to the value, None where they are the same. Decoders never raise: what they can't read comes
  back as it came (templates/raw/open_world.py.jinja);
- `answer_decoder`: the function that reads a whole answer, or an item of one, and may refuse it (templates/alli/arguments.py);
- `instances`: the classes that a check may ask an argument for; none where only `encoder` can tell;
- `encoder`: the code that checks an argument and hands it on to a request builder; None where `instances` or nothing is enough;
- `segment`: the code of a path segment.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from generator.document.source_text import literal
from generator.model.types import (
    OBJECT,
    Anything,
    Enum,
    File,
    ListOf,
    Literals,
    ModelRef,
    ObjectOf,
    Scalar,
    ScalarName,
    Type,
    Union,
)

__all__ = ["ANSWER", "ARGUMENT", "FIELD", "DECODER_FUNCTIONS", "Style", "printer"]

K_co = TypeVar("K_co", bound=Type, covariant=True)

DECODER_FUNCTIONS = ("best_of", "first_of", "read_date", "read_datetime", "read_uuid")  # and list_of


@dataclass(frozen=True)
class Style:
    """Where a type is written."""

    list: str
    object: str
    file: str
    model: Callable[[str], str] = str
    """What a model's class is called there."""
    enum: Callable[[str], str] = str
    """What the type of a list of values is called there."""
    open: bool = True
    """Whether any value of an enum's type may stand for it, whatever the enum says."""
    in_order: bool = True
    """Whether unions keep the document's order."""

    def within(self, package: str) -> Style:
        """The same, with models as attributes of a package that loads them when they are asked for: get_type_hints must find them."""

        def attribute(name: str) -> str:
            return f"{package}.{name}"

        return replace(self, model=attribute, enum=attribute)


FIELD = Style("list", "dict", "File", in_order=False)
"""Fields of models and parameters of request builders, in the raw package."""

ARGUMENT = Style("Sequence", "Mapping", "FileInput", open=False)
"""Arguments of the facade: see types.given."""

ANSWER = Style("builtins.list", "dict", "bytes")
"""What the facade returns: see types.answered. A method may be called `list`, which hides the type in the signatures of its class."""


@dataclass(frozen=True)
class Printer(Generic[K_co]):
    """One kind of type. What is not said here holds for types of which nothing is known."""

    kind: K_co

    def annotation(self, style: Style) -> str:
        return "Any"

    def options(self, style: Style) -> tuple[str, ...]:
        """The parts of the annotation, if it is a union."""
        return (self.annotation(style),)

    @property
    def decoder(self) -> str | None:
        return None

    def answer_decoder(self, *, item: bool = False) -> str:
        """An item of a list may be of another type, the answer itself may not."""
        if item or not self.instances:
            return self.decoder or "anything"
        read = "" if self.decoder is None else f", read={self.decoder}"
        return f"declared({', '.join(self.answer_instances)}{read})"

    @property
    def answer_instances(self) -> tuple[str, ...]:
        """The classes that the value of an answer may have."""
        return self.instances

    @property
    def instances(self) -> tuple[str, ...]:
        return ()

    def encoder(self, where: str, name: str, *, needed: bool) -> str | None:
        """All take None as not given, unless the argument is `needed`."""
        return None

    def segment(self, name: str, wire: str) -> str:
        return f'path_segment(as_text({name}), "{wire}")'


_SCALARS: dict[ScalarName, tuple[str, tuple[str, ...], str | None]] = {
    "str": ("str", ("str",), None),
    "bool": ("bool", ("bool",), None),
    "int": ("int", ("int",), None),
    "float": ("float", ("float", "int"), None),
    "bytes": ("bytes", ("bytes",), None),
    "date": ("datetime.date", ("datetime.date",), "read_date"),
    "datetime": ("datetime.datetime", ("datetime.datetime",), "read_datetime"),
    "uuid": ("UUID", ("UUID",), "read_uuid"),
    "null": ("None", ("NoneType",), None),
    "object": ("object", (), None),
}
"""Annotation, classes to ask for, and decoder."""


class _ScalarPrinter(Printer[Scalar]):
    def annotation(self, style: Style) -> str:
        return _SCALARS[self.kind.name][0]

    @property
    def decoder(self) -> str | None:
        return _SCALARS[self.kind.name][2]

    @property
    def instances(self) -> tuple[str, ...]:
        return _SCALARS[self.kind.name][1]

    def segment(self, name: str, wire: str) -> str:
        # The builder looks itself at whether text or an integer can be a segment of the path.
        match self.kind.name:
            case "int":
                return f'path_segment({name}, "{wire}", int)'
            case "str":
                return f'path_segment({name}, "{wire}")'
            case _:
                return super().segment(name, wire)

    @property
    def answer_instances(self) -> tuple[str, ...]:
        return self.instances[:1]  # numbers without a point are made float


def _listed(values: Iterable[object]) -> str:
    shown = (f'"{literal(value)}"' if isinstance(value, str) else repr(value) for value in values)
    return f"Literal[{', '.join(shown)}]"


class _LiteralsPrinter(Printer[Literals]):
    def annotation(self, style: Style) -> str:
        return _listed(self.kind.values)


class _EnumPrinter(Printer[Enum]):
    def annotation(self, style: Style) -> str:
        return " | ".join(self.options(style))

    def options(self, style: Style) -> tuple[str, ...]:
        listed = style.enum(self.kind.name) if self.kind.has_name else _listed(self.kind.listed)
        return (listed, self.kind.base) if style.open or self.kind.open else (listed,)

    @property
    def instances(self) -> tuple[str, ...]:
        return (self.kind.base,)

    def segment(self, name: str, wire: str) -> str:
        return printer(Scalar(self.kind.base)).segment(name, wire)


class _ListPrinter(Printer[ListOf]):
    def annotation(self, style: Style) -> str:
        return f"{style.list}[{printer(self.kind.items).annotation(style)}]"

    @property
    def decoder(self) -> str | None:
        inner = printer(self.kind.items).decoder
        return None if inner is None else f"list_of({inner})"

    def answer_decoder(self, *, item: bool = False) -> str:
        return f"list_of({printer(self.kind.items).answer_decoder(item=True)})"

    def encoder(self, where: str, name: str, *, needed: bool) -> str | None:
        to_list = "as_list" if needed else "sequence"
        if types := printer(self.kind.items).instances:
            return f"{to_list}({where}, {name}, {', '.join(types)})"
        match self.kind.items:
            case File():
                return f"given(as_files({where}, {name}))"
            case ModelRef() | ListOf() | Union():
                return f"json_list({where}, {name})"
            case _:
                return f"{to_list}({where}, {name})"


class _ObjectPrinter(Printer[ObjectOf]):
    def annotation(self, style: Style) -> str:
        return f"{style.object}[str, {printer(self.kind.values).annotation(style)}]"

    def answer_decoder(self, *, item: bool = False) -> str:
        if isinstance(self.kind.values, Scalar):
            return f"object_of({printer(self.kind.values).answer_decoder(item=True)})"
        return "anything" if item else "json_object"

    def encoder(self, where: str, name: str, *, needed: bool) -> str | None:
        return f"json_mapping({where}, {name})"


class _ModelPrinter(Printer[ModelRef]):
    def annotation(self, style: Style) -> str:
        return style.model(self.kind.name)

    @property
    def decoder(self) -> str | None:
        return f"{self.kind.name}.from_json"

    def answer_decoder(self, *, item: bool = False) -> str:
        return f"{self.kind.name}.{'from_json' if item else 'from_dict'}"

    def encoder(self, where: str, name: str, *, needed: bool) -> str | None:
        return printer(OBJECT).encoder(where, name, needed=needed)


class _UnionPrinter(Printer[Union]):
    def answer_decoder(self, *, item: bool = False) -> str:
        models = [option.name for option in self.kind.options if isinstance(option, ModelRef)]
        others = [name for option in self.kind.options for name in printer(option).instances]
        read = self.decoder
        return read or "anything" if item else f"one_of({', '.join([read or 'anything', *models, *others])})"

    def annotation(self, style: Style) -> str:
        parts = [printer(option) for option in self.kind.options]
        if not style.in_order:
            parts.sort(key=lambda part: part.annotation(FIELD).lower())
        return " | ".join(dict.fromkeys(option for part in parts for option in part.options(style)))

    @property
    def decoder(self) -> str | None:
        models = [option.name for option in self.kind.options if isinstance(option, ModelRef)]
        found = [
            code
            for option in self.kind.options
            if not isinstance(option, ModelRef) and (code := printer(option).decoder)
        ]
        if models:
            found.insert(0, f"best_of({', '.join(models)})" if len(models) > 1 else f"{models[0]}.from_json")
        return None if not found else found[0] if len(found) == 1 else f"first_of({', '.join(found)})"

    @property
    def instances(self) -> tuple[str, ...]:
        parts = [printer(option).instances for option in self.kind.options]
        return tuple(dict.fromkeys(itertools.chain(*parts))) if all(parts) else ()

    def encoder(self, where: str, name: str, *, needed: bool) -> str | None:
        if {*self.kind.options} != {File(), Scalar("str")}:
            return None
        code = f"{name} if isinstance({name}, {'str' if needed else 'str | None'}) else as_file({where}, {name})"
        return code if needed else f"given({code})"


class _FilePrinter(Printer[File]):
    def annotation(self, style: Style) -> str:
        return style.file

    def encoder(self, where: str, name: str, *, needed: bool) -> str | None:
        return f"as_file({where}, {name})" if needed else f"given(None if {name} is None else as_file({where}, {name}))"


_PRINTERS: dict[type[object], Callable[[Any], Printer[Type]]] = {
    Scalar: _ScalarPrinter,
    Literals: _LiteralsPrinter,
    Enum: _EnumPrinter,
    ListOf: _ListPrinter,
    ObjectOf: _ObjectPrinter,
    ModelRef: _ModelPrinter,
    Union: _UnionPrinter,
    File: _FilePrinter,
    Anything: Printer,
}


def printer(kind: Type) -> Printer[Type]:
    """What writes types of this kind."""
    return _PRINTERS[type(kind)](kind)
