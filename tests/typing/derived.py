"""Writes a program that calls every method made from the document with exactly the types of its signature, and names every model.

What a person would write is in methods.py, names.py, errors.py and around_calls.py; this is for operations that nobody here knows.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Literal, get_origin

import alli

__all__ = ["lists", "models", "program", "rendered_methods"]

_HEAD = """\
from __future__ import annotations

import builtins
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, assert_type
from uuid import UUID

import alli
from alli import FileInput, Unset
"""


def program() -> str:
    """The program's text."""
    clients = (alli.Alli(api_key="k"), alli.AsyncAlli(api_key="k"))
    calls = [_call(client, name) for client in clients for name in rendered_methods(client)]
    return "\n\n".join([_HEAD, *calls, *(_model(name) for name in models()), *(_list(name) for name in lists())])


def rendered_methods(client: Any) -> Iterator[str]:
    """`resource.method` of each method that is made from the document; those written by hand are inherited."""
    holders: dict[str, Any] = client.__dict__
    for resource, holder in holders.items():
        kind: Any = holder.__class__
        if not resource.startswith("_"):
            yield from (f"{resource}.{name}" for name in kind.__dict__ if not name.startswith("_"))


def models() -> list[str]:
    """The public models."""
    return [name for name in alli.__all__ if ".models." in getattr(getattr(alli, name), "__module__", "")]


def lists() -> list[str]:
    """The public types that list known values."""
    return [name for name in alli.__all__ if get_origin(getattr(alli, name)) is Literal]


def _call(client: Any, name: str) -> str:
    resource, _, method = name.partition(".")
    function = getattr(getattr(client, resource), method)
    signature = inspect.signature(function)
    parameters = ", ".join(f"{each.name}: {each.annotation}" for each in signature.parameters.values())
    arguments = ", ".join(f"{each}={each}" for each in signature.parameters)
    kind, gives = type(client).__name__, signature.return_annotation
    awaited = inspect.iscoroutinefunction(function)
    call = f"{'await ' if awaited else ''}client.{name}({arguments})"
    return (
        f"{'async ' if awaited else ''}def {kind}_{resource}_{method}(client: alli.{kind}, {parameters}) -> {gives}:\n"
        f"    {call if gives == 'None' else f'return assert_type({call}, {gives})'}\n"
    )


def _model(name: str) -> str:
    return f"def of_{name}(value: alli.{name}) -> dict[str, Any]:\n    return alli.{name}.from_dict(value.to_dict()).to_dict()\n"


def _list(name: str) -> str:
    return f"def one_of_{name}(value: alli.{name}) -> str | int:\n    return value\n"
