"""Classes of plain data that are written as JSON in their own way.

A dataclass is written field by field by FastAPI and by pydantic, which leaves out `.text` and gives every answer twice, once more in
`.raw`. So what `record` makes is a dataclass without the mark that others recognize one by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

__all__ = ["field", "record"]

C = TypeVar("C", bound=type[Any])

_FIELDS = "_record_fields"
"""Where a record keeps what `dataclass` knows of its fields."""


@dataclass_transform(field_specifiers=(field,))
def record(*, frozen: bool = False) -> Callable[[C], C]:
    """Decorates a class as `dataclass(slots=True, repr=False)` does; not known to `dataclasses.is_dataclass`."""

    def decorate(cls: C) -> C:
        # A class made of another one has its fields as well, which `dataclass` looks for under the mark.
        bases: list[Any] = [base for base in cls.__mro__[1:] if _FIELDS in vars(base)]
        for base in bases:
            base.__dataclass_fields__ = getattr(base, _FIELDS)
        made: Any = dataclass(slots=True, repr=False, frozen=frozen)(cls)
        names = [each.name for each in fields(made)]
        setattr(made, _FIELDS, made.__dataclass_fields__)
        for each in (made, *bases):
            del each.__dataclass_fields__

        def get_state(self: object) -> list[Any]:
            return [getattr(self, name) for name in names]

        def set_state(self: object, state: Sequence[Any]) -> None:
            for name, value in zip(names, state, strict=True):
                object.__setattr__(self, name, value)

        made.__getstate__, made.__setstate__ = get_state, set_state
        decorated: C = made
        return decorated

    return decorate
