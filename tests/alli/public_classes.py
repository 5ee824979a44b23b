"""The public classes of the package, those of its resources among them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import alli
from alli import Alli, AsyncAlli

from tests.spec.reading import facade

__all__ = ["ALIASES", "RESOURCES", "TWINS", "public_classes"]

ALIASES = {"AsyncHTTPClient", "HTTPClient"}
"""Public names for classes of the HTTP library."""

_DOCUMENT = json.loads((Path(alli.__file__).parent / "openapi.json").read_text("utf-8"))
RESOURCES = sorted({name.partition(".")[0] for name, _, _ in facade(_DOCUMENT)})
"""Names of the attributes of a client that hold methods."""

TWINS = [(Alli, AsyncAlli)] + [
    (type(getattr(Alli(api_key="k"), name)), type(getattr(AsyncAlli(api_key="k"), name))) for name in RESOURCES
]
"""Each class of methods and its async form, the clients first."""


def public_classes() -> Iterator[type]:
    """Those that can be imported from `alli`, and those of the resources of both clients."""
    for name in sorted(alli.__all__):
        value = getattr(alli, name)
        if inspect.isclass(value) and name not in ALIASES:
            yield value
    for client in (Alli(api_key="k"), AsyncAlli(api_key="k")):
        for resource in RESOURCES:
            yield type(getattr(client, resource))
