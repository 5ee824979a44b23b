"""Errors that travel: as plain JSON into logs and answers, and whole through pickles and copies."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from ..version import DOCUMENTATION

__all__ = ["Portable"]

_E = TypeVar("_E", bound="Portable")

_ERRORS = f"{__name__.partition('.')[0]}.errors"
"""The module of the documented classes; users make others of them."""
_WHAT_CAME = frozenset({"body", "headers", "message", "partial", "raw", "response", "result"})
"""Attributes that may hold an answer; `to_dict` leaves them out."""


class Portable(Exception):
    """Base of an error whose attributes are declared by annotations, and set by keyword."""

    def __init__(self, text: str = "", /, **details: Any) -> None:
        super().__init__(text)
        self.__dict__.update(details)
        # A note is shown in tracebacks and is not part of the text, which goes into logs and to models.
        self.__notes__ = [f"See {self.help_url}"]

    @property
    def help_url(self) -> str:
        """The section of the documentation on this class of error: what it means, and what to do."""
        own = (kind.__name__ for kind in type(self).__mro__ if kind.__module__ == _ERRORS)
        name = next(name for name in own if not name.startswith("_"))
        anchor = "each-error-and-what-to-do" if name == "AlliError" else name.lower()
        return f"{DOCUMENTATION}guides/errors/#{anchor}"

    def to_dict(self) -> dict[str, Any]:
        """The error as plain JSON values, for your logs and answers: its class as `type`, its text as `message`, and what is known of
        the call. Without `.body`, `.result`, `.partial`, headers and bytes, which hold what the service sent.
        """
        known = {name: getattr(self, name) for name in _fields_of(type(self))}
        return {"type": type(self).__name__, **known, "message": str(self)}

    def to_json(self) -> str:
        """`to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __reduce__(self) -> tuple[Any, ...]:
        # The stock way calls the class with `args` alone, which loses or refuses keyword arguments.
        return _rebuild, (type(self), self.args, self.__dict__)


def _fields_of(kind: type[Portable]) -> list[str]:
    """The names of the attributes that `to_dict` gives, those of the base class first."""
    bases = [base for base in reversed(kind.__mro__) if issubclass(base, Portable) and base is not Portable]
    names = dict.fromkeys(name for base in bases for name in base.__annotations__)
    return [name for name in names if name not in _WHAT_CAME]


def _rebuild(cls: type[_E], args: tuple[object, ...], state: dict[str, Any]) -> _E:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error
