"""Turns parsed JSON into values of a type: dataclasses, TypedDicts, pydantic models, and types made of them.

Pydantic would do all of it, but this package does not depend on it, and before Python 3.12 it refuses the TypedDict of `typing`.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, is_typeddict
from uuid import UUID

from ..errors import AnswerFormatError

__all__ = ["as_type"]

T = TypeVar("T")

_FROM_TEXT: Mapping[Any, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
}


class _Misfit(Exception):
    """A value that does not fit; its text says where and what is wanted."""


def as_type(value: Any, kind: Any) -> Any:
    """`value` as `kind`.

    Raises:
        AnswerFormatError: it does not fit; names places and types, never values.
        TypeError: `kind` is not a type that JSON can be read into.
    """
    try:
        return _read(value, kind, "")
    except _Misfit as misfit:
        # Without a cause: pydantic's would quote the value.
        raise AnswerFormatError(f"the JSON in the answer does not fit: {misfit}") from None


def _read(value: Any, kind: Any, place: str) -> Any:
    if kind is Any or kind is object:
        return value
    if kind is None or kind is type(None):
        return _fitting(value is None, value, "null", place)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is typing.Annotated or origin in (typing.Required, typing.NotRequired):
        return _read(value, arguments[0], place)
    if origin is Literal:
        fits = any(value == option and type(value) is type(option) for option in arguments)
        return _fitting(fits, value, "one of " + ", ".join(map(repr, arguments)), place)
    if origin in (Union, types.UnionType):
        return _first(value, arguments, place)
    if callable(getattr(kind, "__get_pydantic_core_schema__", None)) or hasattr(kind, "__pydantic_validator__"):
        return _by_pydantic(value, kind, place)
    if is_typeddict(kind):
        return _typed_dict(value, kind, place)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(value, kind, place)
    if kind in (bool, int, float, str) or kind in _FROM_TEXT:
        return _scalar(value, kind, place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _by_function(kind, value, f"a {kind.__name__}", place)
    return _container(value, kind, origin or kind, arguments, place)


def _fitting(fits: bool, value: T, wanted: str, place: str) -> T:
    if not fits:
        found: dict[type[Any], str] = {
            dict: "an object",
            list: "an array",
            str: "text",
            bool: "true or false",
            type(None): "null",
        }
        raise _Misfit(f"{place or 'the value'} must be {wanted}, not {found.get(type(value), 'a number')}")
    return value


def _by_function(function: Callable[[Any], Any], value: Any, wanted: str, place: str) -> Any:
    try:
        return function(value)
    except (ValueError, TypeError):
        raise _Misfit(f"{place or 'the value'} must be {wanted}") from None


def _scalar(value: Any, kind: Any, place: str) -> Any:
    if kind in _FROM_TEXT:
        _fitting(isinstance(value, str), value, f"text of a {kind.__name__}", place)
        return _by_function(_FROM_TEXT[kind], value, f"text of a {kind.__name__}", place)
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}[kind]
    return _fitting(isinstance(value, kind) and (kind is bool or not isinstance(value, bool)), value, wanted, place)


def _first(value: Any, options: Sequence[Any], place: str) -> Any:
    misfits: list[str] = []
    for option in options:
        try:
            return _read(value, option, place)
        except _Misfit as misfit:
            misfits.append(str(misfit))
    raise _Misfit("; or ".join(dict.fromkeys(misfits)))


def _by_pydantic(value: Any, kind: Any, place: str) -> Any:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        # Of a message only the type is taken: those of a model's own validators may quote the value.
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = [
            f"{'.'.join(map(str, [*([place] if place else []), *each['loc']])) or 'the value'}: {each['type']}"
            for each in found
        ]
        raise _Misfit("; ".join(places)) from None


def _typed_dict(value: Any, kind: Any, place: str) -> Any:
    _fitting(isinstance(value, dict), value, "an object", place)
    hints = typing.get_type_hints(kind, include_extras=True)
    # Where annotations are strings, the class itself does not know which keys it marks so (test_a_value_is_read_as_a_type).
    required = {
        name
        for name, hint in hints.items()
        if get_origin(hint) is typing.Required
        or (name in kind.__required_keys__ and get_origin(hint) is not typing.NotRequired)
    }
    _complete(value, required, place)
    return {name: _read(item, hints.get(name, Any), _inside(place, name)) for name, item in value.items()}


def _dataclass(value: Any, kind: Any, place: str) -> Any:
    _fitting(isinstance(value, dict), value, "an object", place)
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = [field for field in dataclasses.fields(kind) if field.init]
    missing = dataclasses.MISSING
    _complete(value, [f.name for f in fields if f.default is missing and f.default_factory is missing], place)
    given = {f.name: _read(value[f.name], hints[f.name], _inside(place, f.name)) for f in fields if f.name in value}
    return _by_function(lambda arguments: kind(**arguments), given, f"what {kind.__name__} takes", place)


def _complete(value: Mapping[str, Any], required: Any, place: str) -> None:
    missing = [name for name in required if name not in value]
    if missing:
        raise _Misfit(f"{place or 'the value'} lacks {', '.join(sorted(missing))}")


def _container(value: Any, kind: Any, origin: Any, arguments: tuple[Any, ...], place: str) -> Any:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _fitting(isinstance(value, dict), value, "an object", place)
        values = arguments[1] if len(arguments) == 2 else Any
        return {name: _read(item, values, _inside(place, name)) for name, item in value.items()}
    if (
        isinstance(origin, type)
        and issubclass(origin, (Sequence, AbstractSet))
        and not issubclass(origin, (str, bytes))
    ):
        _fitting(isinstance(value, list), value, "an array", place)
        if origin is tuple and arguments and arguments[-1] is not Ellipsis:
            _fitting(len(value) == len(arguments), value, f"an array of {len(arguments)} items", place)
            kinds: Sequence[Any] = arguments
        else:
            kinds = [arguments[0] if arguments else Any] * len(value)
        items = [
            _read(item, each, f"{place}[{index}]") for index, (item, each) in enumerate(zip(value, kinds, strict=True))
        ]
        containers: dict[Any, Callable[[list[Any]], Any]] = {
            set: set,
            AbstractSet: set,
            frozenset: frozenset,
            tuple: tuple,
        }
        return containers.get(origin, list)(items)
    raise TypeError(f"parse: {kind!r} is not a type that JSON can be read into")


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
