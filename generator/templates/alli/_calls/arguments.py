"""From the arguments of a facade method to those of a raw request builder. Pure; what is wrong is said before any I/O."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from inspect import currentframe
from typing import Any, ParamSpec, TypeGuard, TypeVar
from uuid import UUID

from .._json.unwritable import unwritable_place
from ..errors import InvalidArgumentError
from ..raw.types import UNSET, Unset, path_segment

__all__ = [
    "as_id",
    "as_list",
    "build",
    "deprecated",
    "form_of",
    "given",
    "json_mapping",
    "json_list",
    "json_text",
    "json_value",
    "listed",
    "nullable",
    "optional",
    "required",
    "sequence",
    "to_json",
    "warn_deprecated",
    "wire",
]

_ENDLESS = " (it holds itself, or is nested too deeply)"

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")


def build(name: str, builder: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `builder` gives.

    Raises:
        InvalidArgumentError: it refused an argument, such as an id that is empty or "..".
    """
    try:
        return builder(*args, **kwargs)
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"{name}: an argument holds a lone surrogate, which is not text") from None
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"{name}: {error}") from None


def deprecated(message: str) -> Callable[[F], F]:
    """Marks a method as type checkers want it (PEP 702). `warn_deprecated` in its body warns."""

    def mark(method: F) -> F:
        vars(method)["__deprecated__"] = message
        return method

    return mark


def warn_deprecated(message: str) -> None:
    """Warns at the line that called into this package, also where other methods of it, or an event loop, are in between."""
    level, frame = 1, currentframe()
    inside = (__name__.partition(".")[0], "asyncio")
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in inside:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, DeprecationWarning, stacklevel=level)


def as_id(name: str, value: T, kind: type[str] | type[int]) -> T:
    """`value`, if it can be a segment of the path.

    Raises:
        InvalidArgumentError: it is of another type, empty, "." or "..".
    """
    try:
        path_segment(value, name, kind)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(str(error)) from None
    return value


def given(value: T | None) -> T | Unset:
    """`value`, or UNSET where None means that it was not given."""
    return UNSET if value is None else value


def form_of(model: Callable[..., T], fields: Mapping[str, Any]) -> T:
    """The model of a form with these fields, without those that are UNSET."""
    return model(**{name: value for name, value in fields.items() if value is not UNSET})


def required(name: str, value: T, *types: type) -> T:
    """`value`, if it is of one of `types`; here a bool is not a number, and a datetime is not a date.

    Without this a value of another type would be sent as whatever text Python shows for it.

    Raises:
        InvalidArgumentError: it is of another type, or a datetime without a time zone, which doesn't name a moment.
    """
    if not isinstance(value, types) or isinstance(value, (bool, datetime)):
        _look_closely(name, value, types)
    return value


def optional(name: str, value: T | None, *types: type) -> T | Unset:
    """As `required`; UNSET where None means that it was not given."""
    return UNSET if value is None else required(name, value, *types)


def nullable(name: str, value: T, *types: type) -> T:
    """As `required`; None is sent as null, and UNSET means that it was not given."""
    return value if value is None or value is UNSET else required(name, value, *types)


def listed(name: str, value: Any, *allowed: str | int) -> Any:
    """`value`, if it is one of those that the document allows, or a list of such; None and UNSET pass.

    Raises:
        InvalidArgumentError: it is another. The text holds what is allowed and not the value, which may be a secret.
    """
    if value is None or value is UNSET or value in allowed:
        return value
    several: object = value
    if _is_list(several):
        for index, item in enumerate(several):
            listed(f"{name}[{index}]", item, *allowed)
        return value
    from difflib import get_close_matches

    near = get_close_matches(str(value), [str(each) for each in allowed], 1)
    hint = f"did you mean {near[0]!r}?" if near else "with_options(extra_body=…) or extra_query=… sends any other value"
    one_of = "one of " if len(allowed) > 1 else ""
    raise InvalidArgumentError(f"{name}: must be {one_of}{', '.join(map(repr, allowed))}; {hint}")


