"""One parameter list in one place: a method that makes an object takes the arguments the object takes."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

__all__ = ["check_names", "takes_arguments_of"]

P = ParamSpec("P")
Owner = TypeVar("Owner")
Made = TypeVar("Made")
Result = TypeVar("Result")


def takes_arguments_of(
    make: Callable[P, Made],
) -> Callable[[Callable[[Owner, Made], Result]], Callable[Concatenate[Owner, P], Result]]:
    """Turns `method(self, made)` into `method(self, ...)` with the parameters of `make`, which makes `made` of them."""

    def decorate(method: Callable[[Owner, Made], Result]) -> Callable[Concatenate[Owner, P], Result]:
        @wraps(method)
        def call(self: Owner, /, *args: P.args, **kwargs: P.kwargs) -> Result:
            check_names(method.__name__, told.parameters, kwargs)
            return method(self, make(*args, **kwargs))

        own, told = inspect.signature(method), inspect.signature(make)
        owner = next(iter(own.parameters.values()))
        # What help() and editors show is what a caller may give.
        call.__signature__ = own.replace(parameters=[owner, *told.parameters.values()])  # type: ignore[attr-defined]
        return call

    return decorate


def check_names(what: str, known: Iterable[str], given: Iterable[str]) -> None:
    """Refuses arguments that are not among the known ones.

    Raises:
        TypeError: names the first such argument and the nearest known one.
    """
    names = list(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(names)}"
            raise TypeError(f"{what}: there is no argument {name!r}; {hint}")
