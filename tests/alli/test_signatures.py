"""The methods of both clients are alike, documented and annotated."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import alli
import pytest
from alli import Alli, AsyncAlli, ClientOptions

from tests.alli.public_classes import ALIASES, RESOURCES, TWINS


def parameters(function: Any) -> list[tuple[str, str, str, str]]:
    """Name, kind, default and annotation of each parameter, without what differs between the two forms by design."""
    return [
        (name, parameter.kind.name, repr(parameter.default), str(parameter.annotation).replace("Async", ""))
        for name, parameter in inspect.signature(function).parameters.items()
    ]


def methods(cls: type) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize(("plain", "asynchronous"), TWINS, ids=lambda cls: cls.__name__)
def test_the_async_class_has_the_same_methods_with_the_same_parameters(plain: type, asynchronous: type) -> None:
    ours, theirs = methods(plain), methods(asynchronous)
    names = {name.replace("aclose", "close"): value for name, value in theirs.items()}
    assert names.keys() == ours.keys()
    for name, function in ours.items():
        assert parameters(function) == parameters(names[name]), name
    assert parameters(plain.__init__) == parameters(asynchronous.__init__)


def test_a_copy_takes_every_option_of_the_class_but_the_http_client() -> None:
    made = {
        name: annotation for name, _, _, annotation in parameters(Alli.__init__) if name not in ("self", "http_client")
    }
    taken = {name: getattr(kind, "__forward_arg__", kind) for name, kind in ClientOptions.__annotations__.items()}
    assert taken == made
    client = Alli(api_key="k")
    assert set(client._config.options) == made.keys()


@pytest.mark.parametrize("client", [Alli(api_key="k"), AsyncAlli(api_key="k")], ids=["sync", "async"])
def test_the_clients_have_the_documented_resources_and_nothing_more(client: Alli | AsyncAlli) -> None:
    made = {name for name, each in vars(type(client)).items() if isinstance(each, cached_property)} - {"_transport"}
    assert made == set(RESOURCES)
    copy = client.with_options(max_retries=0)
    assert all(type(getattr(copy, name)) is type(getattr(client, name)) for name in RESOURCES)


def public_functions() -> Iterator[tuple[str, Any]]:
    for name in sorted(alli.__all__):
        value = getattr(alli, name)
        if inspect.isclass(value) and name not in ALIASES and not value.__module__.startswith("alli.raw"):
            for method, function in methods(value).items():
                yield f"{name}.{method}", function
    for resource in RESOURCES:
        for client in (Alli(api_key="k"), AsyncAlli(api_key="k")):
            holder = type(getattr(client, resource))
            for method, function in methods(holder).items():
                yield f"{holder.__name__}.{method}", function


@pytest.mark.parametrize(
    ("name", "function"), list(public_functions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_public_method_is_documented_and_annotated(name: str, function: Any) -> None:
    assert function.__doc__, name
    signature = inspect.signature(function)
    missing = [
        each.name for each in signature.parameters.values() if each.name != "self" and each.annotation is each.empty
    ]
    assert missing == [], name
    assert signature.return_annotation is not signature.empty, name


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_argument_of_a_method_is_explained_in_its_docstring(resource: str) -> None:
    for name, function in methods(type(getattr(Alli(api_key="k"), resource))).items():
        for parameter in inspect.signature(function).parameters:
            if parameter != "self":
                assert re.search(rf"^ +{parameter}: \S", function.__doc__ or "", re.MULTILINE), f"{name}: {parameter}"
