"""The kinds of types that a document can describe. Data only: printers.py says how each is written as code.

Types are values: two that take in the same are equal. A union holds no union, and each option once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

__all__ = [
    "NULL", "OBJECT", "Anything", "Enum", "File", "ListOf", "Literals", "ModelRef", "ObjectOf", "Scalar",
    "ScalarName", "Type", "Union", "answered", "closed_values", "given", "items_in", "listed_as", "models_in",
    "named_in", "open_enums", "options", "union", "without_files", "without_null",
]  # fmt: skip

_MOST_VALUES, _LONGEST = 3, 40
"""How many values, and characters of them, an annotation lists in place."""

ScalarName = Literal["str", "bool", "int", "float", "bytes", "date", "datetime", "uuid", "null", "object"]


@dataclass(frozen=True)
class Scalar:
    """A value without parts."""

    name: ScalarName


@dataclass(frozen=True)
class Literals:
    """One of a few values, and no other."""

    values: tuple[str | int | float | bool | None, ...]


@dataclass(frozen=True)
class Enum:
    """One of the values that the document lists. An answer may hold any other of their type: the service may add some."""

    name: str
    module: str
    base: ScalarName
    values: frozenset[str | int]
    open: bool = True
    """Whether a request may hold others, too: the document lists the values that are known, not those that are allowed."""

    @property
    def has_name(self) -> bool:
        """Whether annotations name it. A short list says more than a name."""
        return len(self.values) > _MOST_VALUES or len("".join(map(repr, self.values))) > _LONGEST

    @property
    def listed(self) -> list[str | int]:
        """The values in an order that is the same in each run."""
        return sorted(self.values, key=str)


@dataclass(frozen=True)
class ListOf:
    """An array."""

    items: Type


@dataclass(frozen=True)
class ObjectOf:
    """An object of which only the type of its values is known."""

    values: Type


@dataclass(frozen=True)
class ModelRef:
    """An object with its own class; `Api.models` has its fields."""

    name: str
    module: str
    free_form: bool = False
    """No property is declared, so it may be any object."""
    values: Scalar | None = None
    """What such an object holds; None for anything."""


@dataclass(frozen=True)
class Union:
    """One of several types."""

    options: tuple[Type, ...]


@dataclass(frozen=True)
class File:
    """Bytes that are sent or received as they are."""


@dataclass(frozen=True)
class Anything:
    """Any JSON value."""


Type: TypeAlias = Scalar | Literals | Enum | ListOf | ObjectOf | ModelRef | Union | File | Anything

NULL = Scalar("null")
OBJECT = ObjectOf(Anything())
"""Any JSON object."""


def options(kind: Type) -> tuple[Type, ...]:
    """The options of a union; any other type is its own only option."""
    return kind.options if isinstance(kind, Union) else (kind,)


def items_in(kinds: Iterable[Type]) -> list[Type]:
    """What the lists among some types hold, those among a union's options included."""
    return [each.items for kind in kinds for each in options(kind) if isinstance(each, ListOf)]


def union(kinds: Iterable[Type]) -> Type:
    """The union of some types."""
    flat = tuple(dict.fromkeys(option for kind in kinds for option in options(kind)))
    return flat[0] if len(flat) == 1 else Union(flat)


def without_null(kind: Type) -> tuple[Type, bool]:
    """`T` of `T | null`, and whether there was a null."""
    rest = [option for option in options(kind) if option != NULL]
    return (kind, False) if not rest or len(rest) == len(options(kind)) else (union(rest), True)


def closed_values(kind: Type) -> tuple[str | int, ...]:
    """The values that a request may hold, or each item of a list in it; empty where it may hold any."""
    match kind:
        case Enum(open=False):
            return tuple(kind.listed)
        case ListOf(items=Enum() as items):
            return closed_values(items)
        case Literals(values) if all(isinstance(value, str | int) for value in values):
            return tuple(value for value in values if isinstance(value, str | int))
        case _:
            return ()


def listed_as(kind: Type, *, open: bool) -> Type:
    """The type with its enums open or closed."""
    return _each(kind, lambda part: replace(part, open=open) if isinstance(part, Enum) else part)


def open_enums(kind: Type) -> Type:
    """The type with any value of an enum's type in its place: the values that are listed are not all."""
    return _each(kind, lambda part: Scalar(part.base) if isinstance(part, Enum) else part)


def without_files(kind: Type) -> Type:
    """The type with text in the place of files: all that JSON can hold of one."""
    return _each(kind, lambda part: Scalar("str") if isinstance(part, File) else part)


def _each(kind: Type, change: Callable[[Type], Type]) -> Type:
    """The type with its parts changed: the items of lists, and the options of unions."""
    match kind:
        case ListOf(items):
            return ListOf(_each(items, change))
        case Union():
            return union(_each(option, change) for option in kind.options)
        case _:
            return change(kind)


def given(kind: Type) -> Type:
    """What a caller may give where the document wants `kind`: for a model also any object."""
    match kind:
        case ListOf(items=items):
            # A null that stands in a list is one of its items. Elsewhere None means that nothing is given.
            return ListOf(union([given(items), *([NULL] if NULL in options(items) else [])]))
        case ModelRef():
            return OBJECT if kind.free_form else Union((kind, OBJECT))
        case Union():
            parts = [option for each in kind.options if each != NULL for option in options(given(each))]
            # Any object is named behind the models that are better.
            return union([*(part for part in parts if part != OBJECT), *(part for part in parts if part == OBJECT)])
        case _:
            return kind


def answered(kind: Type) -> Type:
    """What a caller gets where the document says `kind`."""
    match kind:
        case Enum():
            return replace(kind, open=True)
        case ListOf(items=items):
            return ListOf(answered(items))
        case ModelRef():
            return ObjectOf(kind.values or Anything()) if kind.free_form else kind
        case Union():
            # Whether a value is a list of what it should be, no check of it alone can tell.
            if not all(isinstance(option, ModelRef | Scalar | Enum) for option in kind.options):
                return Anything()
            parts = [answered(option) for option in kind.options if option != NULL]
            # Of any object and a model no value tells which it is.
            return Anything() if OBJECT in parts else union([*parts, *([NULL] if NULL in kind.options else [])])
        case _:
            return kind


def named_in(kind: Type) -> tuple[ModelRef | Enum, ...]:
    """The models and enums that a type names, each once."""
    match kind:
        case ModelRef() | Enum():
            return (kind,)
        case ListOf(items=inner) | ObjectOf(values=inner):
            return named_in(inner)
        case Union():
            return tuple(dict.fromkeys(found for option in kind.options for found in named_in(option)))
        case _:
            return ()


def models_in(kind: Type) -> tuple[ModelRef, ...]:
    """The models among these."""
    return tuple(found for found in named_in(kind) if isinstance(found, ModelRef))