def wire(name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` as they go into JSON: models turned into dicts, those not given left out.

    Raises:
        InvalidArgumentError: a value holds itself, or is nested too deeply.
    """
    try:
        return _plain_fields(fields)
    except RecursionError:
        endless = next((field for field, value in fields.items() if _is_endless(value)), "an argument")
        raise InvalidArgumentError(f"{name}: {endless} can't be written as JSON{_ENDLESS}") from None


def json_mapping(name: str, value: object) -> Any:
    """`value`, if it can be a JSON object: a dict with text keys or a model; UNSET for None.

    Raises:
        InvalidArgumentError: it is something else.
    """
    if value is None or value is UNSET:
        return UNSET
    if callable(getattr(value, "to_dict", None)):
        return value
    if not _is_mapping(value):
        raise InvalidArgumentError(f"{name}: must be a dict with str keys, not {type(value).__name__}")
    other = next((key for key in value if not isinstance(key, str)), "")
    if not isinstance(other, str):
        raise InvalidArgumentError(f"{name}: must be a dict with str keys; a key is of type {type(other).__name__}")
    return value


def sequence(name: str, value: Iterable[T] | Unset | None, *types: type) -> list[T] | Unset:
    """As `as_list`; UNSET for None."""
    return UNSET if value is None or isinstance(value, Unset) else as_list(name, value, *types)


def as_list(name: str, value: Iterable[T], *types: type) -> list[T]:
    """`value` as a list, each item as `required` wants it if there are `types`.

    Raises:
        InvalidArgumentError: it is not a list; a str is refused, although Python would take it for a list of characters. Or an item is of
            none of `types`.
    """
    kind = type(value).__name__
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise InvalidArgumentError(f"{name}: must be a list, not {kind}")
    found = list(value)
    return [required(f"{name}[{index}]", item, *types) for index, item in enumerate(found)] if types else found


def json_list(name: str, value: Iterable[object] | Unset | None) -> Any:
    """`value` as a list of JSON values, models as dicts; UNSET for None.

    Raises:
        InvalidArgumentError: it is not a list, or can't be written as JSON.
    """
    found = sequence(name, value)
    return found if isinstance(found, Unset) else json_value(name, found)


def json_text(name: str, value: object) -> str | Unset:
    """`value` as JSON text, as some form fields want it; UNSET for None.

    Raises:
        InvalidArgumentError: it can't be written as JSON.
    """
    return UNSET if value is None or value is UNSET else to_json(name, value)


def json_value(name: str, value: object) -> Any:
    """`value` as JSON has it: models as dicts.

    Raises:
        InvalidArgumentError: it can't be written as JSON.
    """
    return json.loads(to_json(name, value))


def to_json(name: str, value: object) -> str:
    """`value` as JSON text.

    Raises:
        InvalidArgumentError: it can't be written as JSON.
    """
    try:
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    except RecursionError:
        raise _unwritable(name, value, _ENDLESS) from None
    except (TypeError, ValueError) as error:
        # `from None`: the cause may quote the value. The text of a TypeError names a type only.
        raise _unwritable(name, value, f" ({error})" if isinstance(error, TypeError) else "") from None


def _unwritable(name: str, value: object, reason: str) -> InvalidArgumentError:
    what = unwritable_place(value) or f"a {type(value).__name__}"
    return InvalidArgumentError(f"{name}: {what} can't be written as JSON{reason}")


def _is_endless(value: object) -> bool:
    try:
        _plain(value)
    except RecursionError:
        return True
    return False


def _plain_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in fields.items() if value is not UNSET}


def _look_closely(name: str, value: object, types: tuple[type, ...]) -> None:
    """To `isinstance` a bool is an int, and a datetime a date, whose text would be that of another kind."""
    kind = next((each for each in (bool, datetime) if isinstance(value, each)), None)
    if not isinstance(value, types) or (kind is not None and kind not in types):
        wanted = " or ".join("dict" if each is Mapping else each.__name__ for each in types)
        raise InvalidArgumentError(f"{name}: must be {wanted}, not {type(value).__name__}")
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise InvalidArgumentError(
            f"{name}: must be a datetime with a time zone, such as datetime.now(timezone.utc), not one without"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float)):
        return value
    if _is_mapping(value):
        return _plain_fields(value)
    if _is_array(value):
        return [_plain(item) for item in value]
    if isinstance(value, (date, UUID)):
        return value.isoformat() if isinstance(value, date) else str(value)
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if callable(to_dict) else value


def _is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_array(value: object) -> TypeGuard[Sequence[Any]]:
    # Nearly all are lists, for which the first question is the cheaper one. What holds bytes has no form in JSON.
    return isinstance(value, (list, tuple)) or (
        isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))
    )
