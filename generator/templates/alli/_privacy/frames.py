"""Frames that outlive a failed call, emptied: crash reporters collect the local variables of every frame of a traceback.

Those of this package, of the HTTP library and of Python's own modules hold the key, who the user is, and what was sent. The frames of the
caller are left alone, and so are those of functions that the caller passed in.
"""

from __future__ import annotations

import errno
import inspect
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, wraps
from types import FunctionType
from typing import Any, TypeVar

from ..errors import AlliError, APIConnectionError

__all__ = ["forget", "forgetful"]

_PLACES = tuple({sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(os.path.dirname(__file__)))})  # noqa: PTH120 - at import
"""Where modules come from: the interpreter, what is installed in it, and this package."""

_PACKAGE = __name__.partition(".")[0]

C = TypeVar("C", bound=type)


def forget(error: BaseException) -> None:
    """Clears the frames of an error, of its cause and of its context; those that still run, such as the caller's, stay as they are.

    What an AlliError was raised in place of (`from None`) is let go: it may hold the value that could not be sent or read.
    """
    library: Any = sys.modules.get(f"{_PACKAGE}._http.http_library")  # slow to load, and no frame is of one that is not
    packages = {_PACKAGE} if library is None else {_PACKAGE, *library.PACKAGES}
    waiting: list[BaseException | None] = [error]
    seen = set[int]()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, AlliError) and one.__cause__ is None and one.__suppress_context__:
            one.__context__ = None
        waiting += [one.__cause__, one.__context__]
        trace = one.__traceback__
        while trace is not None:
            package = trace.tb_frame.f_globals.get("__name__", "").partition(".")[0]
            if package in packages or package in sys.stdlib_module_names:
                with suppress(RuntimeError):
                    trace.tb_frame.clear()
            trace = trace.tb_next


def forgetful(kind: C) -> C:
    """A class whose constructor and public methods `forget` what they raise, and say in an AlliError that no file descriptor was left to begin with."""
    for name, method in list(vars(kind).items()):
        is_called = name == "__init__" or not name.startswith("_")
        if isinstance(method, FunctionType) and is_called and not _is_generator(method):
            setattr(kind, name, _forgetting(method))
        elif isinstance(method, cached_property):
            method.func = _forgetting(method.func)
    return kind


def _is_generator(method: Callable[..., Any]) -> bool:
    return inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method)


def _forgetting(method: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(method):

        @wraps(method)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            try:
                return await method(*args, **kwargs)
            except BaseException as error:
                del args, kwargs
                _leave(error)
                raise

        return awaited

    @wraps(method)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except BaseException as error:
            del args, kwargs
            _leave(error)
            raise

    return called


def _leave(error: BaseException) -> None:
    forget(error)
    if _is_starved(error):
        raise APIConnectionError(
            "no file descriptor is left (Too many open files); nothing was sent. Close files and clients that are no longer used, or "
            "raise the limit, as `ulimit -n` does",
            request_sent=False,
            attempts=0,
        ) from error


def _is_starved(error: BaseException) -> bool:
    """Whether a module could not be loaded because the process has no file descriptor left. Modules are loaded before a request is sent."""
    if isinstance(error, ImportError):
        return os.strerror(errno.EMFILE) in str(error)
    if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
        return False
    return str(error.filename).startswith(_PLACES)
