"""The types of every public class and method can be asked for, and name public classes."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import alli
import pytest
from alli import Alli, AsyncAlli

from tests.alli.public_classes import TWINS, public_classes


def public_members(cls: type) -> Iterator[tuple[str, Any]]:
    """Its methods and properties as functions, those it inherits included."""
    own = {name: value for name, value in vars(cls).items() if not name.startswith("_")}
    # A resource is made by its client alone, with what is private to the package.
    if cls not in {resource for twins in TWINS[1:] for resource in twins}:
        own["__init__"] = cls.__init__
    for base in cls.__mro__[1:]:
        if base.__module__.startswith("alli."):
            own = {**{name: value for name, value in vars(base).items() if not name.startswith("_")}, **own}
    for name, value in own.items():
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if inspect.isfunction(function):
            yield name, function


@pytest.mark.parametrize("cls", list(public_classes()), ids=lambda cls: cls.__name__)
def test_the_types_of_every_public_class_and_method_can_be_asked_for(cls: type) -> None:
    """Frameworks do, which call functions by what their parameters are: validators, containers, tool makers."""
    typing.get_type_hints(cls)
    for name, function in public_members(cls):
        hints = typing.get_type_hints(function)
        signature = inspect.signature(function, eval_str=True)
        assert not any(isinstance(hint, str) for hint in hints.values()), name
        assert not any(isinstance(each.annotation, str) for each in signature.parameters.values()), name


PROTOCOLS = {"UploadedFile", "StepLimits"}
"""What objects of other libraries look like: users give these, as `FileInput` and `Timeout` say."""


def classes_in(hint: Any) -> Iterator[type]:
    if inspect.isclass(hint) and typing.get_origin(hint) is None:
        yield hint
    for each in (typing.get_origin(hint), *typing.get_args(hint)):
        parts: list[Any] = each if isinstance(each, list) else [each]
        for part in parts:
            yield from classes_in(part) if part is not None else ()


@pytest.mark.parametrize("cls", list(public_classes()), ids=lambda cls: cls.__name__)
def test_each_class_that_users_meet_is_public(cls: type) -> None:
    """They ask `isinstance` for parts of unions and members of results: what attributes hold and methods give."""
    hints = [(name, hint) for name, hint in typing.get_type_hints(cls).items() if not name.startswith("_")]
    hints += [(name, typing.get_type_hints(function).get("return")) for name, function in public_members(cls)]
    met = {(each, name) for name, hint in hints for each in classes_in(hint) if each.__module__.startswith("alli.")}
    hidden = [
        f"{each.__name__} of {name}"
        for each, name in met - {(each, name) for each, name in met if each.__name__ in PROTOCOLS}
        if getattr(alli, each.__name__, getattr(alli.raw, each.__name__, None)) is not each
    ]
    assert hidden == []


def test_members_of_results_and_lists_of_known_values_are_public_names() -> None:
    assert typing.get_type_hints(alli.ConversationDetails)["user"] == alli.ConversationUser | None
    assert typing.get_type_hints(alli.App)["type"] == alli.AppType | str


def test_the_types_of_signatures_are_the_public_ones() -> None:
    assert typing.get_type_hints(type(Alli(api_key="k").apps).run)["return"] is alli.RunResult
    assert typing.get_type_hints(type(Alli(api_key="k").apps).list)["return"] == alli.Page[alli.App]
    assert typing.get_type_hints(type(AsyncAlli(api_key="k").apps).list)["return"] == alli.AsyncPager[alli.App]
    assert typing.get_type_hints(Alli.__init__)["http_client"] == alli.HTTPClient | None
    assert typing.get_type_hints(alli.App)["agent_permission"] == alli.AppAgentPermission | None
