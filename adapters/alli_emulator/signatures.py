"""One parameter list in one place: a method that makes an object takes the arguments the object takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

__all__ = ["takes_arguments_of"]

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
            return method(self, make(*args, **kwargs))

        own, told = inspect.signature(method), inspect.signature(make)
        owner = next(iter(own.parameters.values()))
        # What help() and editors show is what a caller may give.
        call.__signature__ = own.replace(parameters=[owner, *told.parameters.values()])  # type: ignore[attr-defined]
        return call

    return decorate
